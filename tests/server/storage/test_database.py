from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlcipher3 import dbapi2 as sqlcipher

from server.errors import DatabaseDamagedError, DatabaseNewerError, DatabaseUnavailableError, KeyWrongError, StartError
from server.storage import audit
from server.storage.audit import AuditLog
from server.storage.database import Database

if TYPE_CHECKING:
    from server.vault.record import KeyRecord


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def make_plain_database(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("CREATE TABLE t (a)")


def damage(path: Path) -> None:
    """Flip a bit in every page after the first."""
    content = bytearray(path.read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 + 100] ^= 1
    path.write_bytes(content)


def open_files(name: str) -> list[Path]:
    return [link for link in Path("/proc/self/fd").iterdir() if name in str(link.resolve())]


async def test_the_file_is_encrypted_and_its_owners(path: Path, record: KeyRecord) -> None:
    canary = "canary-in-the-audit-log"
    async with Database.open(path, record.database_key) as database:
        await database.run(lambda connection: audit.append(connection, canary, "ok"))
        files = contents(path.parent)
        assert files.keys() == {"miauflix.db", "miauflix.db-wal", "miauflix.db-shm", "miauflix.lock"}
        assert not any(canary.encode() in content or b"movie_sources" in content for content in files.values())
        assert {mode(path.parent / name) for name in files} == {0o600}
    assert mode(path.parent) == 0o700
    with closing(sqlite3.connect(path)) as plain, pytest.raises(sqlite3.DatabaseError):
        plain.execute("SELECT * FROM sqlite_master")
    async with Database.open(path, record.database_key) as database:
        assert [entry.operation for entry in await AuditLog(database).latest()] == [canary]


async def test_another_key_is_refused_and_changes_nothing(path: Path, record: KeyRecord) -> None:
    async with Database.open(path, record.database_key):
        pass
    before = contents(path.parent)
    with pytest.raises(KeyWrongError) as caught:
        async with Database.open(path, record.root):
            pytest.fail("opened with a wrong key")
    assert record.root.hex() not in str(caught.value)
    assert contents(path.parent) == before


async def test_a_plain_database_is_refused_and_changes_nothing(path: Path, record: KeyRecord) -> None:
    make_plain_database(path)
    before = contents(path.parent)
    with pytest.raises(DatabaseDamagedError, match="not encrypted"):
        async with Database.open(path, record.database_key):
            pytest.fail("opened a plain database")
    assert contents(path.parent) == before


async def test_a_damaged_page_is_told(path: Path, record: KeyRecord, capfd: pytest.CaptureFixture[str]) -> None:
    async with Database.open(path, record.database_key):
        pass
    damage(path)
    with pytest.raises(DatabaseDamagedError):
        async with Database.open(path, record.database_key):
            pytest.fail("opened a damaged database")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("length", [0, 16, 31, 33])
async def test_only_raw_keys_of_full_length_are_taken(path: Path, length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        async with Database.open(path, b"k" * length):
            pytest.fail("opened with a short key")
    assert not contents(path.parent.parent)


async def test_says_when_the_folder_can_not_be_made(tmp_path: Path, record: KeyRecord) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match="can't be opened"):
        async with Database.open(tmp_path / "file" / "x.db", record.database_key):
            pytest.fail("opened in a file")


async def test_a_newer_schema_is_left_alone(path: Path, record: KeyRecord) -> None:
    async with Database.open(path, record.database_key) as database:
        await database.run(lambda c: c.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNewerError):
        async with Database.open(path, record.database_key):
            pytest.fail("opened a newer database")


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    def fail(connection: sa.Connection) -> None:
        audit.append(connection, "half", "ok")
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(fail)
    assert await AuditLog(database).latest() == []


async def test_a_database_that_somebody_else_holds_is_an_error_with_a_way_out(path: Path, record: KeyRecord) -> None:
    held, done = threading.Event(), threading.Event()

    def hold(connection: sa.Connection) -> None:
        audit.append(connection, "held", "ok")
        held.set()
        done.wait()

    async with Database.open(path, record.database_key) as other, Database.open(path, record.database_key) as database:
        await database.run(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout = 1"))
        holding = asyncio.create_task(other.run(hold))
        await asyncio.to_thread(held.wait)
        try:
            with pytest.raises(DatabaseUnavailableError):
                await database.run(lambda connection: audit.append(connection, "late", "ok"))
        finally:
            done.set()
            await holding
        await database.run(lambda connection: audit.append(connection, "late", "ok"))


async def test_errors_do_not_show_values(database: Database) -> None:
    statement = sa.text("INSERT INTO pairings (user_code) VALUES (:value)").bindparams(value="canary")
    with pytest.raises(sa.exc.DatabaseError) as caught:
        await database.run(lambda connection: connection.execute(statement))
    assert "canary" not in str(caught.value)


async def test_everything_runs_on_one_thread_that_is_not_the_loops(database: Database) -> None:
    threads = await asyncio.gather(*(database.run(lambda _: threading.current_thread().name) for _ in range(5)))
    assert len(set(threads)) == 1
    assert threads[0].startswith("database")


async def test_a_cancelled_caller_does_not_break_the_transaction(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: sa.Connection) -> None:
        begun.set()
        assert go_on.wait(30)
        audit.append(connection, "slow", "ok")

    task = asyncio.create_task(database.run(slow))
    await asyncio.to_thread(begun.wait, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    assert [entry.operation for entry in await AuditLog(database).latest()] == ["slow"]


async def test_no_thread_or_file_stays_open(path: Path, record: KeyRecord) -> None:
    for _ in range(5):
        async with Database.open(path, record.database_key):
            pass
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("database")]
    if sys.platform == "linux":
        assert open_files(path.name) == []


async def test_settings_that_keep_data_whole_are_in_force(database: Database) -> None:
    def pragmas(connection: sa.Connection) -> list[object]:
        names = ("journal_mode", "foreign_keys", "temp_store", "synchronous")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert await database.run(pragmas) == ["wal", 1, 2, 2]


WRITER = """
import asyncio, sys
from pathlib import Path
from server.storage import audit
from server.storage.database import Database

async def main(path, name):
    async with Database.open(Path(path), bytes.fromhex(sys.stdin.read())) as database:
        for number in range(25):
            await database.run(lambda connection: audit.append(connection, name, "ok", count=number))

asyncio.run(main(*sys.argv[1:]))
"""


async def test_processes_share_a_database_that_none_has_made_yet(path: Path, record: KeyRecord) -> None:
    def write(name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", WRITER, str(path), name],
            input=record.database_key.hex(),
            capture_output=True,
            text=True,
            timeout=120,
            cwd=Path(__file__).parents[3],
            check=False,
        )

    done = await asyncio.gather(*(asyncio.to_thread(write, name) for name in ("server", "cli", "other")))
    assert [(process.returncode, process.stderr) for process in done] == [(0, "")] * 3
    async with Database.open(path, record.database_key) as database:
        entries = await AuditLog(database).latest(limit=1000)
    assert sorted((entry.operation, entry.count) for entry in entries) == sorted(
        (name, number) for name in ("server", "cli", "other") for number in range(25)
    )


async def test_the_key_is_used_raw(path: Path, record: KeyRecord) -> None:
    async with Database.open(path, record.database_key):
        pass
    with closing(sqlcipher.connect(path)) as connection:
        connection.execute(f"PRAGMA key = \"x'{record.database_key.hex()}'\"")
        assert connection.execute("SELECT count(*) FROM movie_sources").fetchone() == (0,)

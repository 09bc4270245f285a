from __future__ import annotations

import asyncio
import os
import secrets
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from server.errors import DatabaseBusyError, DatabaseDamagedError, KeyWrongError, RotationError
from server.storage import audit, exchange, sharing
from server.storage.audit import AuditLog
from server.storage.database import Database
from server.vault.record import KeyRecord

NEW_KEY = secrets.token_bytes(32)


async def fill(database: Database, rows: int) -> None:
    for _ in range(rows):
        await database.run(lambda connection: audit.append(connection, "filler", "ok"))


def names(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir()}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def read(path: Path) -> bytes:
    return path.read_bytes()


def damage(path: Path) -> bytes:
    content = bytearray(path.read_bytes())
    content[-200] ^= 1
    path.write_bytes(content)
    return bytes(content)


async def test_the_file_opens_with_the_new_key_only(path: Path, record: KeyRecord) -> None:
    async with Database.open(path, record.database_key) as database:
        await fill(database, 30)
        await database.run(lambda connection: connection.exec_driver_sql("PRAGMA user_version = 77"))
        await database.change_key(NEW_KEY)
        assert database.key == NEW_KEY
        await fill(database, 1)
    with pytest.raises(KeyWrongError):
        async with Database.open(path, record.database_key):
            pytest.fail("opened with the former key")
    async with Database.open(path, NEW_KEY) as database:
        assert len(await AuditLog(database).latest()) == 31
        version = await database.run(lambda connection: connection.exec_driver_sql("PRAGMA user_version").scalar())
        assert version == 77
    assert names(path) == {"miauflix.db", "miauflix.lock"}
    assert mode(path) == 0o600


async def test_of_two_keys_the_one_that_fits_is_used(path: Path, record: KeyRecord) -> None:
    async with Database.open(path, record.database_key):
        pass
    for keys in ((record.database_key, NEW_KEY), (NEW_KEY, record.database_key)):
        async with Database.open(path, *keys) as database:
            assert database.key == record.database_key
    with pytest.raises(KeyWrongError):
        async with Database.open(path, NEW_KEY, secrets.token_bytes(32)):
            pytest.fail("opened with wrong keys")


async def test_a_damaged_database_keeps_its_key(path: Path, record: KeyRecord) -> None:
    async with Database.open(path, record.database_key) as database:
        await fill(database, 30)
    damaged = damage(path)
    async with Database.open(path, record.database_key) as database:
        with pytest.raises(DatabaseDamagedError):
            await database.change_key(NEW_KEY)
        assert database.key == record.database_key
    assert read(path) == damaged
    assert names(path) == {"miauflix.db", "miauflix.lock"}


async def test_without_room_for_the_copy_the_key_stays(
    path: Path, record: KeyRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlcipher.OperationalError("database or disk is full")

    monkeypatch.setattr(exchange, "_check_copy", full)
    async with Database.open(path, record.database_key) as database:
        await fill(database, 3)
        with pytest.raises(RotationError, match="disk is full"):
            await database.change_key(NEW_KEY)
        assert len(await AuditLog(database).latest()) == 3
    assert names(path) == {"miauflix.db", "miauflix.lock"}


async def test_what_a_kill_left_beside_it_is_not_in_the_way(path: Path, record: KeyRecord) -> None:
    async with Database.open(path, record.database_key) as database:
        await fill(database, 3)
        for suffix in (".new", ".new-wal", ".new-journal"):
            path.with_name(path.name + suffix).write_bytes(os.urandom(9000))
        await database.change_key(NEW_KEY)
        assert len(await AuditLog(database).latest()) == 3
    assert names(path) == {"miauflix.db", "miauflix.lock"}


async def test_who_has_it_open_is_waited_for_and_then_told(
    path: Path, record: KeyRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "PATIENCE", 0.2)
    async with Database.open(path, record.database_key) as database:
        async with Database.open(path, record.database_key):
            with pytest.raises(DatabaseBusyError):
                await database.change_key(NEW_KEY)
            await fill(database, 1)
        await database.change_key(NEW_KEY)
        assert len(await AuditLog(database).latest()) == 1


COMMAND = """
import asyncio, sys
from pathlib import Path
from server.storage import audit
from server.storage.database import Database

async def main(path):
    keys = [bytes.fromhex(key) for key in sys.stdin.read().split()]
    async with Database.open(Path(path), *keys) as database:
        await database.run(lambda connection: audit.append(connection, "beside", "ok"))

asyncio.run(main(sys.argv[1]))
"""


async def test_nothing_is_lost_that_commands_write_meanwhile(path: Path, record: KeyRecord) -> None:
    def command() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", COMMAND, str(path)],
            input=f"{record.database_key.hex()} {NEW_KEY.hex()}",
            capture_output=True,
            text=True,
            timeout=120,
            cwd=Path(__file__).parents[3],
            check=False,
        )

    async with Database.open(path, record.database_key) as database:
        commands = [asyncio.create_task(asyncio.to_thread(command)) for _ in range(6)]
        for key in (NEW_KEY, record.database_key) * 4:
            await database.change_key(key)
        done = await asyncio.gather(*commands)
        assert [(process.returncode, process.stderr) for process in done] == [(0, "")] * 6
        assert len(await AuditLog(database).latest()) == 6

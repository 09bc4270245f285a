"""SIGKILL at random moments: nothing is lost, and every restart completes what was begun.

``--kills`` and ``--rows`` make it as long as wanted; the moments are the same for the same seed.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from fakes.appliance import make_options
from fakes.legacy import make_legacy_titles, write_key, write_legacy
from fakes.pages import plain_bytes
from fakes.titles import make_titles
from fakes.victim import KILLED, Victim, victim

from server.bootstrap import ignore
from server.models import Source
from server.records import Records, open_records
from server.settings import Options
from server.storage.schema import movie_sources
from server.vault.cipher import FieldCipher, kid_of
from server.vault.record import KeyRecord

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")

ROTATIONS = {"field key": ["key", "rotate"], "database key": ["key", "rotate", "--database"]}
COLUMNS = ("ih", "ml", "file")


@pytest.fixture
def commands(tmp_path: Path) -> Iterator[Victim]:
    with victim(tmp_path / "output.json") as started:
        yield started


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--kills"))


@pytest.fixture
def rows(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--rows"))


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")  # pytest shows it with -rP


def place(options: Options) -> list[str]:
    return ["--data-dir", str(options.data_dir), "--key-file", str(options.key_file)]


async def fill(options: Options, titles: Sequence[Source]) -> None:
    async with open_records(options, {}, ignore) as records:
        await records.sources.add_new(titles)


async def note_backup(options: Options) -> KeyRecord:
    """Do what follows from a verified backup, so that former keys may go; return the present ones."""
    async with open_records(options, {}, ignore) as records:
        record = records.rotation.record
        await records.backups.note_verified(record.check, record.active_kid, make_titles(1)[0].created_at, 1)
        return record


async def start_again(options: Options) -> None:
    """Do what the server does first when it starts."""
    async with open_records(options, {}, ignore) as records:
        await records.rotation.resume()


async def read_rows(records: Records) -> dict[str, list[bytes]]:
    query = sa.select(movie_sources.c.id, *(movie_sources.c[name] for name in COLUMNS))
    found = await records.rotation._database.run(lambda connection: connection.execute(query).all())
    return {row.id: list(row[1:]) for row in found}


async def check(options: Options, titles: Sequence[Source]) -> KeyRecord:
    """See that every value is there and decrypts under the active key; return the keys."""
    async with open_records(options, {}, ignore) as records:
        record, stored = records.rotation.record, await read_rows(records)
        found = await records.sources.find(titles[-1].identifiers.info_hash)
    cipher = FieldCipher(record)
    for title in titles:
        wanted = title.identifiers
        values = [
            cipher.decrypt(movie_sources.name, name, title.id, envelope)
            for name, envelope in zip(COLUMNS, stored[title.id], strict=True)
        ]
        assert values == [wanted.info_hash.encode(), str(wanted.magnet).encode(), wanted.torrent_file]
        assert {kid_of(envelope) for envelope in stored[title.id]} == {record.active_kid}
    assert len(stored) == len(titles)
    assert found == titles[-1]
    assert record.pending_kid is None
    assert record.pending_database_key is None
    return record


async def some_ciphertext(options: Options) -> list[bytes]:
    """Return what is random in some of the envelopes: IV and a little ciphertext."""
    async with open_records(options, {}, ignore) as records:
        stored = await read_rows(records)
    return [envelope[5:29] for values in list(stored.values())[::17][:40] for envelope in values]


@pytest.mark.parametrize("kind", ROTATIONS)
def test_a_killed_rotation(tmp_path: Path, commands: Victim, kind: str, kills: int, rows: int) -> None:
    options, titles = make_options(tmp_path), make_titles(rows)
    asyncio.run(fill(options, titles))
    command = [*ROTATIONS[kind], *place(options)]
    longest = commands.duration(*command)
    moments = random.Random(f"{kind} 1")
    killed = changed = 0
    for number in range(kills):
        before = asyncio.run(note_backup(options))
        former = asyncio.run(some_ciphertext(options))
        killed += commands.run(*command, kill_after=moments.uniform(0, longest)) == KILLED
        if number % 2:
            assert commands.run(*command) == 0
        else:
            asyncio.run(start_again(options))
        after = asyncio.run(check(options, titles))
        if after.active_kid != before.active_kid:
            pages = plain_bytes(options.database_path, after.database_key)
            assert not [part for part in former if part in pages]
        changed += after.check != before.check
    tell(f"{kind}: {killed} of {kills} killed within {longest:.2f} s, {changed} keys changed, {rows} rows")
    assert killed >= kills // 3
    assert changed >= kills // 2


def test_a_killed_migration(tmp_path: Path, commands: Victim, kills: int, rows: int) -> None:
    key, titles = random.Random(3).randbytes(32), make_legacy_titles(rows)
    legacy, key_file = tmp_path / "legacy.sqlite", tmp_path / "legacy.key"
    backup = tmp_path / "legacy_before_encrypt.sqlite"
    write_legacy(legacy, titles, key, unreadable=frozenset({1, 2, 5}))
    write_key(key_file, key)
    original = legacy.read_bytes()
    readable = {t.info_hash for number, t in enumerate(titles) if number not in {1, 2, 5}}
    command = ["migrate-encrypt", str(legacy), "--yes", "--legacy-key-file", str(key_file)]
    longest = commands.duration(*command, *place(make_options(tmp_path / "first")))
    moments = random.Random("migration 1")
    killed = 0
    for number in range(kills):
        options = make_options(tmp_path / f"kill {number}")
        backup.unlink(missing_ok=True)
        killed += commands.run(*command, *place(options), kill_after=moments.uniform(0, longest)) == KILLED
        assert legacy.read_bytes() == original
        assert not backup.exists() or backup.read_bytes() == original
        assert commands.run(*command, *place(options)) == 0
        summary = json.loads(commands.output())
        assert (summary["processed"], summary["failed"]) == (rows, 3)
        assert summary["encrypted"] + summary["skipped"] == rows - 3
        assert asyncio.run(stored_hashes(options)) == sorted(readable)
        assert backup.read_bytes() == original
        assert not list(tmp_path.glob("*.tmp"))
    tell(f"migration: {killed} of {kills} killed within {longest:.2f} s, {rows} rows")
    assert killed >= kills // 3


async def stored_hashes(options: Options) -> list[str]:
    async with open_records(options, {}, ignore) as records:
        return sorted(source.identifiers.info_hash for source in await records.sources.list())


def test_a_killed_restore(tmp_path: Path, commands: Victim, kills: int) -> None:
    options, titles = make_options(tmp_path), make_titles(20)
    asyncio.run(fill(options, titles))
    assert options.key_file
    saved, right = tmp_path / "saved.json", text_of(options.key_file)
    write_private(saved, right)
    command = ["key", "import", "--from-file", str(saved), "--yes", *place(options)]
    foreign = KeyRecord.generate().to_json()
    write_private(options.key_file, foreign)
    longest = commands.duration(*command)
    moments = random.Random("restore 1")
    killed = 0
    for _ in range(kills):
        foreign = KeyRecord.generate().to_json()
        write_private(options.key_file, foreign)
        killed += commands.run(*command, kill_after=moments.uniform(0, longest)) == KILLED
        present = text_of(options.key_file)
        assert present in {foreign, right}
        assert present == foreign or foreign in former_keys(options.key_file)
        assert commands.run(*command) == 0
        assert text_of(options.key_file) == right
        assert foreign in former_keys(options.key_file)
        asyncio.run(check(options, titles))
    tell(f"restore: {killed} of {kills} killed within {longest:.2f} s")
    assert killed >= kills // 3


def text_of(key_file: Path) -> str:
    return key_file.read_text("utf-8").strip()


def former_keys(key_file: Path) -> list[str]:
    return [text_of(path) for path in key_file.parent.iterdir() if "replaced" in path.name]


def write_private(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)

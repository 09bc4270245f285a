"""Copies of the keys, tried on real databases: made, verified, put back, or refused with nothing changed."""

from __future__ import annotations

import asyncio
import dataclasses
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from fakes.keyring import MemoryKeyring

from server.bootstrap import ignore
from server.errors import (
    BackupFileError,
    BackupMismatchError,
    BackupTruncatedError,
    DatabaseDamagedError,
    KeyExistsError,
    KeyMissingError,
    WrongPassphraseError,
)
from server.events import NoticeCode
from server.models import ItemId, Source, SourceId, TorrentIdentifiers
from server.records import open_records
from server.recovery import Step, Vault
from server.settings import Options, Settings
from server.storage.audit import AuditLog
from server.storage.database import Database
from server.storage.schema import movie_sources
from server.vault.backup import SavedKeys
from server.vault.keys import open_keys
from server.vault.record import KeyRecord

PASSPHRASE = "correct horse battery staple"


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}


@dataclass(frozen=True, slots=True)
class Home:
    options: Options
    vault: Vault
    saved: SavedKeys

    @property
    def key_file(self) -> Path:
        assert self.options.key_file
        return self.options.key_file

    def contents(self) -> dict[str, bytes]:
        return files_in(self.key_file.parent)


def make_source(number: int) -> Source:
    identifiers = TorrentIdentifiers(f"{number:040x}", f"magnet:?xt=urn:btih:{number:040x}")
    item = ItemId(f"local:{uuid.uuid4()}")
    return Source(SourceId(str(uuid.uuid4())), item, "A film", "user", identifiers, datetime.now(UTC))


async def fill(options: Options, count: int = 30) -> KeyRecord:
    async with open_records(options, {}, ignore) as records:
        for number in range(count):
            await records.sources.add(make_source(number))
    return (await open_keys(options, {})).record


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    options = Options(Settings(), tmp_path / "home" / "data", tmp_path, key_file=tmp_path / "home" / "key.json")
    record = await fill(options)
    return Home(options, Vault(options, {}), SavedKeys(record))


@pytest.fixture
async def stranger(tmp_path: Path) -> SavedKeys:
    options = Options(Settings(), tmp_path / "stranger", tmp_path, key_file=tmp_path / "stranger.json")
    return SavedKeys(await fill(options, 1))


async def notices(options: Options) -> list[NoticeCode]:
    async with open_records(options, {}, ignore) as records:
        return [notice.code for notice in await records.notices()]


async def sources(options: Options) -> int:
    async with open_records(options, {}, ignore) as records:
        return len(await records.sources.list())


# --- back up and verify


async def test_a_backup_counts_once_it_was_verified(home: Home, tmp_path: Path) -> None:
    steps: list[Step] = []
    assert await notices(home.options) == [NoticeCode.KEY_NOT_BACKED_UP]
    await home.vault.back_up(tmp_path / "backup", PASSPHRASE, steps.append)
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
    assert await notices(home.options) == [NoticeCode.KEY_NOT_BACKED_UP]
    assert (await home.vault.status()).verified_at is None

    saved = await home.vault.open_backup(tmp_path / "backup", PASSPHRASE, steps.append)
    verification = await home.vault.verify(saved, steps.append)
    assert (verification.rows, verification.damaged, verification.kids) == (20, 0, (1,))
    assert await notices(home.options) == []
    status = await home.vault.status()
    assert (status.state, status.verified_at, status.kids) == ("ok", verification.at, (1,))
    assert steps == [Step.OPEN_KEYS, Step.DERIVE, Step.WRITE, Step.DERIVE, Step.CHECK_KEYS, Step.TRY_ROWS]


async def test_verification_is_noticed_beside_a_running_server(home: Home) -> None:
    async with open_records(home.options, {}, ignore) as records:
        assert await records.notices()
        await records.vault.verify(home.saved)
        assert await records.notices() == ()


async def test_verification_is_in_the_audit_log(home: Home) -> None:
    await home.vault.verify(home.saved)
    async with Database.open(home.options.database_path, home.saved.record.database_key) as database:
        entry = (await AuditLog(database).latest(1))[0]
    assert (entry.operation, entry.outcome, entry.kid, entry.count) == ("backup-verified", "ok", 1, 20)


@pytest.mark.parametrize("database", [True, False])
async def test_another_key_wants_another_backup(home: Home, *, database: bool) -> None:
    await home.vault.verify(home.saved)
    async with open_records(home.options, {}, ignore) as records:
        rotation = records.rotation
        await (rotation.rotate_database_key() if database else rotation.rotate_torrent_key())
        assert [notice.code for notice in await records.notices()] == [NoticeCode.KEY_NOT_BACKED_UP]
    with pytest.raises(BackupMismatchError, match="newest copy"):
        await home.vault.verify(home.saved)


async def test_keys_of_another_folder_are_no_backup(home: Home, stranger: SavedKeys) -> None:
    before = home.contents()
    with pytest.raises(BackupMismatchError):
        await home.vault.verify(stranger)
    assert home.contents() == before


async def test_right_file_key_but_wrong_field_key(home: Home) -> None:
    record = dataclasses.replace(home.saved.record, torrent_keys={1: b"k" * 32})
    with pytest.raises(BackupMismatchError):
        await home.vault.verify(SavedKeys(record))


async def test_damaged_rows_are_counted_and_nothing_but_damage_is_told(home: Home) -> None:
    async def damage(*conditions: sa.ColumnElement[bool]) -> None:
        async with Database.open(home.options.database_path, home.saved.record.database_key) as database:
            statement = movie_sources.update().where(*conditions).values(ih=b"\1" + b"\0" * 60)
            await database.run(lambda connection: connection.execute(statement))

    async with open_records(home.options, {}, ignore) as records:
        kept = [source.id for source in (await records.sources.list())[:19]]
    await damage(movie_sources.c.id.not_in(kept))
    assert (await home.vault.verify(home.saved)).damaged > 0
    await damage()
    with pytest.raises(DatabaseDamagedError):
        await home.vault.verify(home.saved)


async def test_no_file_is_written_over(home: Home, tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("mine")
    with pytest.raises(BackupFileError, match="there already"):
        await home.vault.back_up(tmp_path / "backup", PASSPHRASE)
    assert (tmp_path / "backup").read_text() == "mine"
    with pytest.raises(BackupFileError, match="can't be written"):
        await home.vault.back_up(tmp_path / "absent" / "backup", PASSPHRASE)


async def test_before_the_first_start_nothing_is_made(tmp_path: Path) -> None:
    vault = Vault(Options(Settings(), tmp_path / "data", tmp_path, key_file=tmp_path / "key.json"), {})
    assert (await vault.status()).state == "none"
    for operation in (vault.back_up(tmp_path / "backup", PASSPHRASE), vault.recovery_key()):
        with pytest.raises(KeyMissingError, match="Start Miauflix once"):
            await operation
    with pytest.raises(BackupFileError, match="no database"):
        await vault.verify(SavedKeys(KeyRecord.generate()))
    assert not files_in(tmp_path)


# --- restore


async def put_back(home: Home, saved: SavedKeys) -> str | None:
    return await home.vault.restore(await home.vault.plan_restore(saved))


async def test_a_backup_brings_everything_back(home: Home, tmp_path: Path) -> None:
    await home.vault.back_up(tmp_path / "backup", PASSPHRASE)
    home.key_file.unlink()
    assert (await home.vault.status()).state == "key_missing"
    plan = await home.vault.plan_restore(await home.vault.open_backup(tmp_path / "backup", PASSPHRASE))
    assert "open the database" in plan.describe()
    assert str(home.key_file) in plan.describe()
    assert not home.key_file.exists()
    assert await home.vault.restore(plan) is None
    assert await sources(home.options) == 30


async def test_a_recovery_key_brings_everything_back(home: Home) -> None:
    printed = await home.vault.recovery_key()
    home.key_file.unlink()
    await put_back(home, await home.vault.open_recovery_key(printed))
    assert await sources(home.options) == 30


async def test_a_key_that_does_not_fit_is_replaced_and_kept(home: Home) -> None:
    wrong = KeyRecord.generate().to_json()
    home.key_file.write_text(wrong)
    assert (await home.vault.status()).state == "key_wrong"
    assert "kept beside it" in (await home.vault.plan_restore(home.saved)).describe()
    kept = await put_back(home, home.saved)
    assert kept is not None
    assert wrong.encode() in home.contents()[Path(kept).name]
    assert await sources(home.options) == 30


async def test_keys_that_do_not_fit_change_nothing(home: Home, stranger: SavedKeys) -> None:
    before = home.contents()
    with pytest.raises(BackupMismatchError):
        await home.vault.plan_restore(stranger)
    home.key_file.unlink()
    del before["key.json"]
    with pytest.raises(BackupMismatchError):
        await home.vault.plan_restore(stranger)
    assert home.contents() == before


async def test_broken_copies_change_nothing(home: Home, tmp_path: Path) -> None:
    await home.vault.back_up(tmp_path / "backup", PASSPHRASE)
    (tmp_path / "cut").write_bytes((tmp_path / "backup").read_bytes()[:400])
    before = home.contents()
    with pytest.raises(WrongPassphraseError):
        await home.vault.open_backup(tmp_path / "backup", "another pass phrase")
    with pytest.raises(BackupTruncatedError):
        await home.vault.open_backup(tmp_path / "cut", PASSPHRASE)
    with pytest.raises(BackupFileError, match="can't be read"):
        await home.vault.inspect(tmp_path / "absent")
    assert home.contents() == before


async def test_keys_may_come_before_the_database(home: Home, tmp_path: Path) -> None:
    moved = Options(Settings(), tmp_path / "moved", tmp_path, key_file=tmp_path / "moved.json")
    vault = Vault(moved, {})
    plan = await vault.plan_restore(home.saved)
    assert "no database here yet" in plan.describe()
    await vault.restore(plan)
    await asyncio.to_thread(moved.data_dir.mkdir, exist_ok=True)
    moved.database_path.write_bytes(home.options.database_path.read_bytes())
    assert await sources(moved) == 30


async def test_the_same_keys_are_nothing_to_do(home: Home) -> None:
    before = home.contents()
    plan = await home.vault.plan_restore(home.saved)
    assert "nothing to do" in plan.describe()
    await home.vault.restore(plan)
    assert home.contents() == before


# --- import


async def test_a_single_key_is_taken_for_a_new_folder_only(home: Home, tmp_path: Path) -> None:
    key = "00" * 31 + "01"
    with pytest.raises(KeyExistsError, match="key rotate"):
        await home.vault.take(key)
    fresh = Options(Settings(), tmp_path / "fresh", tmp_path, key_file=tmp_path / "fresh.json")
    vault = Vault(fresh, {"TORRENT_KEY": "set"})  # which keeps a server from starting
    await vault.restore(await vault.plan_restore(await vault.take(key)))
    assert (await fill(fresh, 1)).torrent_keys == {1: bytes.fromhex(key)}


async def test_a_key_file_may_move_into_a_keyring(home: Home) -> None:
    text = home.key_file.read_text()
    backend = MemoryKeyring()
    unnamed = dataclasses.replace(home.options, key_file=None)
    (home.options.data_dir / "vault.json").unlink()
    vault = Vault(unnamed, {}, lambda: backend)
    await vault.restore(await vault.plan_restore(await vault.take(text)))
    assert (await vault.status()).state == "ok"
    assert list(backend.entries.values()) == [text.strip()]

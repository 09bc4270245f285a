"""The use case: copies of the keys. Save them, check a copy against the database, put the keys back from one.

A dialog or a command line calls these one after the other, with what a person chose in between. Each takes a
``progress`` that is told of every step as it begins.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from server.errors import (
    BackupFileError,
    BackupMismatchError,
    DatabaseDamagedError,
    KeyExistsError,
    KeyMissingError,
    KeyUnknownError,
    KeyWrongError,
    StartError,
)
from server.settings import Options
from server.storage.crypto_meta import check_keys
from server.storage.database import Database
from server.storage.key_backups import KeyBackupRepository
from server.vault.anchor import read_anchor
from server.vault.backup import Header, SavedKeys, read_header, seal, unseal
from server.vault.backup_file import read_backup, write_backup
from server.vault.bare_key import is_bare, parse_key
from server.vault.cipher import FieldCipher
from server.vault.keyring_store import find_backend
from server.vault.keys import OpenKeys, find_keys, is_filled
from server.vault.places import FindBackend
from server.vault.record import KeyRecord
from server.vault.recovery_key import decode_recovery_key, encode_recovery_key
from server.vault.replacement import Replacement, carry_out, plan_replacement

__all__ = [
    "Header",
    "KeyStatus",
    "Progress",
    "RestorePlan",
    "SavedKeys",
    "Step",
    "Vault",
    "Verification",
    "unwatched",
]


class Step(enum.StrEnum):
    """What an operation is about to do, in words for people."""

    OPEN_KEYS = "Opening the keys"
    DERIVE = "Working on the pass phrase"
    CHECK_KEYS = "Comparing the keys with the database"
    TRY_ROWS = "Decrypting some sources"
    WRITE = "Writing"


Progress = Callable[[Step], None]


def unwatched(_: Step) -> None:
    """Take a step and do nothing."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a copy of the keys was found good for."""

    at: datetime
    kids: tuple[int, ...]
    rows: int
    """Sources that were decrypted with it."""
    damaged: int
    """Sources among those tried that no key opens."""


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What putting keys back will do; nothing was done yet."""

    replacement: Replacement
    fits: bool | None
    """Whether the keys open this folder's database; None when there is no database to try them on."""

    @property
    def changes(self) -> bool:
        """Whether there is anything to do."""
        return self.replacement.changes

    def describe(self) -> str:
        """Return it in words for people."""
        place = self.replacement.store.place
        if not self.changes:
            return f"This very key is in {place} already: there is nothing to do."
        lines = ["The keys open the database." if self.fits else "There is no database here yet to try the keys on."]
        lines.append(f"They will be written to {place}.")
        if self.replacement.replaces:
            lines.append("Another key is there at present; it will be kept beside it.")
        return " ".join(lines)


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """How the keys of a data folder do."""

    state: str
    """``ok``, ``none`` where no key was made yet, or the code of the error that keeps them from being used."""
    detail: str = ""
    """What is the matter and what to do; empty when all is well."""
    place: str = ""
    active_kid: int | None = None
    kids: tuple[int, ...] = ()
    verified_at: datetime | None = None
    """When a backup of these keys was last verified."""


@dataclass(frozen=True, slots=True)
class Vault:
    """The keys of one data folder, and copies of them. Works beside a running server and without one."""

    options: Options
    environ: Mapping[str, str]
    find_backend: FindBackend = find_backend

    async def status(self) -> KeyStatus:
        """Look at the keys and the database; nothing is made. A StartError is part of the answer."""
        try:
            keys = await self._find_keys()
        except StartError as error:
            return KeyStatus(error.code, error.detail)
        if keys is None:
            return KeyStatus("none", "There is no key yet. Start Miauflix once; it makes one.")
        record = keys.record
        status = KeyStatus("ok", "", keys.store.place, record.active_kid, tuple(sorted(record.torrent_keys)))
        if not await self._has_database():
            return status
        try:
            async with self._database(record) as database:
                return replace(status, verified_at=await KeyBackupRepository(database).verified_at(record.check))
        except StartError as error:
            return replace(status, state=error.code, detail=error.detail)

    async def record(self) -> KeyRecord:
        """Return the keys, without ever making any. Raises KeyMissingError, and as ``open_keys`` does."""
        keys = await self._find_keys()
        if keys is None:
            raise KeyMissingError(f"{self.options.data_dir} has no key yet. Start Miauflix once; it makes one.")
        return keys.record

    async def back_up(self, path: Path, passphrase: str, progress: Progress = unwatched) -> None:
        """Save the keys in a file that is not there yet; it counts for nothing before it was verified.

        Raises BackupFileError, WeakPassphraseError, and as ``record`` does.
        """
        progress(Step.OPEN_KEYS)
        record = await self.record()
        anchor = await asyncio.to_thread(read_anchor, self.options.data_dir)
        progress(Step.DERIVE)
        data = await seal(record, passphrase, anchor.id if anchor else None, datetime.now(UTC))
        progress(Step.WRITE)
        await asyncio.to_thread(write_backup, path, data)

    async def recovery_key(self) -> str:
        """Return the keys as rows of text to be printed. Raises RecoveryKeyError, and as ``record`` does."""
        return encode_recovery_key(await self.record())

    async def take(self, text: str) -> SavedKeys:
        """Return the keys in a key file's text, or a single key where nothing was encrypted with another one yet.

        Raises KeyExistsError, BackupForeignError, KeyWrongError.
        """
        saved = SavedKeys(parse_key(text))
        if is_bare(text) and await self._has_database():
            raise KeyExistsError(
                f"{self.options.data_dir} has keys of its own, which a single key can't replace. `miauflix key rotate` "
                "makes a new one; to take this one, begin with an empty data folder (--data-dir)."
            )
        return saved

    async def inspect(self, path: Path) -> Header:
        """Return what a backup file says of itself, before anybody is asked for its pass phrase.

        Raises BackupFileError, BackupForeignError, BackupTruncatedError, BackupDamagedError, BackupNewerError.
        """
        return read_header(await asyncio.to_thread(read_backup, path))

    async def open_backup(self, path: Path, passphrase: str, progress: Progress = unwatched) -> SavedKeys:
        """Return the keys in a backup file, whosever they are. Raises BackupError's leaves."""
        data = await asyncio.to_thread(read_backup, path)
        progress(Step.DERIVE)
        return await unseal(data, passphrase)

    async def open_recovery_key(self, text: str) -> SavedKeys:
        """Return the keys in a typed recovery key, whosever they are. Raises RecoveryKeyError."""
        return SavedKeys(decode_recovery_key(text))

    async def verify(self, saved: SavedKeys, progress: Progress = unwatched) -> Verification:
        """Open the database with a copy of the keys alone and decrypt up to 20 sources; remember that it works.

        Raises BackupMismatchError, BackupFileError where there is no database, SafeModeError and DatabaseDamagedError.
        """
        if not await self._has_database():
            raise BackupFileError(f"There is no database in {self.options.data_dir} to check the copy with.")
        progress(Step.CHECK_KEYS)
        record = saved.record
        async with self._fitting_database(record) as database:
            backups = KeyBackupRepository(database)
            progress(Step.TRY_ROWS)
            tried, failed = await backups.try_on_rows(FieldCipher(record))
            if tried and failed == tried:
                raise DatabaseDamagedError("The keys are right, but none of the sources that were tried decrypts.")
            at = datetime.now(UTC)
            await backups.note_verified(record.check, record.active_kid, at, tried - failed)
        return Verification(at, tuple(sorted(record.torrent_keys)), tried - failed, failed)

    async def plan_restore(self, saved: SavedKeys, progress: Progress = unwatched) -> RestorePlan:
        """Check that the keys are those of the database and find out where they go; no key is written.

        Raises BackupMismatchError, DatabaseDamagedError, KeyringLockedError, KeyringUnavailableError, KeyFileError.
        """
        fits = None
        if await self._has_database():
            progress(Step.CHECK_KEYS)
            async with self._fitting_database(saved.record):
                fits = True
        return RestorePlan(await plan_replacement(self.options, self.environ, saved, self.find_backend), fits)

    async def restore(self, plan: RestorePlan, progress: Progress = unwatched) -> str | None:
        """Put the keys back; return where the former ones are kept, None when there were no others.

        Raises KeyringLockedError, KeyringUnavailableError, KeyFileError.
        """
        progress(Step.WRITE)
        return await carry_out(plan.replacement)

    async def _find_keys(self) -> OpenKeys | None:
        return await find_keys(self.options, self.environ, self.find_backend)

    async def _has_database(self) -> bool:
        return await asyncio.to_thread(is_filled, self.options.database_path)

    @contextlib.asynccontextmanager
    async def _database(self, record: KeyRecord) -> AsyncIterator[Database]:
        async with Database.open(self.options.database_path, *record.database_keys) as database:
            await check_keys(database, FieldCipher(record))
            yield database

    @contextlib.asynccontextmanager
    async def _fitting_database(self, record: KeyRecord) -> AsyncIterator[Database]:
        try:
            async with self._database(record) as database:
                yield database
        except KeyUnknownError as error:
            raise BackupMismatchError(
                "These keys are older than the database: a key was added since this copy was made. Use the newest copy."
            ) from error
        except KeyWrongError as error:
            raise BackupMismatchError(
                f"These keys do not open {self.options.database_path}: they are of another data folder, or older than "
                "the last change of the keys. Use the newest copy of this folder's keys."
            ) from error

"""The use case: copies of the keys. Save them, check a copy against the database, put the keys back from one.

A dialog or a command line calls these one after the other, with what a person chose in between. Each takes a
``progress`` that is told of every step as it begins.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable, Mapping
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
from server.vault.backup import SavedKeys, seal, unseal
from server.vault.backup_file import read_backup, write_backup
from server.vault.bare_key import is_bare, parse_key
from server.vault.cipher import FieldCipher
from server.vault.keyring_store import find_backend
from server.vault.keys import OpenKeys, find_keys, is_filled
from server.vault.places import FindBackend
from server.vault.recovery_key import decode_recovery_key, encode_recovery_key
from server.vault.replacement import Replacement, carry_out, plan_replacement


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

    def describe(self) -> str:
        """Return it in words for people."""
        place = self.replacement.store.place
        if not self.replacement.changes:
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


async def key_status(options: Options, environ: Mapping[str, str], finder: FindBackend = find_backend) -> KeyStatus:
    """Look at the keys and the database; nothing is made. Raises nothing of the tree of StartError."""
    try:
        keys = await find_keys(options, environ, finder)
    except StartError as error:
        return KeyStatus(error.code, error.detail)
    if keys is None:
        return KeyStatus("none", "There is no key yet. Start Miauflix once; it makes one.")
    record = keys.record
    status = KeyStatus("ok", "", keys.store.place, record.active_kid, tuple(sorted(record.torrent_keys)))
    if not await asyncio.to_thread(is_filled, options.database_path):
        return status
    try:
        async with Database.open(options.database_path, record.database_key) as database:
            await check_keys(database, FieldCipher(record))
            return replace(status, verified_at=await KeyBackupRepository(database).verified_at(record.check))
    except StartError as error:
        return replace(status, state=error.code, detail=error.detail)


async def current_keys(options: Options, environ: Mapping[str, str], finder: FindBackend = find_backend) -> OpenKeys:
    """Return the keys of the data folder without ever making any. Raises KeyMissingError and as ``open_keys`` does."""
    keys = await find_keys(options, environ, finder)
    if keys is None:
        raise KeyMissingError(f"{options.data_dir} has no key yet. Start Miauflix once; it makes one.")
    return keys


async def back_up(
    options: Options, environ: Mapping[str, str], path: Path, passphrase: str, progress: Progress = unwatched
) -> None:
    """Save the keys in a file that is not there yet; it counts for nothing before it was verified.

    Raises BackupFileError, WeakPassphraseError, and as ``current_keys`` does.
    """
    progress(Step.OPEN_KEYS)
    keys = await current_keys(options, environ)
    anchor = await asyncio.to_thread(read_anchor, options.data_dir)
    progress(Step.DERIVE)
    data = await seal(keys.record, passphrase, anchor.id if anchor else None, datetime.now(UTC))
    progress(Step.WRITE)
    await asyncio.to_thread(write_backup, path, data)


async def recovery_key(options: Options, environ: Mapping[str, str]) -> str:
    """Return the keys as text to be printed. Raises RecoveryKeyError, and as ``current_keys`` does."""
    return encode_recovery_key((await current_keys(options, environ)).record)


async def open_backup(path: Path, passphrase: str, progress: Progress = unwatched) -> SavedKeys:
    """Return the keys in a backup file. Raises BackupError's leaves."""
    data = await asyncio.to_thread(read_backup, path)
    progress(Step.DERIVE)
    return await unseal(data, passphrase)


def open_recovery_key(text: str) -> SavedKeys:
    """Return the keys in a typed recovery key. Raises RecoveryKeyError."""
    return SavedKeys(decode_recovery_key(text))


async def open_key_text(options: Options, text: str) -> SavedKeys:
    """Return the keys in a key file's text; a single key is taken where nothing was encrypted with another one yet.

    Raises KeyExistsError, BackupForeignError, KeyWrongError.
    """
    saved = SavedKeys(parse_key(text))
    if is_bare(text) and await asyncio.to_thread(is_filled, options.database_path):
        raise KeyExistsError(
            f"{options.data_dir} has keys of its own, which a single key can't replace. `miauflix key rotate` makes a "
            "new one; to take this one, begin with an empty data folder (--data-dir)."
        )
    return saved


async def verify(options: Options, saved: SavedKeys, progress: Progress = unwatched) -> Verification:
    """Open the database with a copy of the keys alone and decrypt up to 20 sources; remember that it works.

    Raises BackupMismatchError, BackupFileError where there is no database, and DatabaseDamagedError.
    """
    if not await asyncio.to_thread(is_filled, options.database_path):
        raise BackupFileError(f"There is no database in {options.data_dir} to check the copy with.")
    progress(Step.CHECK_KEYS)
    record = saved.record
    cipher = FieldCipher(record)
    try:
        async with Database.open(options.database_path, record.database_key) as database:
            await check_keys(database, cipher)
            backups = KeyBackupRepository(database)
            progress(Step.TRY_ROWS)
            tried, failed = await backups.try_on_rows(cipher)
            if tried and failed == tried:
                raise DatabaseDamagedError("The keys are right, but none of the sources that were tried decrypts.")
            at = datetime.now(UTC)
            await backups.note_verified(record.check, record.active_kid, at, tried - failed)
    except KeyWrongError as error:
        raise _mismatch(options, error) from error
    return Verification(at, tuple(sorted(record.torrent_keys)), tried - failed, failed)


async def plan_restore(
    options: Options,
    environ: Mapping[str, str],
    saved: SavedKeys,
    progress: Progress = unwatched,
    finder: FindBackend = find_backend,
) -> RestorePlan:
    """Check that the keys are those of the database and find out where they go; nothing is written.

    Raises BackupMismatchError, DatabaseDamagedError, KeyringLockedError, KeyringUnavailableError, KeyFileError.
    """
    fits = None
    if await asyncio.to_thread(is_filled, options.database_path):
        progress(Step.CHECK_KEYS)
        try:
            async with Database.open(options.database_path, saved.record.database_key) as database:
                await check_keys(database, FieldCipher(saved.record))
        except KeyWrongError as error:
            raise _mismatch(options, error) from error
        fits = True
    return RestorePlan(await plan_replacement(options, environ, saved, finder), fits)


async def restore(plan: RestorePlan, progress: Progress = unwatched) -> str | None:
    """Put the keys back; return where the former ones are kept, None when there were no others.

    Raises KeyringLockedError, KeyringUnavailableError, KeyFileError.
    """
    progress(Step.WRITE)
    return await carry_out(plan.replacement)


def _mismatch(options: Options, error: KeyWrongError) -> BackupMismatchError:
    if isinstance(error, KeyUnknownError):
        return BackupMismatchError(
            "These keys are older than the database: a key was added since this copy was made. Use the newest copy."
        )
    return BackupMismatchError(
        f"These keys do not open {options.database_path}: they are of another data folder, or older than the last "
        "change of the keys. Use the newest copy of this folder's keys."
    )

"""The use case: new keys. Both kinds of rotation may be killed at any moment and are completed by ``resume``.

The field key goes first into the key record as pending, is noted in the database, and then every row is encrypted
anew; rows name their key, so what is done is known at any time. The database key goes first into the record as
pending, then a copy of the file under it takes the file's place.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from server.errors import DomainError, RotationError
from server.storage import crypto_meta
from server.storage.audit import AuditLog
from server.storage.database import Database
from server.storage.key_backups import KeyBackupRepository
from server.storage.reencryption import reencrypt, verify
from server.vault.amendment import amend
from server.vault.cipher import FieldCipher
from server.vault.keys import OpenKeys
from server.vault.record import KeyRecord, key_check_values

_MOST_KEYS = 8
"""Field keys that one record may hold; a keyring's entry has room for a few more."""

_log = logging.getLogger(__name__)


class Stage(enum.StrEnum):
    """What a rotation is doing, in words for people."""

    ENCRYPT = "Encrypting"
    VERIFY = "Verifying"
    COPY = "Copying the database"


Progress = Callable[[Stage, int, int], None]
"""Takes a stage, how many rows are done and how many there are; called on the event loop."""


def unwatched(_stage: Stage, _done: int, _total: int) -> None:
    """Take a step and do nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rotation of the field key did."""

    kid: int
    """The id of the key that everything is encrypted with."""
    rows: int
    """Rows that were looked at."""
    damaged: int
    """Rows that no key decrypts; they stay as they were."""


class Rotation:
    """Gives one data folder new keys while its database is open; no other server may run on the folder."""

    def __init__(self, data_dir: Path, keys: OpenKeys, database: Database, cipher: FieldCipher) -> None:
        self.record = keys.record
        """The key record as it is stored."""
        self._data_dir = data_dir
        self._store = keys.store
        self._database = database
        self._cipher = cipher
        self._busy = asyncio.Lock()

    async def rotate_torrent_key(self, progress: Progress = unwatched) -> Outcome:
        """Encrypt all identifiers anew under a new key, or complete what was begun; the former key is retired.

        Raises RotationError, and StartErrors when the key record can't be written; doing it again goes on.
        """
        async with self._exclusively():
            await self._forget_retired_keys()
            kid = await self._begun() or await self._new_kid()
            return await self._encrypt_anew(kid, progress)

    async def rotate_database_key(self, progress: Progress = unwatched) -> None:
        """Give the database a new key, or complete what was begun.

        Raises RotationError, DatabaseBusyError, DatabaseDamagedError, and StartErrors when the key record can't be
        written; the database opens as before, and doing it again goes on.
        """
        async with self._exclusively():
            await self._amend(KeyRecord.with_pending_database_key)
            await self._exchange_database_key(progress)

    async def resume(self, progress: Progress = unwatched) -> None:
        """Complete what a kill interrupted, and let go of former keys once the present ones have a verified backup.

        What fails is logged and left for the next time: all keys that are needed are there.
        """
        if self._database.read_only:
            return
        try:
            async with self._exclusively():
                await self._resume(progress)
        except DomainError as error:
            _log.warning("A change of keys could not be completed: %s", error.detail)

    async def _resume(self, progress: Progress) -> None:
        if self.record.pending_database_key:
            _log.info("Completing a change of the database's key")
            await self._exchange_database_key(progress)
        if kid := await self._begun():
            _log.info("Completing a change of the key that identifiers are encrypted with")
            await self._encrypt_anew(kid, progress)
        await self._forget_retired_keys()

    async def _begun(self) -> int | None:
        """Return the id of the field key that a rotation was begun with; None when none was."""
        return self.record.pending_kid or await crypto_meta.rotating_kid(self._database)

    async def _new_kid(self) -> int:
        if len(self.record.torrent_keys) >= _MOST_KEYS:
            raise RotationError(
                f"There are {_MOST_KEYS} keys; the former ones may go once the present one has a backup. Run "
                "`miauflix key backup FILE` and `miauflix key verify FILE`, then try again."
            )
        await self._amend(KeyRecord.with_pending_kid)
        return self.record.pending_kid or self.record.active_kid

    async def _encrypt_anew(self, kid: int, progress: Progress) -> Outcome:
        check = key_check_values(self.record.torrent_keys)[kid]
        await crypto_meta.begin_rotation(self._database, kid, check)
        self._cipher.adopt(self.record.with_active_kid(kid))  # what is added from here on needs no second visit
        encrypting, verifying = partial(progress, Stage.ENCRYPT), partial(progress, Stage.VERIFY)
        await reencrypt(self._database, self._cipher, encrypting)
        found = await verify(self._database, self._cipher, verifying)
        while found.stale:  # another process that opened the former key wrote meanwhile
            await reencrypt(self._database, self._cipher, encrypting)
            found = await verify(self._database, self._cipher, verifying)
        await self._amend(lambda record: record.with_active_kid(kid))
        await crypto_meta.end_rotation(self._database, kid, found.rows - found.damaged, found.damaged)
        await self._database.checkpoint()  # the log still holds the former values
        return Outcome(kid, found.rows, found.damaged)

    async def _exchange_database_key(self, progress: Progress) -> None:
        key = self.record.pending_database_key
        if key is None:
            return
        progress(Stage.COPY, 0, 1)
        if self._database.key != key:
            await self._database.change_key(key)
        await AuditLog(self._database).append("database-key-changed", "ok")
        await self._amend(lambda record: record.with_database_key(key))
        progress(Stage.COPY, 1, 1)

    async def _forget_retired_keys(self) -> None:
        """Drop former field keys, unless they may still be needed: for a rotation, or for want of a good backup."""
        in_use = {self.record.active_kid, self.record.pending_kid}
        if not self.record.torrent_keys.keys() - in_use or await self._begun():
            return
        if await KeyBackupRepository(self._database).verified_at(self.record.check) is None:
            return
        await reencrypt(self._database, self._cipher, partial(unwatched, Stage.ENCRYPT))  # what others wrote meanwhile
        await crypto_meta.forget_retired(self._database)
        await self._amend(lambda record: record.with_kids(()))
        self._cipher.adopt(self.record)

    async def _amend(self, change: Callable[[KeyRecord], KeyRecord]) -> None:
        self.record = await amend(self._data_dir, self._store, change)
        self._cipher.adopt(self.record)

    @contextlib.asynccontextmanager
    async def _exclusively(self) -> AsyncIterator[None]:
        if self._database.read_only:
            raise RotationError("A key is missing. Bring it back first: `miauflix key restore FILE`.")
        async with self._busy:
            yield

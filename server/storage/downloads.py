"""Where each torrent's bytes lie, and its resume data as an envelope."""

from __future__ import annotations

import contextlib
import logging
import secrets
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from server.errors import DiskFullError
from server.models import Download
from server.storage import audit
from server.storage.schema import downloads
from server.vault.cipher import DecryptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.storage.database import Database
    from server.vault.cipher import FieldCipher

_log = logging.getLogger(__name__)

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The last use of what was never played."""

_FOLDER_BYTES = 16


class DownloadRepository:
    """Keeps downloads, found by info hash; the database holds its blind index only."""

    def __init__(self, database: Database, cipher: FieldCipher) -> None:
        self._database = database
        self._cipher = cipher

    async def open(self, info_hash: str, *, use: bool = True) -> Download:
        """Return the torrent's download and note a use of it; at the first call it gets a random folder name.

        What is opened without being used stays unused: it is only got ready for later. Resume data that can't be
        decrypted are left out: the torrent's files are checked again. Raises ValueError.
        """
        index = self._cipher.blind_index(info_hash)
        now = datetime.now(UTC)
        if use:
            with contextlib.suppress(DiskFullError):  # what is on a full disk can be played still
                await self.used(info_hash, now)
        return await self._database.run(lambda connection: self._open(connection, index, now if use else NEVER))

    async def save_resume(self, info_hash: str, data: bytes) -> None:
        """Keep resume data; nothing happens when the download was deleted meanwhile, or nothing may be written."""
        if self._database.read_only:
            return
        index = self._cipher.blind_index(info_hash)
        await self._database.run(lambda connection: self._save(connection, index, data))

    async def used(self, info_hash: str, at: datetime) -> None:
        """Note when the download was used last; nothing happens when it was deleted, or nothing may be written."""
        if self._database.read_only:
            return
        index = self._cipher.blind_index(info_hash)
        statement = downloads.update().where(downloads.c.ih_index == index).values(last_used_at=at)
        await self._database.run(lambda connection: connection.execute(statement))

    async def delete(self, info_hash: str) -> None:
        """Forget a download; its folder is the caller's business."""
        statement = downloads.delete().where(downloads.c.ih_index == self._cipher.blind_index(info_hash))
        await self._database.run(lambda connection: connection.execute(statement))

    async def folders(self) -> Sequence[str]:
        """Return the names of all folders that belong to a download, the least recently used one first."""
        return await self._folders(sa.true())

    async def unused(self) -> Sequence[str]:
        """Return the names of the folders whose download was never played, the oldest first."""
        return await self._folders(downloads.c.last_used_at == NEVER)

    async def forget(self, folder: str) -> None:
        """Forget the download in a folder, which the caller has deleted."""
        statement = downloads.delete().where(downloads.c.folder == folder)
        await self._database.run(lambda connection: connection.execute(statement))

    async def _folders(self, condition: sa.ColumnElement[bool]) -> Sequence[str]:
        query = sa.select(downloads.c.folder).where(condition)
        query = query.order_by(downloads.c.last_used_at, sa.literal_column("rowid", sa.Integer))
        return await self._database.run(lambda connection: connection.execute(query).scalars().all())

    def _open(self, connection: sa.Connection, index: bytes, last_used_at: datetime) -> Download:
        row = connection.execute(sa.select(downloads).where(downloads.c.ih_index == index)).one_or_none()
        if row is None:
            folder = secrets.token_hex(_FOLDER_BYTES)
            row_id = str(uuid.uuid4())
            connection.execute(
                downloads.insert().values(id=row_id, ih_index=index, folder=folder, last_used_at=last_used_at)
            )
            return Download(folder)
        return Download(row.folder, self._resume(connection, row.id, row.resume))

    def _resume(self, connection: sa.Connection, row_id: str, envelope: bytes | None) -> bytes | None:
        if envelope is None:
            return None
        try:
            return self._cipher.decrypt(downloads.name, "resume", row_id, envelope)
        except DecryptionError as error:
            _log.error("Security alert: the resume data of download %s can't be decrypted. %s", row_id, error)
            audit.append(connection, "decrypt-resume", "failed")
            return None

    def _save(self, connection: sa.Connection, index: bytes, data: bytes) -> None:
        row_id = connection.execute(sa.select(downloads.c.id).where(downloads.c.ih_index == index)).scalar()
        if row_id is not None:
            envelope = self._cipher.encrypt(downloads.name, "resume", row_id, data)
            connection.execute(downloads.update().where(downloads.c.id == row_id).values(resume=envelope))

"""When a backup of the keys was last verified, and the rows it is tried on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from server.storage import audit
from server.storage.schema import key_backups, movie_sources
from server.vault.cipher import DecryptionError

if TYPE_CHECKING:
    from datetime import datetime

    from server.storage.database import Database
    from server.vault.cipher import FieldCipher

SAMPLE = 20
"""Sources that a backup is tried on."""


class KeyBackupRepository:
    """Remembers by a record's check value that a backup of it is good."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def verified_at(self, record_check: bytes) -> datetime | None:
        """Return when a backup of these keys was last verified; None when none was."""
        query = sa.select(key_backups.c.verified_at).where(key_backups.c.record_check == record_check)
        return await self._database.run(lambda connection: connection.execute(query).scalar())

    async def note_verified(self, record_check: bytes, kid: int, at: datetime, rows: int) -> None:
        """Remember that a backup of these keys was verified on so many rows."""
        await self._database.run(lambda connection: _note(connection, record_check, kid, at, rows))

    async def try_on_rows(self, cipher: FieldCipher) -> tuple[int, int]:
        """Decrypt sources picked at random; return how many were tried and how many of them failed."""
        query = (
            sa.select(movie_sources.c.id, movie_sources.c.ih, movie_sources.c.ml, movie_sources.c.file)
            .order_by(sa.func.random())
            .limit(SAMPLE)
        )
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return len(rows), sum(not _decrypts(cipher, row) for row in rows)


def _note(connection: sa.Connection, record_check: bytes, kid: int, at: datetime, rows: int) -> None:
    connection.execute(key_backups.delete().where(key_backups.c.record_check == record_check))
    connection.execute(key_backups.insert().values(record_check=record_check, verified_at=at))
    audit.append(connection, "backup-verified", "ok", kid=kid, count=rows)


def _decrypts(cipher: FieldCipher, row: sa.Row[Any, Any, Any, Any]) -> bool:
    try:
        for column in ("ih", "ml", "file"):
            if (envelope := getattr(row, column)) is not None:
                cipher.decrypt(movie_sources.name, column, row.id, envelope)
    except DecryptionError:
        return False
    return True

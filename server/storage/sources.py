"""Sources in the database; what identifies a torrent is in it as envelopes only."""

from __future__ import annotations

import logging
import uuid
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from server.errors import SourceExistsError, SourceNotFoundError, SourceUnavailableError
from server.models import ItemId, Quality, Source, SourceId, TorrentIdentifiers
from server.storage import audit
from server.storage.schema import movie_sources
from server.vault.cipher import DecryptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.storage.database import Database
    from server.vault.cipher import FieldCipher

_log = logging.getLogger(__name__)

_TABLE = movie_sources.name
_LISTED: list[sa.ColumnElement[Any]] = [
    sa.null().label("file") if column.name == "file" else column for column in movie_sources.c
]


class SourceRepository:
    """Keeps sources, one for each torrent."""

    def __init__(self, database: Database, cipher: FieldCipher) -> None:
        self._database = database
        self._cipher = cipher
        self._reported: set[str] = set()

    @property
    def damaged(self) -> int:
        """How many of the sources read so far can't be decrypted."""
        return len(self._reported)

    async def add(self, source: Source) -> None:
        """Keep a source. Raises SourceExistsError, with the other's id, when its torrent is known."""
        await self._database.run(lambda connection: self._add(connection, source))

    async def add_new(self, sources: Sequence[Source]) -> int:
        """Keep those whose torrents are not known yet, all or none; return how many that were."""
        return await self._database.run(lambda connection: self._add_new(connection, sources))

    async def count_known(self, sources: Sequence[Source]) -> int:
        """Return of how many of these the torrent is stored and decrypts."""
        return await self._database.run(lambda connection: sum(self._is_known(connection, s) for s in sources))

    async def get(self, source_id: SourceId) -> Source:
        """Return a source whole. Raises SourceNotFoundError, SourceUnavailableError."""
        row, source = await self._database.run(
            lambda connection: self._read_one(connection, movie_sources.c.id == source_id)
        )
        if row is None:
            raise SourceNotFoundError
        return _available(source)

    async def find(self, info_hash: str) -> Source | None:
        """Return the source of a torrent, None when it has none. Raises SourceUnavailableError, ValueError."""
        index = self._cipher.blind_index(info_hash)
        row, source = await self._database.run(
            lambda connection: self._read_one(connection, movie_sources.c.ih_index == index)
        )
        return None if row is None else _available(source)

    async def list(self) -> Sequence[Source]:
        """Return all sources that can be decrypted, oldest first, without their torrent files: those are large."""
        return await self._database.run(self._list)

    async def count(self) -> int:
        """Return how many sources are stored."""
        query = sa.select(sa.func.count()).select_from(movie_sources)
        return await self._database.run(lambda connection: connection.execute(query).scalar_one())

    async def delete(self, source_id: SourceId) -> None:
        """Forget a source. Raises SourceNotFoundError."""
        statement = movie_sources.delete().where(movie_sources.c.id == source_id)
        if not await self._database.run(lambda connection: connection.execute(statement).rowcount):
            raise SourceNotFoundError
        self._reported.discard(source_id)

    async def note_size(self, source_id: SourceId, size: int) -> None:
        """Remember the video's size in bytes; of a source that is gone, nothing."""
        statement = movie_sources.update().where(movie_sources.c.id == source_id).values(size_bytes=size)
        await self._database.run(lambda connection: connection.execute(statement))

    async def replace_identifiers(self, source_id: SourceId, identifiers: TorrentIdentifiers) -> None:
        """Encrypt these in place of the source's present ones. Raises SourceNotFoundError, SourceExistsError."""
        await self._database.run(lambda connection: self._replace(connection, source_id, identifiers))

    def _add_new(self, connection: sa.Connection, sources: Sequence[Source]) -> int:
        added = 0
        for source in sources:
            taken = sa.select(movie_sources.c.id).where(movie_sources.c.id == source.id)
            fresh = source if connection.execute(taken).first() is None else replace(source, id=_new_id())
            with suppress(SourceExistsError):
                self._add(connection, fresh)
                added += 1
        return added

    def _is_known(self, connection: sa.Connection, source: Source) -> bool:
        _, stored = self._read_one(connection, self._same_file(source.identifiers, source.file_index))
        return stored is not None and stored.identifiers.info_hash == source.identifiers.info_hash

    def _same_file(self, identifiers: TorrentIdentifiers, file_index: int | None) -> sa.ColumnElement[bool]:
        """Return the condition for the same file of the same torrent; the episodes of a pack are files of one."""
        index = self._cipher.blind_index(identifiers.info_hash)
        return sa.and_(movie_sources.c.ih_index == index, movie_sources.c.file_index.is_not_distinct_from(file_index))

    def _add(self, connection: sa.Connection, source: Source) -> None:
        self._refuse_known(connection, source.id, source.identifiers, source.file_index)
        row = {
            "id": source.id,
            "item_id": source.item_id,
            "title": source.title,
            "provider": source.provider,
            "file_index": source.file_index,
            "quality": source.quality.value,
            "resolution": source.resolution,
            "size_bytes": source.size_bytes,
            "seeders": source.seeders,
            "created_at": source.created_at,
            **self._seal(source.id, source.identifiers),
        }
        connection.execute(movie_sources.insert(), row)

    def _replace(self, connection: sa.Connection, source_id: SourceId, identifiers: TorrentIdentifiers) -> None:
        own = sa.select(movie_sources.c.file_index).where(movie_sources.c.id == source_id)
        self._refuse_known(connection, source_id, identifiers, connection.execute(own).scalar())
        sealed = self._seal(source_id, identifiers)
        statement = movie_sources.update().where(movie_sources.c.id == source_id).values(sealed)
        if not connection.execute(statement).rowcount:
            raise SourceNotFoundError

    def _refuse_known(
        self, connection: sa.Connection, source_id: SourceId, identifiers: TorrentIdentifiers, file_index: int | None
    ) -> None:
        """Refuse a second source of the same file. Raises SourceExistsError."""
        same = self._same_file(identifiers, file_index)
        others = sa.select(movie_sources.c.id).where(same, movie_sources.c.id != source_id)
        other = connection.execute(others).scalar()
        if other is not None:
            raise SourceExistsError(other)

    def _list(self, connection: sa.Connection) -> Sequence[Source]:
        query = sa.select(*_LISTED).order_by(movie_sources.c.created_at, movie_sources.c.id)
        sources = [self._read(connection, row) for row in connection.execute(query).all()]
        return [source for source in sources if source is not None]

    def _read_one(
        self, connection: sa.Connection, condition: sa.ColumnElement[bool]
    ) -> tuple[sa.Row[Any] | None, Source | None]:
        row = connection.execute(sa.select(movie_sources).where(condition)).one_or_none()
        return row, None if row is None else self._read(connection, row)

    def _read(self, connection: sa.Connection, row: sa.Row[Any]) -> Source | None:
        """Return the row's source, None when it can't be decrypted."""
        try:
            identifiers = self._unseal(row)
        except DecryptionError as error:
            self._report(connection, row.id, error)
            return None
        return Source(
            id=SourceId(row.id),
            item_id=ItemId(row.item_id),
            title=row.title,
            provider=row.provider,
            identifiers=identifiers,
            created_at=row.created_at,
            file_index=row.file_index,
            quality=Quality(row.quality),
            resolution=row.resolution,
            size_bytes=row.size_bytes,
            seeders=row.seeders,
        )

    def _report(self, connection: sa.Connection, row_id: str, error: DecryptionError) -> None:
        """Raise the alarm once for each source: lists are read all the time."""
        if row_id in self._reported:
            return
        self._reported.add(row_id)
        _log.error("Security alert: source %s can't be decrypted. %s", row_id, error)
        audit.append(connection, "decrypt-source", "failed")

    def _seal(self, row_id: str, identifiers: TorrentIdentifiers) -> dict[str, bytes | None]:
        magnet, file = identifiers.magnet, identifiers.torrent_file
        seal = self._cipher.encrypt
        return {
            "ih": seal(_TABLE, "ih", row_id, identifiers.info_hash.encode()),
            "ml": None if magnet is None else seal(_TABLE, "ml", row_id, magnet.encode()),
            "file": None if file is None else seal(_TABLE, "file", row_id, file),
            "ih_index": self._cipher.blind_index(identifiers.info_hash),
        }

    def _unseal(self, row: sa.Row[Any]) -> TorrentIdentifiers:
        unseal = self._cipher.decrypt
        return TorrentIdentifiers(
            info_hash=unseal(_TABLE, "ih", row.id, row.ih).decode(),
            magnet=None if row.ml is None else unseal(_TABLE, "ml", row.id, row.ml).decode(),
            torrent_file=None if row.file is None else unseal(_TABLE, "file", row.id, row.file),
        )


def _new_id() -> SourceId:
    return SourceId(str(uuid.uuid4()))


def _available(source: Source | None) -> Source:
    if source is None:
        raise SourceUnavailableError("This source is damaged in the database. Remove it and add it again.")
    return source

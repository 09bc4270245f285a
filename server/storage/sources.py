"""Sources in the database; what identifies a torrent is in it as envelopes only."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from server.errors import SourceExistsError, SourceNotFoundError, SourceUnavailableError
from server.models import SourceId, TorrentIdentifiers
from server.storage.found_sources import merge
from server.storage.schema import movie_sources
from server.storage.source_rows import LISTED, SourceRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.models import ItemId, Source
    from server.storage.database import Database
    from server.vault.cipher import FieldCipher

_ADDED = movie_sources.c.found_at.is_(None)


class SourceRepository:
    """Keeps sources: one for each file that people added, one for each item and torrent that searches found."""

    def __init__(self, database: Database, cipher: FieldCipher) -> None:
        self._database = database
        self._rows = SourceRows(cipher)

    @property
    def damaged(self) -> int:
        """How many of the sources read so far can't be decrypted."""
        return len(self._rows.reported)

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
        """Return a source of the torrent, rather one that was added by hand; None when it has none.

        Raises SourceUnavailableError, ValueError.
        """
        same = self._rows.same_torrent(TorrentIdentifiers(info_hash))
        row, source = await self._database.run(lambda connection: self._read_one(connection, same))
        return None if row is None else _available(source)

    async def list(self) -> Sequence[Source]:
        """Return what people added and can be decrypted, oldest first, without their torrent files."""
        query = sa.select(*LISTED).where(_ADDED).order_by(movie_sources.c.created_at, movie_sources.c.id)
        return await self._database.run(lambda connection: self._rows.read_all(connection, query))

    async def of_item(self, item_id: ItemId) -> Sequence[Source]:
        """Return an item's sources that can be decrypted, without their torrent files."""
        query = sa.select(*LISTED).where(movie_sources.c.item_id == item_id)
        return await self._database.run(lambda connection: self._rows.read_all(connection, query))

    async def merge(self, sources: Sequence[Source]) -> None:
        """Keep what a search found: new torrents, and what is new about those that are stored."""
        await self._database.run(lambda connection: merge(connection, self._rows, sources))

    async def count(self) -> int:
        """Return how many sources are stored, found ones too."""
        query = sa.select(sa.func.count()).select_from(movie_sources)
        return await self._database.run(lambda connection: connection.execute(query).scalar_one())

    async def count_added(self) -> int:
        """Return how many sources people added."""
        query = sa.select(sa.func.count()).select_from(movie_sources).where(_ADDED)
        return await self._database.run(lambda connection: connection.execute(query).scalar_one())

    async def delete(self, source_id: SourceId) -> None:
        """Forget a source. Raises SourceNotFoundError."""
        statement = movie_sources.delete().where(movie_sources.c.id == source_id)
        if not await self._database.run(lambda connection: connection.execute(statement).rowcount):
            raise SourceNotFoundError
        self._rows.reported.discard(source_id)

    async def note_size(self, source_id: SourceId, size: int) -> None:
        """Remember the video's size in bytes; of a source that is gone, nothing."""
        await self._note(source_id, size_bytes=size)

    async def note_file(self, source_id: SourceId, index: int, size: int) -> None:
        """Remember which file of the torrent is the video, and its size in bytes."""
        await self._note(source_id, file_index=index, size_bytes=size)

    async def note_refusal(self, source_id: SourceId, code: str) -> None:
        """Remember the code of the error for which the source can't be played."""
        await self._note(source_id, refusal=code)

    async def pin(self, source_id: SourceId, *, pinned: bool) -> None:
        """Make a source its item's first choice, in place of another, or no longer. Raises SourceNotFoundError."""
        await self._database.run(lambda connection: _pin(connection, source_id, pinned=pinned))

    async def block(self, source_id: SourceId, *, blocked: bool) -> None:
        """Never choose a source by itself again, or do. Raises SourceNotFoundError."""
        change = {"blocked": True, "pinned": False} if blocked else {"blocked": False}
        if not await self._note(source_id, **change):
            raise SourceNotFoundError

    async def _note(self, source_id: SourceId, **change: Any) -> int:
        statement = movie_sources.update().where(movie_sources.c.id == source_id).values(change)
        return await self._database.run(lambda connection: connection.execute(statement).rowcount)

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
        """Return the condition for the same file of the same torrent, among what people added."""
        file = movie_sources.c.file_index.is_not_distinct_from(file_index)
        return sa.and_(self._rows.same_torrent(identifiers), file, _ADDED)

    def _add(self, connection: sa.Connection, source: Source) -> None:
        self._refuse_known(connection, source.id, source.identifiers, source.file_index)
        connection.execute(movie_sources.insert(), self._rows.values(source))

    def _replace(self, connection: sa.Connection, source_id: SourceId, identifiers: TorrentIdentifiers) -> None:
        own = sa.select(movie_sources.c.file_index).where(movie_sources.c.id == source_id)
        self._refuse_known(connection, source_id, identifiers, connection.execute(own).scalar())
        sealed = self._rows.seal(source_id, identifiers)
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

    def _read_one(
        self, connection: sa.Connection, condition: sa.ColumnElement[bool]
    ) -> tuple[sa.Row[Any] | None, Source | None]:
        """Return the oldest row, those that people added before all others."""
        oldest = (movie_sources.c.found_at.is_not(None), movie_sources.c.created_at)
        query = sa.select(movie_sources).where(condition).order_by(*oldest).limit(1)
        row = connection.execute(query).one_or_none()
        return row, None if row is None else self._rows.read(connection, row)


def _pin(connection: sa.Connection, source_id: SourceId, *, pinned: bool) -> None:
    item = connection.execute(sa.select(movie_sources.c.item_id).where(movie_sources.c.id == source_id)).scalar()
    if item is None:
        raise SourceNotFoundError
    one = movie_sources.c.id == source_id
    if pinned:
        others = movie_sources.update().where(movie_sources.c.item_id == item, movie_sources.c.pinned, ~one)
        connection.execute(others.values(pinned=False))
    change = {"pinned": True, "blocked": False} if pinned else {"pinned": False}
    connection.execute(movie_sources.update().where(one).values(change))


def _new_id() -> SourceId:
    return SourceId(str(uuid.uuid4()))


def _available(source: Source | None) -> Source:
    if source is None:
        raise SourceUnavailableError("This source is damaged in the database. Remove it and add it again.")
    return source

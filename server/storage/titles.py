"""Titles of the catalogue as they were last seen, for when it can't be reached; and where their posters are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from server.models import ItemId, TitleKind
from server.storage.schema import posters, titles
from server.titles import Title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from server.storage.database import Database

MOST = 20_000
"""Titles that are remembered; of more, those seen least recently are forgotten."""


class TitleRepository:
    """Keeps titles, their details as whoever puts them has them, and the addresses of posters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, found: Sequence[Title], posters_by_key: Mapping[str, str], seen_at: datetime) -> None:
        """Remember titles, and the posters' addresses by the keys they are shown under."""
        if found or posters_by_key:
            await self._database.run(lambda connection: _put(connection, found, posters_by_key, seen_at))

    async def put_details(self, title: Title, details: bytes, at: datetime) -> None:
        """Remember a title's details, which ``put`` has seen."""
        statement = titles.update().where(titles.c.id == title.id).values(details=details, detailed_at=at)
        await self._database.run(lambda connection: connection.execute(statement))

    async def get(self, title_id: ItemId) -> Title | None:
        """Return a title as it was last seen."""
        query = sa.select(titles).where(titles.c.id == title_id)
        row = await self._database.run(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else _title(row)

    async def details(self, title_id: ItemId) -> tuple[bytes, datetime] | None:
        """Return a title's details and when they were put."""
        query = sa.select(titles.c.details, titles.c.detailed_at).where(
            titles.c.id == title_id, titles.c.details.is_not(None)
        )
        row = await self._database.run(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else (row.details, row.detailed_at)

    async def search(self, query: str, kind: TitleKind | None, first: int, most: int) -> Sequence[Title]:
        """Return titles that hold the words, those seen last first; all of them when there are no words."""
        conditions = [titles.c.title.icontains(word, autoescape=True) for word in query.split()]
        if kind:
            conditions.append(titles.c.kind == kind.value)
        chosen = sa.select(titles).where(*conditions).order_by(titles.c.seen_at.desc(), titles.c.id)
        rows = await self._database.run(lambda connection: connection.execute(chosen.offset(first).limit(most)).all())
        return [_title(row) for row in rows]

    async def poster(self, key: str) -> str | None:
        """Return where the picture is that is shown under a key."""
        query = sa.select(posters.c.url).where(posters.c.key == key)
        return await self._database.run(lambda connection: connection.execute(query).scalar())

    async def prune(self, most: int = MOST) -> None:
        """Forget titles beyond so many."""
        newest = sa.select(titles.c.id).order_by(titles.c.seen_at.desc()).limit(most)
        statement = titles.delete().where(titles.c.id.not_in(newest))
        await self._database.run(lambda connection: connection.execute(statement))


def _put(
    connection: sa.Connection, found: Sequence[Title], posters_by_key: Mapping[str, str], seen_at: datetime
) -> None:
    rows = [
        {
            "id": title.id,
            "kind": title.kind.value,
            "title": title.title,
            "year": title.year,
            "poster": title.poster,
            "seen_at": seen_at,
        }
        for title in found
    ]
    if rows:
        statement = insert(titles)
        replaced = {name: statement.excluded[name] for name in rows[0] if name != "id"}
        connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=replaced), rows)
    if posters_by_key:
        pictures = [{"key": key, "url": url} for key, url in posters_by_key.items()]
        connection.execute(insert(posters).on_conflict_do_nothing(), pictures)


def _title(row: sa.Row[Any]) -> Title:
    return Title(ItemId(row.id), TitleKind(row.kind), row.title, row.year, row.poster)

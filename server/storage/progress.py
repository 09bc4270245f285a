"""How far each title was watched: the newest titles only, so that no device can fill the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from server.models import ItemId, ResumePoint, SourceId
from server.storage.schema import movie_sources, progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.storage.database import Database

MOST = 2000
"""Titles that are remembered; of more, those watched least recently are forgotten."""

_ADDED_BY_HAND = "local:%"


class ProgressRepository:
    """Keeps one resume point a title."""

    def __init__(self, database: Database, most: int = MOST) -> None:
        self._database = database
        self._most = most

    async def put(self, point: ResumePoint) -> None:
        """Keep a resume point in place of the title's former one."""
        await self._database.run(lambda connection: _put(connection, point, self._most))

    async def get(self, item_id: ItemId) -> ResumePoint | None:
        """Return a title's resume point."""
        query = sa.select(progress).where(progress.c.item_id == item_id)
        row = await self._database.run(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else _point(row)

    async def remove(self, item_id: ItemId) -> None:
        """Forget how far a title was watched; one that never was is fine."""
        statement = progress.delete().where(progress.c.item_id == item_id)
        await self._database.run(lambda connection: connection.execute(statement))

    async def latest(self) -> Sequence[ResumePoint]:
        """Return all resume points, the newest first, but those of titles added by hand that are there no more."""
        kept = sa.exists().where(movie_sources.c.item_id == progress.c.item_id)
        gone = progress.c.item_id.like(_ADDED_BY_HAND) & ~kept
        query = sa.select(progress).where(~gone).order_by(progress.c.updated_at.desc(), progress.c.item_id)
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [_point(row) for row in rows]


def _put(connection: sa.Connection, point: ResumePoint, most: int) -> None:
    values = {
        "source_id": point.source_id,
        "title": point.title,
        "poster": point.poster,
        "position": point.position,
        "duration": point.duration,
        "updated_at": point.updated_at,
    }
    statement = insert(progress).values(item_id=point.item_id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["item_id"], set_=values))
    newest = sa.select(progress.c.item_id).order_by(progress.c.updated_at.desc()).limit(most)
    connection.execute(progress.delete().where(progress.c.item_id.not_in(newest)))


def _point(row: sa.Row[Any]) -> ResumePoint:
    return ResumePoint(
        item_id=ItemId(row.item_id),
        source_id=SourceId(row.source_id),
        title=row.title,
        poster=row.poster,
        position=row.position,
        duration=row.duration,
        updated_at=row.updated_at,
    )

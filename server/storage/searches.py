"""When the providers were last asked for an item's sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from server.storage.schema import searches

if TYPE_CHECKING:
    from datetime import datetime

    from server.models import ItemId
    from server.storage.database import Database


class SearchRepository:
    """Keeps, for each item, when the providers had an answer and until when it is fresh."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, item_id: ItemId) -> tuple[datetime, datetime] | None:
        """Return when the providers were asked, and until when their answer is fresh; None when they never had one."""
        query = sa.select(searches.c.asked_at, searches.c.fresh_until).where(searches.c.item_id == item_id)
        row = await self._database.run(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else (row.asked_at, row.fresh_until)

    async def put(self, item_id: ItemId, asked_at: datetime, fresh_until: datetime) -> None:
        """Remember an answer in place of the former one."""
        values = {"asked_at": asked_at, "fresh_until": fresh_until}
        statement = insert(searches).values(item_id=item_id, **values)
        upsert = statement.on_conflict_do_update(index_elements=["item_id"], set_=values)
        await self._database.run(lambda connection: connection.execute(upsert))

    async def prune(self, before: datetime) -> None:
        """Forget what was asked before that moment; sources stay."""
        statement = searches.delete().where(searches.c.asked_at < before)
        await self._database.run(lambda connection: connection.execute(statement))

"""How hosts rest that failed, so that a restart does not ask them all anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from server.models import HostRest
from server.storage.schema import host_rests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.storage.database import Database


class HostRestRepository:
    """Keeps the hosts that do not stand on the ground of the ladder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> Mapping[str, HostRest]:
        """Return how each host rests, by its name."""
        rows = await self._database.run(lambda connection: connection.execute(sa.select(host_rests)).all())
        return {row.host: HostRest(row.step, row.until) for row in rows}

    async def save(self, host: str, rest: HostRest) -> None:
        """Remember how a host rests; one that is well is forgotten. Raises SafeModeError, DiskFullError."""
        await self._database.run(lambda connection: _save(connection, host, rest))


def _save(connection: sa.Connection, host: str, rest: HostRest) -> None:
    connection.execute(host_rests.delete().where(host_rests.c.host == host))
    if rest != HostRest():
        connection.execute(host_rests.insert().values(host=host, step=rest.step, until=rest.until))

"""The audit log: what was done to keys and ciphertexts, how often and with what outcome. Never an identifier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from server.storage.connection import READ_ONLY
from server.storage.schema import audit_log

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.storage.database import Database


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the log; ``kid`` is the key concerned, if one was."""

    operation: str
    outcome: str
    at: datetime
    kid: int | None = None
    count: int = 1


def append(connection: sa.Connection, operation: str, outcome: str, *, kid: int | None = None, count: int = 1) -> None:
    """Write a line, as of this moment, in the caller's transaction; none where nothing may be written."""
    if connection.get_execution_options().get(READ_ONLY):
        return
    values = {"operation": operation, "outcome": outcome, "kid": kid, "count": count, "at": datetime.now(UTC)}
    connection.execute(audit_log.insert().values(values))


class AuditLog:
    """Reads the log, and writes lines that belong to no other change."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, operation: str, outcome: str, *, kid: int | None = None, count: int = 1) -> None:
        """Write a line, as of this moment."""
        await self._database.run(lambda connection: append(connection, operation, outcome, kid=kid, count=count))

    async def latest(self, limit: int = 100) -> Sequence[AuditEntry]:
        """Return the newest lines, newest first."""
        query = sa.select(audit_log).order_by(audit_log.c.id.desc()).limit(limit)
        rows = await self._database.run(lambda connection: connection.execute(query).mappings().all())
        return [AuditEntry(row["operation"], row["outcome"], row["at"], row["kid"], row["count"]) for row in rows]

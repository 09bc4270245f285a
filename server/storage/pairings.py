"""Devices that ask to come in, by the hash of the secret they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from server.errors import PairingNotFoundError
from server.models import Pairing, PairingState
from server.storage.schema import pairings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from server.storage.database import Database


class PairingRepository:
    """Keeps pairings until they are taken or purged."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(  # noqa: PLR0917 - a row, in the order of its columns
        self,
        device_code_hash: bytes,
        user_code: str | None,
        name: str,
        address: str,
        created_at: datetime,
        expires_at: datetime,
        *,
        approved: bool,
    ) -> None:
        """Keep a pairing; one without a user code can't be approved by it later."""
        statement = pairings.insert().values(
            device_code_hash=device_code_hash,
            user_code=user_code or "",
            device_name=name,
            address=address,
            created_at=created_at,
            expires_at=expires_at,
            state=(PairingState.APPROVED if approved else PairingState.PENDING).value,
        )
        await self._database.run(lambda connection: connection.execute(statement))

    async def find(self, device_code_hash: bytes) -> Pairing | None:
        """Return the pairing in whatever state it is, expired or not."""
        query = sa.select(pairings).where(pairings.c.device_code_hash == device_code_hash)
        row = await self._database.run(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else _pairing(row)

    async def approve(self, user_code: str) -> None:
        """Let the pending pairing pass. Raises PairingNotFoundError."""
        await self._answer(user_code, PairingState.APPROVED)

    async def deny(self, user_code: str) -> None:
        """Turn the pending pairing away. Raises PairingNotFoundError."""
        await self._answer(user_code, PairingState.DENIED)

    async def take(self, device_code_hash: bytes) -> Pairing | None:
        """Remove and return an approved pairing; None when there is none, so that it is taken once."""
        statement = (
            pairings.delete()
            .where(pairings.c.device_code_hash == device_code_hash, pairings.c.state == PairingState.APPROVED.value)
            .returning(*pairings.c)
        )
        row = await self._database.run(lambda connection: connection.execute(statement).one_or_none())
        return None if row is None else _pairing(row)

    async def pending(self, now: datetime) -> Sequence[Pairing]:
        """Return what waits for an answer and has not expired, oldest first."""
        query = (
            sa.select(pairings)
            .where(pairings.c.state == PairingState.PENDING.value, pairings.c.expires_at > now)
            .order_by(pairings.c.created_at)
        )
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [_pairing(row) for row in rows]

    async def purge(self, now: datetime) -> None:
        """Forget what expired before ``now``."""
        statement = pairings.delete().where(pairings.c.expires_at <= now)
        await self._database.run(lambda connection: connection.execute(statement))

    async def _answer(self, user_code: str, state: PairingState) -> None:
        statement = (
            pairings.update()
            .where(pairings.c.user_code == user_code, pairings.c.state == PairingState.PENDING.value)
            .values(state=state.value)
        )
        if not await self._database.run(lambda connection: connection.execute(statement).rowcount):
            raise PairingNotFoundError


def _pairing(row: sa.Row[Any]) -> Pairing:
    return Pairing(row.user_code, row.device_name, row.address, row.expires_at, PairingState(row.state))

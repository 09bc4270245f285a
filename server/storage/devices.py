"""Devices that were let in. A revoked one keeps its row, so that its old access tokens stay worthless."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from server.errors import DeviceNotFoundError, InvalidGrantError
from server.models import Device, DeviceId, Scope
from server.storage import refresh_tokens
from server.storage.schema import devices

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from server.storage.database import Database


class DeviceRepository:
    """Keeps devices and the hashes of their refresh tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, device: Device) -> None:
        """Keep a device."""
        statement = devices.insert().values(
            id=device.id,
            name=device.name,
            scope=device.scope.value,
            created_at=device.created_at,
            last_seen_at=device.last_seen_at,
            generation=device.generation,
            revoked=False,
        )
        await self._database.run(lambda connection: connection.execute(statement))

    async def get(self, device_id: DeviceId) -> Device | None:
        """Return a device; None when it is unknown or was revoked."""
        query = sa.select(devices).where(devices.c.id == device_id, ~devices.c.revoked)
        row = await self._database.run(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else _device(row)

    async def list(self) -> Sequence[Device]:
        """Return the devices that were not revoked, oldest first."""
        query = sa.select(devices).where(~devices.c.revoked).order_by(devices.c.created_at, devices.c.id)
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [_device(row) for row in rows]

    async def rename(self, device_id: DeviceId, name: str) -> None:
        """Give a device another name. Raises DeviceNotFoundError."""
        await self._change(device_id, name=name)

    async def set_scope(self, device_id: DeviceId, scope: Scope) -> None:
        """Let a device do more or less; tokens it has already follow at once. Raises DeviceNotFoundError."""
        await self._change(device_id, scope=scope.value)

    async def revoke(self, device_id: DeviceId) -> None:
        """Turn a device out: all its tokens die. Raises DeviceNotFoundError, also for one revoked before."""
        if not await self._database.run(lambda connection: _revoke(connection, device_id)):
            raise DeviceNotFoundError("No device has this id; it may have been turned out already.")

    async def _change(self, device_id: DeviceId, **values: str) -> None:
        statement = devices.update().where(devices.c.id == device_id, ~devices.c.revoked).values(**values)
        if not await self._database.run(lambda connection: connection.execute(statement).rowcount):
            raise DeviceNotFoundError("No device has this id; it may have been turned out already.")

    async def touch(self, device_id: DeviceId, at: datetime) -> None:
        """Note when the device was last seen; nothing happens where nothing may be written."""
        if self._database.read_only:
            return
        statement = devices.update().where(devices.c.id == device_id).values(last_seen_at=at)
        await self._database.run(lambda connection: connection.execute(statement))

    async def add_refresh(self, device_id: DeviceId, token_hash: bytes, at: datetime) -> None:
        """Keep the hash of a device's first refresh token."""
        await self._database.run(lambda connection: refresh_tokens.add(connection, device_id, token_hash, at))

    async def rotate_refresh(self, old_hash: bytes, new_hash: bytes, at: datetime) -> DeviceId:
        """Spend a refresh token for the next one and return whose it is.

        Raises InvalidGrantError for an unknown token, and for one spent before: two parties hold it, so the device is
        revoked. Only a token spent less than 30 s ago may come again, as long as none given for it was used: an answer
        was lost, or two tabs asked at once.
        """
        outcome = await self._database.run(lambda connection: _rotate(connection, old_hash, new_hash, at))
        if outcome is None:
            raise InvalidGrantError
        return outcome

    async def check_refresh(self, token_hash: bytes, at: datetime) -> DeviceId:
        """Return whose refresh token this is, and leave everything as it is.

        Raises InvalidGrantError for a token that ``rotate_refresh`` would not take.
        """
        holder = await self._database.run(lambda connection: _holder(connection, token_hash, at))
        if holder is None:
            raise InvalidGrantError
        return holder


def _holder(connection: sa.Connection, token_hash: bytes, at: datetime) -> DeviceId | None:
    token = refresh_tokens.find(connection, token_hash)
    return token.device_id if token and refresh_tokens.may_rotate(connection, token, at) else None


def _rotate(connection: sa.Connection, old_hash: bytes, new_hash: bytes, at: datetime) -> DeviceId | None:
    token = refresh_tokens.find(connection, old_hash)
    if token is None:
        return None
    if not refresh_tokens.may_rotate(connection, token, at):
        _revoke(connection, token.device_id)
        return None
    refresh_tokens.spend(connection, token, new_hash, at)
    return token.device_id


def _revoke(connection: sa.Connection, device_id: DeviceId) -> bool:
    statement = (
        devices.update()
        .where(devices.c.id == device_id, ~devices.c.revoked)
        .values(revoked=True, generation=devices.c.generation + 1)
    )
    refresh_tokens.forget(connection, device_id)
    return connection.execute(statement).rowcount > 0


def _device(row: sa.Row[Any]) -> Device:
    return Device(
        id=DeviceId(row.id),
        name=row.name,
        scope=Scope(row.scope),
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        generation=row.generation,
    )

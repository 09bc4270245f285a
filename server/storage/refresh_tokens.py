"""Refresh tokens as a family tree: each names the one it was given for, which shows when one is used twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from server.models import DeviceId
from server.storage.schema import refresh_tokens

REPEAT_WITHIN = timedelta(seconds=30)
_REMEMBER_SPENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A token as stored: its hash, its device, the token before it, and when it was spent."""

    token_hash: bytes
    device_id: DeviceId
    parent: bytes | None
    used_at: datetime | None


def add(
    connection: sa.Connection, device_id: DeviceId, token_hash: bytes, at: datetime, parent: bytes | None = None
) -> None:
    """Keep a token that was given out for ``parent``, or for nothing."""
    connection.execute(
        refresh_tokens.insert().values(token_hash=token_hash, device_id=device_id, parent=parent, issued_at=at)
    )


def find(connection: sa.Connection, token_hash: bytes) -> RefreshToken | None:
    """Return the token with this hash."""
    row = connection.execute(sa.select(refresh_tokens).where(refresh_tokens.c.token_hash == token_hash)).one_or_none()
    return None if row is None else RefreshToken(row.token_hash, DeviceId(row.device_id), row.parent, row.used_at)


def may_rotate(connection: sa.Connection, token: RefreshToken, at: datetime) -> bool:
    """Return whether the token is unspent and no twin of it was used, or comes again soon and harmlessly."""
    if token.used_at is None:
        return token.parent is None or not _has_used_child(connection, token.parent)
    return at - token.used_at < REPEAT_WITHIN and not _has_used_child(connection, token.token_hash)


def spend(connection: sa.Connection, token: RefreshToken, new_hash: bytes, at: datetime) -> None:
    """Mark the token as used, give out the next one, and forget what was spent long ago."""
    table = refresh_tokens.c
    connection.execute(
        refresh_tokens.update().where(table.token_hash == token.token_hash, table.used_at.is_(None)).values(used_at=at)
    )
    add(connection, token.device_id, new_hash, at, token.token_hash)
    connection.execute(
        refresh_tokens.delete().where(table.device_id == token.device_id, table.used_at < at - _REMEMBER_SPENT)
    )


def forget(connection: sa.Connection, device_id: DeviceId) -> None:
    """Delete all tokens of a device."""
    connection.execute(refresh_tokens.delete().where(refresh_tokens.c.device_id == device_id))


def _has_used_child(connection: sa.Connection, token_hash: bytes) -> bool:
    query = sa.select(refresh_tokens.c.token_hash).where(
        refresh_tokens.c.parent == token_hash, refresh_tokens.c.used_at.is_not(None)
    )
    return connection.execute(query.limit(1)).first() is not None

"""The keys a database was written with: a check before anything is read that the key record holds these very keys."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import sqlalchemy as sa

from server.errors import KeyUnknownError, KeyWrongError
from server.storage import audit
from server.storage.schema import crypto_meta

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.storage.database import Database
    from server.vault.cipher import FieldCipher

ACTIVE = "active"
"""The state of the key that new values are encrypted with."""
ROTATING = "rotating"
"""The state of the key that values are being encrypted anew with."""
RETIRED = "retired"
"""The state of a key that nothing is encrypted with any more, kept until its successor has a verified backup."""


async def check_keys(database: Database, cipher: FieldCipher) -> None:
    """Compare the cipher's keys with those the database was written with; an empty database learns the active one.

    Having written nothing, raises KeyUnknownError when a key is missing, KeyWrongError when one is another.
    """
    await database.run(lambda connection: _check(connection, cipher))


def _check(connection: sa.Connection, cipher: FieldCipher) -> None:
    known = cipher.key_check_values()
    rows = connection.execute(sa.select(crypto_meta.c.kid, crypto_meta.c.kcv)).all()
    for row in rows:
        if row.kid not in known:
            raise KeyUnknownError(
                f"The database was encrypted with a key (number {row.kid}) that is not stored here. "
                "Bring it back with `miauflix key restore FILE`, from the newest backup of the key."
            )
        if not hmac.compare_digest(row.kcv, known[row.kid]):
            raise KeyWrongError(
                f"The stored key (number {row.kid}) is not the one the database was encrypted with. "
                "Bring back the key it was made with: `miauflix key restore FILE`."
            )
    if not rows:
        kid = cipher.active_kid
        connection.execute(crypto_meta.insert().values(kid=kid, kcv=known[kid], state=ACTIVE))
        audit.append(connection, "key-registered", "ok", kid=kid)


async def rotating_kid(database: Database) -> int | None:
    """Return the id of the key that values are being encrypted anew with; None when no rotation was begun."""
    return await database.run(lambda connection: next(iter(_kids_in(connection, ROTATING)), None))


async def begin_rotation(database: Database, kid: int, kcv: bytes) -> None:
    """Note that values are being encrypted anew with this key; nothing happens when that was noted."""
    await database.run(lambda connection: _begin(connection, kid, kcv))


async def end_rotation(database: Database, kid: int, rows: int, damaged: int) -> None:
    """Make this key the active one and retire the one that was; ``rows`` are under it, ``damaged`` are not."""
    await database.run(lambda connection: _end(connection, kid, rows, damaged))


async def forget_retired(database: Database) -> None:
    """Let the database do without its retired keys."""
    await database.run(_forget_retired)


def _kids_in(connection: sa.Connection, state: str) -> Sequence[int]:
    query = sa.select(crypto_meta.c.kid).where(crypto_meta.c.state == state).order_by(crypto_meta.c.kid)
    return connection.execute(query).scalars().all()


def _begin(connection: sa.Connection, kid: int, kcv: bytes) -> None:
    if kid not in _kids_in(connection, ROTATING):
        connection.execute(crypto_meta.insert().values(kid=kid, kcv=kcv, state=ROTATING))
        audit.append(connection, "rotation-begun", "ok", kid=kid)


def _end(connection: sa.Connection, kid: int, rows: int, damaged: int) -> None:
    connection.execute(crypto_meta.update().where(crypto_meta.c.kid != kid).values(state=RETIRED))
    connection.execute(crypto_meta.update().where(crypto_meta.c.kid == kid).values(state=ACTIVE))
    audit.append(connection, "rotation-ended", "ok", kid=kid, count=rows)
    if damaged:
        audit.append(connection, "rotation-ended", "failed", kid=kid, count=damaged)


def _forget_retired(connection: sa.Connection) -> None:
    kids = _kids_in(connection, RETIRED)
    connection.execute(crypto_meta.delete().where(crypto_meta.c.state == RETIRED))
    for kid in kids:
        audit.append(connection, "key-forgotten", "ok", kid=kid)

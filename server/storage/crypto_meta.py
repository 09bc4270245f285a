"""The keys a database was written with: a check before anything is read that the key record holds these very keys."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import sqlalchemy as sa

from server.errors import KeyUnknownError, KeyWrongError
from server.storage import audit
from server.storage.schema import crypto_meta

if TYPE_CHECKING:
    from server.storage.database import Database
    from server.vault.cipher import FieldCipher

ACTIVE = "active"


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

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from server.errors import KeyWrongError
from server.storage.audit import AuditLog
from server.storage.crypto_meta import check_keys
from server.storage.schema import crypto_meta
from server.vault.cipher import FieldCipher

if TYPE_CHECKING:
    from server.storage.database import Database
    from server.vault.record import KeyRecord


async def keys_in_use(database: Database) -> list[tuple[int, bytes, str]]:
    rows = await database.run(lambda connection: connection.execute(sa.select(crypto_meta)).all())
    return [(row.kid, row.kcv, row.state) for row in rows]


async def test_an_empty_database_learns_the_key(database: Database, record: KeyRecord) -> None:
    cipher = FieldCipher(record)
    await check_keys(database, cipher)
    await check_keys(database, cipher)
    assert await keys_in_use(database) == [(1, cipher.key_check_values()[1], "active")]
    (entry,) = await AuditLog(database).latest()
    assert (entry.operation, entry.outcome, entry.kid) == ("key-registered", "ok", 1)


async def test_a_missing_and_another_key_are_refused(database: Database, record: KeyRecord) -> None:
    await check_keys(database, FieldCipher(record))
    before = await keys_in_use(database)
    missing = replace(record, torrent_keys={2: b"k" * 32}, active_kid=2)
    with pytest.raises(KeyWrongError, match="not stored here"):
        await check_keys(database, FieldCipher(missing))
    other = replace(record, torrent_keys={1: b"k" * 32})
    with pytest.raises(KeyWrongError, match="not the one"):
        await check_keys(database, FieldCipher(other))
    assert await keys_in_use(database) == before


async def test_a_key_beside_the_ones_in_use_is_fine(database: Database, record: KeyRecord) -> None:
    await check_keys(database, FieldCipher(record))
    await check_keys(database, FieldCipher(replace(record, torrent_keys={**record.torrent_keys, 2: b"k" * 32})))

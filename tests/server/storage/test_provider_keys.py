from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from server.storage.audit import AuditLog
from server.storage.provider_keys import ProviderKeyRepository
from server.storage.reencryption import reencrypt, verify
from server.storage.schema import provider_keys
from server.vault.cipher import FieldCipher

if TYPE_CHECKING:
    from server.storage.database import Database
    from server.vault.record import KeyRecord

KEY = "0123456789abcdefghijklmnopqrstuv"


@pytest.fixture
def keys(database: Database, cipher: FieldCipher) -> ProviderKeyRepository:
    return ProviderKeyRepository(database, cipher)


async def envelope(database: Database) -> bytes:
    row = await database.run(lambda connection: connection.execute(provider_keys.select()).one())
    return bytes(row.key)


async def test_keys_are_kept_by_provider(keys: ProviderKeyRepository) -> None:
    await keys.save("torznab.home", "first")
    await keys.save("torznab.home", KEY)
    await keys.save("tmdb", "ключ")
    assert await keys.load() == {"torznab.home": KEY, "tmdb": "ключ"}
    assert await keys.names() == ["tmdb", "torznab.home"]
    assert await keys.delete("tmdb")
    assert not await keys.delete("tmdb")
    assert await keys.names() == ["torznab.home"]


async def test_a_key_is_encrypted_inside_the_database(keys: ProviderKeyRepository, database: Database) -> None:
    await keys.save("torznab.home", KEY)
    assert KEY.encode() not in await envelope(database)


async def test_a_key_moved_to_another_provider_is_reported_and_left_out(
    keys: ProviderKeyRepository, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await keys.save("torznab.home", KEY)
    await keys.save("tmdb", "good")
    move = provider_keys.update().where(provider_keys.c.id == "torznab.home").values(id="torznab.other")
    await database.run(lambda connection: connection.execute(move))
    with caplog.at_level(logging.ERROR):
        assert await keys.load() == {"tmdb": "good"}
    assert "the API key of torznab.other can't be decrypted" in caplog.text
    assert KEY not in caplog.text
    assert [entry.operation for entry in await AuditLog(database).latest()] == ["decrypt-provider-key"]


async def test_a_new_torrent_key_encrypts_them_anew(
    keys: ProviderKeyRepository, database: Database, cipher: FieldCipher, record: KeyRecord
) -> None:
    await keys.save("torznab.home", KEY)
    before = await envelope(database)
    newer = replace(record, torrent_keys={**record.torrent_keys, 2: bytes(range(32))}, active_kid=2)
    cipher.adopt(newer)
    assert (await verify(database, cipher, lambda _done, _all: None)).stale == 1
    await reencrypt(database, cipher, lambda _done, _all: None)
    assert await envelope(database) != before
    only_new = FieldCipher(replace(newer, torrent_keys={2: bytes(range(32))}))
    assert await ProviderKeyRepository(database, only_new).load() == {"torznab.home": KEY}

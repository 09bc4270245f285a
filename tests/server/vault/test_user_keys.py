from __future__ import annotations

import asyncio
import hashlib

import pytest

from server.vault.record import KeyRecord, derive
from server.vault.user_keys import ROUNDS, UserKeys, new_salt


async def test_a_key_belongs_to_user_salt_and_folder() -> None:
    record, salt = KeyRecord.generate(), new_salt()
    keys = UserKeys(record)
    key = await keys.get("anna", salt)
    assert len(key) == 32
    others = [
        await keys.get("ben", salt),
        await keys.get("anna", new_salt()),
        await UserKeys(KeyRecord.generate()).get("anna", salt),
    ]
    assert len({key, *others}) == 4
    assert await UserKeys(record).get("anna", salt) == key


async def test_it_is_pbkdf2_as_the_standard_library_knows_it() -> None:
    record, salt = KeyRecord.generate(), new_salt()
    password = derive(derive(record.root, "user-keys"), "anna")
    expected = await asyncio.to_thread(hashlib.pbkdf2_hmac, "sha256", password, salt, ROUNDS)
    assert await UserKeys(record).get("anna", salt) == expected


async def test_it_is_derived_once_for_all_who_ask() -> None:
    keys, salt = UserKeys(KeyRecord.generate()), new_salt()
    first, second = await asyncio.gather(keys.get("anna", salt), keys.get("anna", salt))
    assert first is second
    assert await keys.get("anna", salt) is first


async def test_who_stops_waiting_takes_the_key_from_nobody() -> None:
    keys, salt = UserKeys(KeyRecord.generate()), new_salt()
    impatient = asyncio.create_task(keys.get("anna", salt))
    patient = asyncio.create_task(keys.get("anna", salt))
    await asyncio.sleep(0)
    impatient.cancel()
    assert len(await patient) == 32


async def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        await UserKeys(KeyRecord.generate()).get("anna", b"salt")

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from server.errors import DeviceNotFoundError, InvalidGrantError
from server.models import Device, DeviceId, Scope
from server.storage.devices import DeviceRepository
from server.storage.schema import devices as devices_table
from server.storage.schema import refresh_tokens

if TYPE_CHECKING:
    from server.storage.database import Database

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def make_device(name: str = "TV", at: datetime = NOW) -> Device:
    return Device(DeviceId(str(uuid.uuid4())), name, Scope.VIEWER, at)


@pytest.fixture
def devices(database: Database) -> DeviceRepository:
    return DeviceRepository(database)


@pytest.fixture
async def tv(devices: DeviceRepository) -> Device:
    device = make_device()
    await devices.add(device)
    await devices.add_refresh(device.id, b"r0", NOW)
    return device


async def test_keeps_devices(devices: DeviceRepository, tv: Device) -> None:
    phone = replace(make_device("Phone", after(-1)), scope=Scope.ADMIN, generation=4)
    await devices.add(phone)
    assert await devices.get(tv.id) == tv
    assert list(await devices.list()) == [phone, tv]
    assert await devices.get(DeviceId("unknown")) is None


async def test_notes_when_a_device_was_seen(devices: DeviceRepository, tv: Device) -> None:
    await devices.touch(tv.id, after(5))
    assert await devices.get(tv.id) == replace(tv, last_seen_at=after(5))


async def test_names_and_scopes_change(devices: DeviceRepository, tv: Device) -> None:
    await devices.rename(tv.id, "Living room")
    await devices.set_scope(tv.id, Scope.ADMIN)
    assert await devices.get(tv.id) == replace(tv, name="Living room", scope=Scope.ADMIN)
    await devices.revoke(tv.id)
    for change in (devices.rename(tv.id, "Kitchen"), devices.set_scope(tv.id, Scope.VIEWER)):
        with pytest.raises(DeviceNotFoundError):
            await change


async def test_a_revoked_device_is_gone_with_its_tokens(
    devices: DeviceRepository, database: Database, tv: Device
) -> None:
    await devices.revoke(tv.id)
    assert await devices.get(tv.id) is None
    assert list(await devices.list()) == []
    with pytest.raises(InvalidGrantError):
        await devices.rotate_refresh(b"r0", b"r1", after(1))
    with pytest.raises(DeviceNotFoundError):
        await devices.revoke(tv.id)
    query = sa.select(devices_table.c.generation)
    assert await database.run(lambda connection: connection.execute(query).scalar()) == 1


async def test_tokens_rotate(devices: DeviceRepository, tv: Device) -> None:
    for number in range(5):
        at = after(900 * number)
        assert await devices.rotate_refresh(b"r%d" % number, b"r%d" % (number + 1), at) == tv.id


async def test_a_token_is_looked_at_without_spending_it(devices: DeviceRepository, tv: Device) -> None:
    for _ in range(2):
        assert await devices.check_refresh(b"r0", after(0)) == tv.id
    await devices.rotate_refresh(b"r0", b"r1", after(0))
    assert await devices.check_refresh(b"r0", after(29)) == tv.id
    for token_hash in (b"r0", b"guess"):
        with pytest.raises(InvalidGrantError):
            await devices.check_refresh(token_hash, after(31))
    assert await devices.check_refresh(b"r1", after(31)) == tv.id, "a look revokes nobody"


async def test_an_unknown_token_harms_nobody(devices: DeviceRepository, tv: Device) -> None:
    with pytest.raises(InvalidGrantError):
        await devices.rotate_refresh(b"guess", b"x", NOW)
    assert await devices.get(tv.id) == tv


async def test_a_lost_answer_may_be_asked_for_again(devices: DeviceRepository, tv: Device) -> None:
    await devices.rotate_refresh(b"r0", b"lost", after(0))
    assert await devices.rotate_refresh(b"r0", b"got", after(29)) == tv.id
    assert await devices.rotate_refresh(b"got", b"next", after(900)) == tv.id


async def test_of_two_tabs_that_ask_at_once_either_answer_is_good(devices: DeviceRepository, tv: Device) -> None:
    await devices.rotate_refresh(b"r0", b"tab1", after(0))
    await devices.rotate_refresh(b"r0", b"tab2", after(1))
    assert await devices.rotate_refresh(b"tab1", b"next", after(900)) == tv.id


@pytest.mark.usefixtures("tv")
@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([(b"r0", 0), (b"r0", 30)], id="spent too long ago"),
        pytest.param([(b"r0", 0), (b"n0", 5), (b"r0", 10)], id="successor was used"),
        pytest.param([(b"r0", 0), (b"r0", 1), (b"n0", 5), (b"n1", 900)], id="twin was used"),
        pytest.param([(b"r0", 0), (b"r0", 29), (b"r0", 31)], id="repeating does not prolong"),
    ],
)
async def test_a_token_used_twice_turns_the_device_out(
    devices: DeviceRepository, steps: list[tuple[bytes, int]]
) -> None:
    other = make_device("Phone")
    await devices.add(other)
    *good, bad = steps
    for number, (token, at) in enumerate(good):
        await devices.rotate_refresh(token, b"n%d" % number, after(at))
    with pytest.raises(InvalidGrantError):
        await devices.rotate_refresh(bad[0], b"stolen", after(bad[1]))
    assert [device.id for device in await devices.list()] == [other.id]
    with pytest.raises(InvalidGrantError):
        await devices.rotate_refresh(b"n0", b"x", after(bad[1]))


async def test_spent_tokens_are_forgotten_in_the_end(devices: DeviceRepository, database: Database, tv: Device) -> None:
    at = NOW
    for number in range(40):
        at += timedelta(days=1)
        assert await devices.rotate_refresh(b"r%d" % number, b"r%d" % (number + 1), at) == tv.id
    query = sa.select(sa.func.count()).select_from(refresh_tokens)
    assert await database.run(lambda connection: connection.execute(query).scalar_one()) == 32

from __future__ import annotations

from datetime import datetime

import pytest
from fakes.door import Door
from fakes.stores import MemoryDevices

from server.errors import DeviceNotFoundError, DiskFullError, InvalidGrantError, TokenExpiredError, UnauthorizedError
from server.models import DeviceId, Scope


async def test_a_device_is_recognised_by_its_token(door: Door) -> None:
    device, tokens = await door.sessions.add_device("TV", Scope.VIEWER)
    found = await door.sessions.authenticate(tokens.access_token)
    assert (found.id, found.name, found.scope) == (device.id, "TV", Scope.VIEWER)


async def test_revoking_is_instant(door: Door) -> None:
    device, tokens = await door.sessions.add_device("TV", Scope.VIEWER)
    await door.devices.revoke(device.id)
    with pytest.raises(UnauthorizedError):
        await door.sessions.authenticate(tokens.access_token)
    with pytest.raises(InvalidGrantError):
        await door.sessions.refresh(tokens.refresh_token)
    assert not await door.sessions.is_valid(device)


async def test_a_token_of_an_older_generation_is_refused(door: Door) -> None:
    device, _ = await door.sessions.add_device("TV", Scope.VIEWER)
    older = type(device)(device.id, device.name, device.scope, device.created_at, generation=device.generation - 1)
    with pytest.raises(UnauthorizedError):
        await door.sessions.authenticate(door.access_tokens.issue(older, door.clock.now))


async def test_an_expired_token_says_so_and_a_refresh_helps(door: Door) -> None:
    device, tokens = await door.sessions.add_device("TV", Scope.VIEWER)
    door.clock.advance(minutes=15)
    with pytest.raises(TokenExpiredError):
        await door.sessions.authenticate(tokens.access_token)
    renewed = await door.sessions.refresh(tokens.refresh_token)
    assert (await door.sessions.authenticate(renewed.access_token)).id == device.id
    assert renewed.refresh_token != tokens.refresh_token


async def test_a_refresh_token_that_comes_again_late_revokes_the_device(door: Door) -> None:
    _, tokens = await door.sessions.add_device("TV", Scope.VIEWER)
    renewed = await door.sessions.refresh(tokens.refresh_token)
    door.clock.advance(seconds=31)
    with pytest.raises(InvalidGrantError):
        await door.sessions.refresh(tokens.refresh_token)
    with pytest.raises(UnauthorizedError):
        await door.sessions.authenticate(renewed.access_token)


async def test_a_lost_answer_may_be_asked_for_again(door: Door) -> None:
    _, tokens = await door.sessions.add_device("TV", Scope.VIEWER)
    await door.sessions.refresh(tokens.refresh_token)
    door.clock.advance(seconds=29)
    again = await door.sessions.refresh(tokens.refresh_token)
    door.clock.advance(minutes=5)
    await door.sessions.authenticate((await door.sessions.refresh(again.refresh_token)).access_token)


async def test_a_repeat_after_the_successor_was_used_revokes_the_device(door: Door) -> None:
    _, tokens = await door.sessions.add_device("TV", Scope.VIEWER)
    renewed = await door.sessions.refresh(tokens.refresh_token)
    latest = await door.sessions.refresh(renewed.refresh_token)
    with pytest.raises(InvalidGrantError):
        await door.sessions.refresh(tokens.refresh_token)
    with pytest.raises(UnauthorizedError):
        await door.sessions.authenticate(latest.access_token)


@pytest.mark.parametrize("token", ["", "x", "ü" * 50, "\udc80"])
async def test_an_unknown_refresh_token_is_refused(door: Door, token: str) -> None:
    with pytest.raises(InvalidGrantError):
        await door.sessions.refresh(token)


async def test_signing_out_is_final_and_may_be_repeated(door: Door) -> None:
    device, tokens = await door.sessions.add_device("TV", Scope.VIEWER)
    await door.devices.revoke(device.id)
    with pytest.raises(UnauthorizedError):
        await door.sessions.authenticate(tokens.access_token)
    with pytest.raises(DeviceNotFoundError):
        await door.devices.revoke(device.id)


async def test_the_last_visit_is_noted_once_a_minute(door: Door) -> None:
    device, tokens = await door.sessions.add_device("TV", Scope.VIEWER)
    first = door.clock.now
    await door.sessions.authenticate(tokens.access_token)
    door.clock.advance(seconds=59)
    await door.sessions.authenticate(tokens.access_token)
    seen = await door.devices.get(device.id)
    assert seen is not None
    assert seen.last_seen_at == first
    door.clock.advance(seconds=1)
    await door.sessions.authenticate(tokens.access_token)
    seen = await door.devices.get(device.id)
    assert seen is not None
    assert seen.last_seen_at == door.clock.now


class FullDevices(MemoryDevices):
    async def rotate_refresh(self, old_hash: bytes, new_hash: bytes, at: datetime) -> DeviceId:  # noqa: ARG002 - as below
        raise DiskFullError

    async def touch(self, device_id: DeviceId, at: datetime) -> None:  # noqa: ARG002 - the store's signature
        raise DiskFullError


async def test_a_full_disk_keeps_nobody_out() -> None:
    devices = FullDevices()
    door = Door(devices)
    device, tokens = await door.sessions.add_device("TV", Scope.VIEWER)
    assert await door.sessions.authenticate(tokens.access_token) == device
    for _ in range(3):
        door.clock.advance(minutes=15)
        renewed = await door.sessions.refresh(tokens.refresh_token)
        assert renewed.refresh_token == tokens.refresh_token, "it could not be noted as spent"
        assert await door.sessions.authenticate(renewed.access_token) == device
    with pytest.raises(InvalidGrantError):
        await door.sessions.refresh("x")
    devices.tokens.clear()
    with pytest.raises(InvalidGrantError):
        await door.sessions.refresh(tokens.refresh_token)


async def test_no_repr_shows_a_token(door: Door) -> None:
    _, tokens = await door.sessions.add_device("TV", Scope.VIEWER)
    assert tokens.access_token not in repr(tokens)
    assert tokens.refresh_token not in repr(tokens)

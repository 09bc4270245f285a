from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from fakes.stores import MemoryDevices, MemoryStreams

from server.errors import DeviceNotFoundError, InvalidRequestError
from server.household import Household
from server.models import Device, DeviceId, Scope

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
TV, PHONE = (Device(DeviceId(name), name, Scope.VIEWER, NOW) for name in ("TV", "Phone"))


class Looks(MemoryDevices):
    """Lets a test wait until everybody was looked at once more, and fail the looks before."""

    def __init__(self) -> None:
        super().__init__()
        self.looked = asyncio.Condition()
        self.failures = 0

    async def get(self, device_id: DeviceId) -> Device | None:
        async with self.looked:
            self.looked.notify_all()
        if self.failures:
            self.failures -= 1
            raise RuntimeError("busy")
        return await super().get(device_id)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20), self.looked:
            await self.looked.wait_for(condition)


@pytest.fixture
async def devices() -> Looks:
    devices = Looks()
    for device in (TV, PHONE):
        await devices.add(device)
    return devices


@pytest.fixture
def streams() -> MemoryStreams:
    streams = MemoryStreams()
    streams.playing = [TV, PHONE]
    return streams


async def test_who_is_turned_out_is_sent_nothing_more(devices: Looks, streams: MemoryStreams) -> None:
    household = Household(devices, streams)
    await household.revoke(TV.id)
    assert (streams.ended, await household.list()) == ([TV.id], [PHONE])
    with pytest.raises(DeviceNotFoundError):
        await household.revoke(TV.id)


async def test_another_process_turns_devices_out_too(devices: Looks, streams: MemoryStreams) -> None:
    async with Household(devices, streams).watched(0.001):
        await devices.revoke(TV.id)
        await devices.until(lambda: bool(streams.ended))
    assert (streams.ended, streams.playing) == ([TV.id], [PHONE])


async def test_a_database_that_is_busy_for_a_moment_lets_nobody_stay(devices: Looks, streams: MemoryStreams) -> None:
    devices.failures = 5
    async with Household(devices, streams).watched(0.001):
        await devices.revoke(TV.id)
        await devices.until(lambda: bool(streams.ended))
    assert not devices.failures


async def test_names_and_scopes_change(devices: Looks, streams: MemoryStreams) -> None:
    household = Household(devices, streams)
    await household.rename(TV.id, "  Living\u202e room\n")
    await household.set_scope(TV.id, Scope.ADMIN)
    (tv, _) = await household.list()
    assert (tv.name, tv.scope) == ("Living room", Scope.ADMIN)
    with pytest.raises(InvalidRequestError):
        await household.rename(TV.id, " \t ")
    for change in (household.rename(DeviceId("x"), "Name"), household.set_scope(DeviceId("x"), Scope.ADMIN)):
        with pytest.raises(DeviceNotFoundError):
            await change

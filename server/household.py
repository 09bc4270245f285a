"""The use case: the devices that were let in. Whoever is turned out gets nothing more, mid-stream too."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Protocol

from server.auth.names import clean_name
from server.models import Device, DeviceId, Scope

_log = logging.getLogger(__name__)

_LOOK_EVERY = 0.5
"""Seconds; the command line turns devices out as well, from another process."""


class DeviceStore(Protocol):
    """Where devices are kept."""

    async def list(self) -> Sequence[Device]:
        """Return the devices that were not revoked."""

    async def get(self, device_id: DeviceId) -> Device | None:
        """Return a device that was not revoked."""

    async def rename(self, device_id: DeviceId, name: str) -> None:
        """Give a device another name. Raises DeviceNotFoundError."""

    async def set_scope(self, device_id: DeviceId, scope: Scope) -> None:
        """Let a device do more or less. Raises DeviceNotFoundError."""

    async def revoke(self, device_id: DeviceId) -> None:
        """Make all tokens of a device worthless. Raises DeviceNotFoundError."""


class Service(Protocol):
    """What is being done for devices: sending them videos, say."""

    def devices(self) -> Collection[Device]:
        """Return the devices that something is being done for, as they were when it began."""

    def end_device(self, device_id: DeviceId) -> None:
        """Break off whatever is being done for a device."""


class Household:
    """The devices of a home, and what they may do."""

    def __init__(self, devices: DeviceStore, *services: Service) -> None:
        """Look after ``devices``, whom the ``services`` serve."""
        self._devices = devices
        self._services = services

    async def list(self) -> Sequence[Device]:
        """Return the devices that were let in."""
        return await self._devices.list()

    async def rename(self, device_id: DeviceId, name: str) -> None:
        """Give a device another name. Raises DeviceNotFoundError, InvalidRequestError, SafeModeError."""
        await self._devices.rename(device_id, clean_name(name))

    async def set_scope(self, device_id: DeviceId, scope: Scope) -> None:
        """Make a device an administrator, or one no longer. Raises DeviceNotFoundError, SafeModeError."""
        await self._devices.set_scope(device_id, scope)

    async def revoke(self, device_id: DeviceId) -> None:
        """Turn a device out at once. Raises DeviceNotFoundError, SafeModeError."""
        await self._devices.revoke(device_id)
        for service in self._services:
            service.end_device(device_id)

    @contextlib.asynccontextmanager
    async def watched(self, interval: float = _LOOK_EVERY) -> AsyncIterator[None]:
        """Break off, until the end of the block, what is done for devices that were turned out in some other way."""
        watch = asyncio.create_task(self._watch(interval), name="household")
        try:
            yield
        finally:
            watch.cancel()
            await asyncio.wait({watch})

    async def _watch(self, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            try:
                for service in self._services:
                    await self._check(service)
            except Exception as error:  # noqa: BLE001 - a database that is busy now must not let everybody stay for ever
                _log.warning("Could not see who was turned out: %s", type(error).__name__)

    async def _check(self, service: Service) -> None:
        for device in service.devices():
            current = await self._devices.get(device.id)
            if current is None or current.generation != device.generation:
                service.end_device(device.id)

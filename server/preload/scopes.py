"""Which devices look at the screen, and how often they may say at what: no I/O, times are seconds by any clock."""

from __future__ import annotations

import math
from dataclasses import dataclass

from server.errors import ViewportTooFrequentError
from server.models import Device, DeviceId

INTERVAL = 0.5
"""Seconds that have to lie between two viewports of a device."""

SILENCE = 300.0
"""Seconds after which a device that says nothing is taken to look elsewhere."""


@dataclass(slots=True)
class _Scope:
    device: Device
    timestamp: int
    """What the device's clock said, in ms."""
    heard_at: float
    """When a viewport was taken last, by our clock."""
    came_at: float
    """When one came last that was not too early."""


class Scopes:
    """The devices that have said what they show, a short while ago."""

    def __init__(self) -> None:
        self._scopes: dict[DeviceId, _Scope] = {}

    def hear(self, device: Device, timestamp: int, now: float) -> bool:
        """Take note of a viewport; return whether it is news, and not older than one that was taken already.

        Raises ViewportTooFrequentError.
        """
        known = self._scopes.get(device.id)
        if known is None:
            self._scopes[device.id] = _Scope(device, timestamp, now, now)
            return True
        if now - known.came_at < INTERVAL:
            raise ViewportTooFrequentError(math.ceil(INTERVAL))
        known.came_at = now
        if timestamp < known.timestamp:
            return False
        known.device, known.timestamp, known.heard_at = device, timestamp, now
        return True

    def silent(self, now: float) -> list[DeviceId]:
        """Forget the devices that have said nothing for long; return them."""
        gone = [name for name, scope in self._scopes.items() if now - scope.heard_at >= SILENCE]
        for name in gone:
            del self._scopes[name]
        return gone

    def forget(self, device: DeviceId) -> None:
        """Forget a device."""
        self._scopes.pop(device, None)

    def devices(self) -> list[Device]:
        """Return the devices, as they were when they spoke last."""
        return [scope.device for scope in self._scopes.values()]

    def next_silence(self) -> float:
        """Return when the next device will have been silent for long, if it stays so; infinity without devices."""
        return min((scope.heard_at for scope in self._scopes.values()), default=math.inf) + SILENCE

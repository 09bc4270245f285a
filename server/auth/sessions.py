"""Sessions: from a device to a pair of tokens, and from a token back to the device it stands for."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from server.auth.stores import DeviceStore
from server.auth.tokens import LIFETIME, AccessTokens
from server.clock import Clock
from server.errors import DiskFullError, InvalidGrantError, SafeModeError, UnauthorizedError
from server.models import Device, DeviceId, Scope

_SEEN_RESOLUTION = timedelta(minutes=1)
"""A stream asks for many ranges a minute; its device's row is not written for each."""


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a device holds: a token for each call, and one to get the next pair with."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int = int(LIFETIME.total_seconds())
    """Seconds until the access token expires."""


def hash_secret(secret: str) -> bytes:
    """Return what is stored of a random secret: its SHA-256. Long random values need no slower hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


class Sessions:
    """Who is asking. Access tokens are checked against the device's row, so that revoking is instant."""

    def __init__(self, devices: DeviceStore, access_tokens: AccessTokens, clock: Clock) -> None:
        self._devices = devices
        self._access_tokens = access_tokens
        self._clock = clock

    async def authenticate(self, access_token: str) -> Device:
        """Return the device the token stands for. Raises UnauthorizedError or its leaf TokenExpiredError."""
        claims = self._access_tokens.verify(access_token, self._clock())
        return await self.recognise(claims.device_id, claims.generation)

    async def recognise(self, device_id: DeviceId, generation: int) -> Device:
        """Return the device, when it is let in still under this generation, and note that it was seen.

        Raises UnauthorizedError.
        """
        device = await self._devices.get(device_id)
        if device is None or device.generation != generation:
            raise UnauthorizedError("This device is not paired any more: pair it again.")
        now = self._clock()
        if device.last_seen_at is None or now - device.last_seen_at >= _SEEN_RESOLUTION:
            with suppress(DiskFullError):  # it may come in, though nobody will know when
                await self._devices.touch(device.id, now)
        return device

    async def is_valid(self, device: Device) -> bool:
        """Return whether the device is let in still, for answers that take long."""
        current = await self._devices.get(device.id)
        return current is not None and current.generation == device.generation

    async def add_device(self, name: str, scope: Scope) -> tuple[Device, TokenPair]:
        """Let a device in, whoever vouches for it."""
        device = Device(DeviceId(str(uuid.uuid4())), name, scope, self._clock())
        await self._devices.add(device)
        return device, await self.open(device)

    async def open(self, device: Device) -> TokenPair:
        """Return the first pair of tokens of a device."""
        refresh_token = secrets.token_urlsafe(32)
        now = self._clock()
        await self._devices.add_refresh(device.id, hash_secret(refresh_token), now)
        return TokenPair(self._access_tokens.issue(device, now), refresh_token)

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Return a new pair for a refresh token, which is then spent.

        Where nothing can be written down, it stays good instead: nobody is locked out by a full disk or by safe mode.
        Raises InvalidGrantError; using a spent token again revokes the device, since two hold it.
        """
        successor = secrets.token_urlsafe(32)
        now, token_hash = self._clock(), hash_secret(refresh_token)
        try:
            device_id = await self._devices.rotate_refresh(token_hash, hash_secret(successor), now)
        except (SafeModeError, DiskFullError):
            device_id, successor = await self._devices.check_refresh(token_hash, now), refresh_token
        device = await self._devices.get(device_id)
        if device is None:
            raise InvalidGrantError("This device is not paired any more: pair it again.")
        return TokenPair(self._access_tokens.issue(device, now), successor)

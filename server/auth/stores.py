"""What the door needs from storage; ``server.storage`` keeps it in the database, tests in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from server.models import Device, DeviceId, Pairing


class DeviceStore(Protocol):
    """Devices and the hashes of their refresh tokens."""

    async def add(self, device: Device) -> None:
        """Keep a device."""

    async def get(self, device_id: DeviceId) -> Device | None:
        """Return a device that was not revoked."""

    async def revoke(self, device_id: DeviceId) -> None:
        """Raise the device's generation, forget its refresh tokens, hide it. Raises DeviceNotFoundError."""

    async def touch(self, device_id: DeviceId, at: datetime) -> None:
        """Note when the device was last seen."""

    async def add_refresh(self, device_id: DeviceId, token_hash: bytes, at: datetime) -> None:
        """Keep the hash of a refresh token."""

    async def rotate_refresh(self, old_hash: bytes, new_hash: bytes, at: datetime) -> DeviceId:
        """Replace a refresh token's hash and return its device.

        Raises InvalidGrantError for an unknown one, and for one used before: then the device is revoked as well.
        """

    async def check_refresh(self, token_hash: bytes, at: datetime) -> DeviceId:
        """Return whose good refresh token this is, without spending it. Raises InvalidGrantError."""


class PairingStore(Protocol):
    """Devices that ask to come in, by the hash of their secret device code."""

    async def add(  # noqa: PLR0917 - a row, in the order of its columns
        self,
        device_code_hash: bytes,
        user_code: str | None,
        name: str,
        address: str,
        created_at: datetime,
        expires_at: datetime,
        *,
        approved: bool,
    ) -> None:
        """Keep a pairing."""

    async def find(self, device_code_hash: bytes) -> Pairing | None:
        """Return the pairing in whatever state it is."""

    async def approve(self, user_code: str) -> None:
        """Let the pending pairing pass. Raises PairingNotFoundError."""

    async def deny(self, user_code: str) -> None:
        """Turn the pending pairing away. Raises PairingNotFoundError."""

    async def take(self, device_code_hash: bytes) -> Pairing | None:
        """Consume an approved pairing; None when there is none, or somebody else was quicker."""

    async def pending(self, now: datetime) -> Sequence[Pairing]:
        """Return what waits for an answer and has not expired."""

    async def purge(self, now: datetime) -> None:
        """Forget what expired before ``now``."""

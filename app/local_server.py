"""What the UI asks of the running server; every method runs on the server's own loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol

from server.events import ProviderStatus, Publish, Status
from server.models import Device, DeviceId, NewerRelease, Pairing, Scope, Source
from server.settings import Options, Settings

if TYPE_CHECKING:  # what the server is made of is loaded on its own thread, once the icon is shown
    from server.rotation import Outcome, Progress


class LocalServer(Protocol):
    """The part of the server that the tray application uses."""

    @property
    def urls(self) -> tuple[str, ...]:
        """Addresses under which browsers reach the server, best first."""

    async def status(self) -> Status:
        """Take a snapshot."""

    async def pairing_link(self) -> str:
        """Make a link that lets one browser in, once, within minutes."""

    async def pairings(self) -> Sequence[Pairing]:
        """List the devices that wait for approval."""

    async def approve(self, user_code: str) -> None:
        """Let the device in. Raises PairingNotFoundError."""

    async def deny(self, user_code: str) -> None:
        """Send the device away. Raises PairingNotFoundError."""

    async def devices(self) -> Sequence[Device]:
        """List the devices that were let in."""

    async def rename(self, device_id: DeviceId, name: str) -> None:
        """Call a device something else. Raises DeviceNotFoundError, InvalidRequestError, SafeModeError."""

    async def set_scope(self, device_id: DeviceId, scope: Scope) -> None:
        """Let a device approve others and manage them, or no longer. Raises DeviceNotFoundError, SafeModeError."""

    async def revoke(self, device_id: DeviceId) -> None:
        """Turn a device out at once. Raises DeviceNotFoundError."""

    async def try_provider(self, settings: Settings, name: str) -> ProviderStatus:
        """Ask one provider, as these settings have it, for a well-known title and say how that went."""

    async def provider_keys(self) -> Sequence[str]:
        """List the providers that have an API key."""

    async def set_provider_key(self, provider: str, key: str) -> None:
        """Keep a provider's API key, encrypted; forget it when it is empty. Raises SafeModeError, DiskFullError."""

    async def pause_all(self) -> None:
        """Get nothing more ready for later; what plays goes on."""

    async def resume_all(self) -> None:
        """Get ready again what people look at."""

    async def check_for_updates(self) -> NewerRelease | None:
        """Ask whether there is a newer Miauflix; None when there is none. Raises UpdateCheckError."""

    async def add_magnet(self, magnet: str, title: str | None = None) -> Source:
        """Add a source. Raises InvalidSourceError, SourceExistsError."""

    async def add_torrent(self, data: bytes, title: str | None = None) -> Source:
        """Add a source. Raises InvalidSourceError, NoVideoError, SourceExistsError."""

    async def rotate_torrent_key(self, progress: Progress) -> Outcome:
        """Encrypt all identifiers anew under a new key. Raises RotationError, StartError."""

    async def rotate_database_key(self, progress: Progress) -> None:
        """Give the database a new key. Raises RotationError, StartError."""


Serve = Callable[[Options, Publish], AbstractAsyncContextManager[LocalServer]]
"""Starts a server on entry and stops it on exit; publishes events from the loop it runs on."""

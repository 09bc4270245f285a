"""A server for the UI's tests: answers at once, starts and stops as told, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from server.errors import DeviceNotFoundError, PairingNotFoundError, SourceExistsError
from server.events import PairingRequested, ProviderStatus, Publish, Status
from server.models import Device, DeviceId, ItemId, NewerRelease, Pairing, Scope, Source, SourceId, TorrentIdentifiers
from server.rotation import Outcome, Progress, Stage
from server.settings import Options, Settings

_log = logging.getLogger("app.fake")

LINK = "http://127.0.0.1:8620/#pair=once"


def snapshot(**changes: object) -> Status:
    """Make a snapshot with some fields changed."""
    fields: dict[str, object] = {
        "version": "1.2.3",
        "started_at": datetime.now(UTC) - timedelta(minutes=5),
        "urls": ("http://192.168.1.20:8620",),
    }
    return Status(**{**fields, **changes})  # type: ignore[arg-type]  # the fields are the caller's to get right


class FakeLocalServer:
    """The server that the UI sees. ``threads`` records on which threads its methods ran."""

    def __init__(self) -> None:
        self.urls = ("http://192.168.1.20:8620",)
        self.current = snapshot()
        self.waiting: dict[str, Pairing] = {}
        self.decisions: list[tuple[str, str]] = []
        self.let_in: dict[DeviceId, Device] = {}
        self.keys: dict[str, str] = {}
        self.added: list[str | bytes] = []
        self.threads: set[int] = set()

    async def status(self) -> Status:
        """Return ``current``."""
        self.threads.add(threading.get_ident())
        return self.current

    async def pairing_link(self) -> str:
        """Return a link that is always the same."""
        self.threads.add(threading.get_ident())
        return LINK

    async def pairings(self) -> Sequence[Pairing]:
        """List what waits."""
        return list(self.waiting.values())

    async def approve(self, user_code: str) -> None:
        """Note the approval."""
        self._decide("approve", user_code)

    async def deny(self, user_code: str) -> None:
        """Note the denial."""
        self._decide("deny", user_code)

    async def devices(self) -> Sequence[Device]:
        """List who was let in."""
        return list(self.let_in.values())

    async def rename(self, device_id: DeviceId, name: str) -> None:
        """Call a device something else."""
        self.let_in[device_id] = replace(self.let_in[device_id], name=name)

    async def set_scope(self, device_id: DeviceId, scope: Scope) -> None:
        """Let a device do more or less."""
        self.let_in[device_id] = replace(self.let_in[device_id], scope=scope)

    async def revoke(self, device_id: DeviceId) -> None:
        """Turn a device out."""
        if self.let_in.pop(device_id, None) is None:
            raise DeviceNotFoundError

    async def try_provider(self, settings: Settings, name: str) -> ProviderStatus:
        """Say that all is well."""
        del settings
        return ProviderStatus(name, "ok", datetime.now(UTC), 3)

    async def provider_keys(self) -> Sequence[str]:
        """List who has a key."""
        return sorted(self.keys)

    async def set_provider_key(self, provider: str, key: str) -> None:
        """Keep a key."""
        self.keys[provider] = key

    async def pause_all(self) -> None:
        """Show that it is paused."""
        self.current = replace(self.current, preload_paused=True)

    async def resume_all(self) -> None:
        """Show that it goes on."""
        self.current = replace(self.current, preload_paused=False)

    async def check_for_updates(self) -> NewerRelease | None:
        """Be the newest."""
        return None

    async def add_magnet(self, magnet: str, title: str | None = None) -> Source:
        """Note a magnet link, and say so in the log."""
        _log.warning("added a magnet link")
        return self._add(magnet, title)

    async def add_torrent(self, data: bytes, title: str | None = None) -> Source:
        """Note a torrent file."""
        return self._add(data, title)

    def _add(self, what: str | bytes, title: str | None) -> Source:
        if what in self.added:
            raise SourceExistsError("s1")
        self.added.append(what)
        source_id, identifiers = SourceId(f"s{len(self.added)}"), TorrentIdentifiers("0" * 40)
        return Source(source_id, ItemId("local:1"), title or "A film", "user", identifiers, datetime.now(UTC))

    async def rotate_torrent_key(self, progress: Progress) -> Outcome:
        """Change two rows."""
        progress(Stage.ENCRYPT, 2, 2)
        return Outcome(kid=2, rows=2, damaged=0)

    async def rotate_database_key(self, progress: Progress) -> None:
        """Copy nothing."""
        progress(Stage.COPY, 0, 0)

    def _decide(self, decision: str, user_code: str) -> None:
        if self.waiting.pop(user_code, None) is None:
            raise PairingNotFoundError
        self.decisions.append((decision, user_code))


class FakeServe:
    """Stands for ``running_server``: starts fail with the queued errors first, wait while ``hold`` is set; stops block
    for good while ``hang`` is set.
    """

    def __init__(self) -> None:
        self.server = FakeLocalServer()
        self.failures: list[Exception] = []
        self.hold = False
        self.hang = False
        self.holding = threading.Event()
        """Set once a start waits."""
        self.starts = 0
        self.stops = 0
        self.publish: Publish | None = None

    @asynccontextmanager
    async def __call__(self, options: Options, publish: Publish) -> AsyncIterator[FakeLocalServer]:
        """Start and stop."""
        del options
        self.starts += 1
        if self.failures:
            raise self.failures.pop(0)
        try:
            if self.hold:
                self.holding.set()
                await asyncio.Event().wait()
            self.publish = publish
            yield self.server
        finally:
            if self.hang:
                threading.Event().wait()
            self.stops += 1

    def ask_in(self, name: str = "Kitchen TV", user_code: str = "WDJB-MJHT") -> None:
        """Let a device ask to come in."""
        assert self.publish is not None
        expires_at = datetime.now(UTC) + timedelta(minutes=10)
        self.server.waiting[user_code] = Pairing(user_code, name, "192.168.1.33", expires_at)
        self.publish(PairingRequested(user_code, name, "192.168.1.33"))

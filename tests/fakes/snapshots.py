"""A listener of the server that waits for a snapshot of a certain kind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from server.events import Event, Status, StatusChanged


class Snapshots:
    """Pass ``put`` as the server's ``publish``."""

    def __init__(self) -> None:
        self._latest: Status | None = None
        self._arrived = asyncio.Event()

    def put(self, event: Event) -> None:
        if isinstance(event, StatusChanged):
            self._latest = event.status
            self._arrived.set()

    async def until(self, wanted: Callable[[Status], bool], *, within: float = 30.0) -> Status:
        """Return the latest snapshot when ``wanted`` holds for it, or else the first later one."""
        async with asyncio.timeout(within):
            while self._latest is None or not wanted(self._latest):
                self._arrived.clear()
                await self._arrived.wait()
        return self._latest

"""A torrent of the engine and who holds it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from server.torrent.torrent import Torrent


@dataclass(slots=True, eq=False)
class Entry:
    """A torrent that is leased, or was until a moment ago."""

    info_hash: str = field(repr=False)
    added: asyncio.Task[Torrent]
    leases: int = 0
    played: bool = False
    released: float = 0.0
    kept_until: float = 0.0
    """Until when players may come back to it."""
    expiry: asyncio.TimerHandle | None = None
    removal: asyncio.Task[None] | None = None

    @property
    def torrent(self) -> Torrent | None:
        """The torrent, once the session has it."""
        done = self.added.done() and not self.added.cancelled() and self.added.exception() is None
        return self.added.result() if done else None

    @property
    def failed(self) -> bool:
        """Whether the torrent could not be added, or can't go on."""
        return self.added.done() and (self.torrent is None or self.torrent.error is not None)

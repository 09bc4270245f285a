"""What is being sent to whom: each answer with how it does, and room for as many as memory allows."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from server.errors import OverBudgetError
from server.events import StreamStatus
from server.models import Device, Source
from server.settings import StreamSettings
from server.torrent.reader import Reader

_READ_AHEAD = 1 << 20
_TRANSPORT_BUFFER = 128 << 10  # asyncio's, before it makes writers wait, and what aiohttp writes before it waits
_SOCKET_BUFFER = 4 << 20  # what Linux lets the send buffer of one connection grow to
_MOST_PLACES = 128
_RETRY_AFTER = 10  # seconds

_LEFT_AFTER = 60.0
"""Seconds in which a client takes nothing, after which an answer may end that the client has replaced by another."""

FORGOTTEN_AFTER = 600.0
"""As above, for any answer: a paused TV holds its connection for minutes."""


@dataclass(slots=True, eq=False)
class Stream:
    """One answer that is being sent."""

    key: int
    device: Device
    source: Source
    started_at: datetime
    task: asyncio.Task[object] | None
    size: int = 0
    reader: Reader | None = None
    unsent: Callable[[], int] = int
    first: int = 0
    sampled: tuple[float, int] = field(default_factory=lambda: (time.monotonic(), 0))
    moved: tuple[float, int] = field(default_factory=lambda: (time.monotonic(), 0))

    @property
    def viewing(self) -> tuple[str, str]:
        """Who watches what: the connections of one player share it."""
        return self.device.id, self.source.id

    @property
    def sent(self) -> int:
        """Bytes that its client was given."""
        return self.reader.position - self.first if self.reader else 0

    def rate(self) -> int:
        """Return bytes per second since it was asked last."""
        (then, before), now = self.sampled, time.monotonic()
        self.sampled = now, self.sent
        self.idle(now)
        return int((self.sent - before) / (now - then)) if now > then else 0

    def idle(self, now: float) -> float:
        """Return for how many seconds its client has taken nothing of what was there; is to be asked now and then."""
        if self.moved[1] != self.sent or self.reader is None or self.reader.waiting:
            self.moved = now, self.sent
        return now - self.moved[0]

    def end(self) -> None:
        """Break it off."""
        if self.task:
            self.task.cancel()

    def status(self, reader: Reader) -> StreamStatus:
        """Return how it does, with its rate since it was asked last."""
        return StreamStatus(
            id=str(self.key),
            source_id=self.source.id,
            device=self.device.name,
            title=self.source.title,
            quality=self.source.resolution or self.source.quality.value,
            started_at=self.started_at,
            size=self.size,
            position=reader.position,
            sent=self.sent,
            rate=self.rate(),
            buffered=reader.buffered,
            waiting=reader.waiting,
            memory=reader.held + self.unsent(),
        )


class Places:
    """Room for as many answers as the memory budget allows, each with all that it can hold."""

    def __init__(self, settings: StreamSettings) -> None:
        """Make room within ``memory_budget_mib``."""
        each = _READ_AHEAD + settings.chunk_size + _TRANSPORT_BUFFER + _SOCKET_BUFFER
        self._count = min(max(1, (settings.memory_budget_mib << 20) // each), _MOST_PLACES)
        self._taken: dict[int, Stream] = {}

    @contextlib.contextmanager
    def taken(self, stream: Stream) -> Iterator[None]:
        """Hold a place. Raises OverBudgetError when there is none, and none that its client has left."""
        if len(self._taken) >= self._count and not self._make_room(stream):
            raise OverBudgetError(_RETRY_AFTER)
        self._taken[stream.key] = stream
        try:
            yield
        finally:
            self._taken.pop(stream.key, None)

    def _make_room(self, wanting: Stream) -> bool:
        """End the answer left for the longest, if any: some players seek on a new connection and keep the old one."""
        now = time.monotonic()
        latest = {stream.viewing: stream for stream in (*self._taken.values(), wanting)}
        left = [
            (idle, stream.key)
            for stream in self._taken.values()
            if (idle := stream.idle(now)) > (FORGOTTEN_AFTER if latest[stream.viewing] is stream else _LEFT_AFTER)
        ]
        if not left:
            return False
        self._taken.pop(max(left)[1]).end()
        return True

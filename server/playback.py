"""The use case: play a source, from its id to readers of its bytes."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import itertools
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from server.errors import (
    DomainError,
    NoVideoError,
    OverBudgetError,
    StreamClosedError,
    TooManyStreamsError,
    TorrentTimeoutError,
    UnauthorizedError,
    UnsafeTorrentError,
)
from server.events import StreamStatus
from server.models import Device, DeviceId, Purpose, Source, SourceId, VideoFile
from server.settings import StreamSettings
from server.torrent.engine import TorrentEngine
from server.torrent.files import content_type
from server.torrent.reader import Patience, Reader, open_reader
from server.torrent.torrent import Torrent

_READ_AHEAD = 1 << 20
_TRANSPORT_BUFFER = 64 << 10  # asyncio's, before it makes writers wait
_SOCKET_BUFFER = 4 << 20  # what Linux lets the send buffer of one connection grow to
_MOST_PLACES = 128
_RETRY_AFTER = 10  # seconds

_SHOWN_AFTERWARDS = 10.0
"""Seconds a stream shows after its last byte: a player has more of a short video in its buffer than is left to send."""

_LEFT_AFTER = 60.0
"""Seconds in which a client takes nothing, after which an answer may end that the client has replaced by another."""

_FORGOTTEN_AFTER = 600.0
"""As above, for any answer: a paused TV holds its connection for minutes."""


class SourceStore(Protocol):
    """Where sources are looked up."""

    async def get(self, source_id: SourceId) -> Source:
        """Return a source. Raises SourceNotFoundError, SourceUnavailableError."""

    async def note_size(self, source_id: SourceId, size: int) -> None:
        """Remember the video's size in bytes."""

    async def note_file(self, source_id: SourceId, index: int, size: int) -> None:
        """Remember which file of the torrent is the video, and its size in bytes."""

    async def note_refusal(self, source_id: SourceId, code: str) -> None:
        """Remember the code of the error for which the source can't be played."""


@dataclass(slots=True, eq=False)
class _Stream:
    """One answer that is being sent."""

    key: int
    device: Device
    source: Source
    started_at: datetime
    task: asyncio.Task[object] | None
    size: int = 0
    reader: Reader | None = None
    first: int = 0
    sampled: tuple[float, int] = field(default_factory=lambda: (time.monotonic(), 0))
    moved: tuple[float, int] = field(default_factory=lambda: (time.monotonic(), 0))

    @property
    def viewing(self) -> tuple[str, str]:
        """Who watches what: the connections of one player share it."""
        return self.device.id, self.source.id

    @property
    def sent(self) -> int:
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
        if self.task:
            self.task.cancel()


class _Places:
    """Room for as many answers as the memory budget allows, each with all that it can hold."""

    def __init__(self, settings: StreamSettings) -> None:
        each = _READ_AHEAD + settings.chunk_size + _TRANSPORT_BUFFER + _SOCKET_BUFFER
        self._count = min(max(1, (settings.memory_budget_mib << 20) // each), _MOST_PLACES)
        self._taken: dict[int, _Stream] = {}

    @contextlib.contextmanager
    def taken(self, stream: _Stream) -> Iterator[None]:
        """Hold a place. Raises OverBudgetError when there is none, and none that its client has left."""
        if len(self._taken) >= self._count and not self._make_room(stream):
            raise OverBudgetError(_RETRY_AFTER)
        self._taken[stream.key] = stream
        try:
            yield
        finally:
            self._taken.pop(stream.key, None)

    def _make_room(self, wanting: _Stream) -> bool:
        """End the answer left for the longest, if any: some players seek on a new connection and keep the old one."""
        now = time.monotonic()
        latest = {stream.viewing: stream for stream in (*self._taken.values(), wanting)}
        left = [
            (idle, stream.key)
            for stream in self._taken.values()
            if (idle := stream.idle(now)) > (_FORGOTTEN_AFTER if latest[stream.viewing] is stream else _LEFT_AFTER)
        ]
        if not left:
            return False
        self._taken.pop(max(left)[1]).end()
        return True


class Playing:
    """A source that is ready to be read: its video is known, though not yet its bytes."""

    def __init__(
        self, torrent: Torrent, video: VideoFile, stream: _Stream, places: _Places, *, deadline: float, patience: float
    ) -> None:
        """Made by ``Playback.open``; ``deadline`` is a time of the loop, ``patience`` a number of seconds."""
        self.video = video
        self._places = places
        self._torrent = torrent
        self._stream = stream
        self._deadline = deadline
        self._patience = patience

    @property
    def content_type(self) -> str:
        """The media type of the video's container."""
        return content_type(self.video)

    @property
    def etag(self) -> str:
        """A strong validator: a source's file never changes, and the tag does not tell which torrent it is of."""
        return f'"{self._stream.source.id}.{self.video.index}"'

    @contextlib.asynccontextmanager
    async def read(self, start: int, stop: int) -> AsyncIterator[Reader]:
        """Read the bytes from ``start`` to before ``stop`` as they arrive.

        The first ones are due by the time that is left of the time-out since ``open``, later ones within the time-out.
        Raises OverBudgetError.
        """
        patience = Patience(self._deadline, self._patience)
        with self._places.taken(self._stream):
            async with open_reader(
                self._torrent, self.video, start, stop, purpose=Purpose.PLAY, patience=patience
            ) as reader:
                self._stream.reader = reader
                self._stream.first = start
                yield reader


class Playback:
    """Opens sources for devices and knows which are being played."""

    def __init__(self, engine: TorrentEngine, sources: SourceStore, settings: StreamSettings) -> None:
        """Play the torrents of ``engine`` within the limits of ``settings``."""
        self._engine = engine
        self._sources = sources
        self._settings = settings
        self._streams: dict[int, _Stream] = {}
        self._ended: dict[tuple[str, str], tuple[float, StreamStatus]] = {}
        self._places = _Places(settings)
        self._played: dict[str, Source] = {}
        self._keys = itertools.count(1)
        self._closed = False
        self._turned_out: set[DeviceId] = set()

    @property
    def chunk_size(self) -> int:
        """Most bytes that are written to a client at once."""
        return self._settings.chunk_size

    @contextlib.asynccontextmanager
    async def open(self, source_id: SourceId, device: Device) -> AsyncIterator[Playing]:
        """Lease the source's torrent and wait for its metadata.

        Raises SourceNotFoundError, SourceUnavailableError, TooManyStreamsError, TorrentTimeoutError, NoVideoError,
        TorrentFailedError, StreamClosedError.
        """
        source = await self._sources.get(source_id)
        patience = self._settings.timeout_ms / 1000
        deadline = asyncio.get_running_loop().time() + patience
        with self._registered(source, device) as stream:
            async with contextlib.AsyncExitStack() as stack:
                try:
                    async with asyncio.timeout_at(deadline):
                        torrent = await stack.enter_async_context(self._engine.lease(source.identifiers))
                        self._played[source.identifiers.info_hash] = source
                        video = await self._choose(torrent, source)
                except TimeoutError:
                    raise TorrentTimeoutError(
                        "Nobody answers with this torrent's description. Try again later, or another source."
                    ) from None
                stream.size = video.size
                if source.size_bytes != video.size or (source.wanted and source.file_index is None):
                    stack.push_async_callback(self._learn, source, video)
                yield Playing(torrent, video, stream, self._places, deadline=deadline, patience=patience)

    async def _choose(self, torrent: Torrent, source: Source) -> VideoFile:
        """Choose the video; that a search's torrent has none to be played is remembered, so that others go before."""
        try:
            return await torrent.video(source.file_index, source.wanted)
        except (NoVideoError, UnsafeTorrentError) as error:
            if source.wanted:
                with contextlib.suppress(DomainError):
                    await self._sources.note_refusal(source.id, error.code)
            raise

    async def _learn(self, source: Source, video: VideoFile) -> None:
        """Keep what only the torrent's files tell; once the answer is over, for nobody should wait for it."""
        with contextlib.suppress(DomainError):  # no room for it, say, or read-only: it is known the next time
            if source.wanted:
                await self._sources.note_file(source.id, video.index, video.size)
            else:
                await self._sources.note_size(source.id, video.size)

    def streams(self) -> tuple[StreamStatus, ...]:
        """Return how each stream does, also for a while after its last byte; rates are those since the last call.

        A player opens a connection for each seek: of those to one source only the newest shows.
        """
        since = time.monotonic() - _SHOWN_AFTERWARDS
        self._ended = {viewing: ended for viewing, ended in self._ended.items() if ended[0] > since}
        shown = {viewing: status for viewing, (_, status) in self._ended.items()}
        for stream in self._streams.values():
            if stream.reader:
                shown[stream.viewing] = _status(stream, stream.reader)
        return tuple(shown.values())

    def torrents(self) -> list[tuple[Source, Torrent]]:
        """Return the torrents in the session, each with the source that was played of it last."""
        running = self._engine.torrents()
        self._played = {info_hash: source for info_hash, source in self._played.items() if info_hash in running}
        return [(source, running[info_hash]) for info_hash, source in self._played.items()]

    def devices(self) -> set[Device]:
        """Return the devices that something is being sent to, as they were when it began; not those turned out."""
        return {stream.device for stream in self._streams.values() if stream.device.id not in self._turned_out}

    def end_device(self, device_id: DeviceId) -> None:
        """Break a device's streams off within the moment, and refuse it others: it was turned out.

        Also those that it is about to open: its request may have passed the door just before.
        """
        self._turned_out.add(device_id)
        for stream in self._streams.values():
            if stream.device.id == device_id:
                stream.end()

    def close(self) -> None:
        """End all streams, and refuse others: the server stops."""
        self._closed = True
        for stream in self._streams.values():
            stream.end()

    @contextlib.contextmanager
    def _registered(self, source: Source, device: Device) -> Iterator[_Stream]:
        if self._closed:
            raise StreamClosedError
        if device.id in self._turned_out:
            raise UnauthorizedError("This device was turned out. Pair it again to play.")
        playing = self._playing(device)
        if len(playing | {source.id}) > self._settings.max_streams_per_device:
            raise TooManyStreamsError(
                f"This device plays {len(playing)} videos already. Stop one, then play this one again."
            )
        key = next(self._keys)
        stream = _Stream(key, device, source, datetime.now(UTC), asyncio.current_task())
        self._streams[key] = stream
        try:
            yield stream
        finally:
            del self._streams[key]
            if stream.reader:
                last = dataclasses.replace(_status(stream, stream.reader), rate=0)
                self._ended[stream.viewing] = time.monotonic(), last

    def _playing(self, device: Device) -> set[SourceId]:
        """Return what the device plays; it may have forgotten to close a connection, which does not count for ever."""
        now = time.monotonic()
        streams = [stream for stream in self._streams.values() if stream.device.id == device.id]
        return {stream.source.id for stream in streams if stream.idle(now) <= _FORGOTTEN_AFTER}


def _status(stream: _Stream, reader: Reader) -> StreamStatus:
    return StreamStatus(
        id=str(stream.key),
        source_id=stream.source.id,
        device=stream.device.name,
        title=stream.source.title,
        quality=stream.source.resolution or stream.source.quality.value,
        started_at=stream.started_at,
        size=stream.size,
        position=reader.position,
        sent=stream.sent,
        rate=stream.rate(),
        buffered=reader.buffered,
        waiting=reader.waiting,
    )

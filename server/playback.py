"""The use case: play a source, from its id to readers of its bytes."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from server.errors import StreamClosedError, TooManyStreamsError, TorrentTimeoutError
from server.events import StreamStatus
from server.models import Device, Purpose, Source, SourceId, VideoFile
from server.settings import StreamSettings
from server.torrent.engine import TorrentEngine
from server.torrent.files import content_type
from server.torrent.reader import Patience, Reader, open_reader
from server.torrent.torrent import Torrent


class SourceStore(Protocol):
    """Where sources are looked up."""

    async def get(self, source_id: SourceId) -> Source:
        """Return a source. Raises SourceNotFoundError, SourceUnavailableError."""


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

    @property
    def sent(self) -> int:
        return self.reader.position - self.first if self.reader else 0

    def rate(self) -> int:
        """Return bytes per second since it was asked last."""
        (then, before), now = self.sampled, time.monotonic()
        self.sampled = now, self.sent
        return int((self.sent - before) / (now - then)) if now > then else 0


class Playing:
    """A source that is ready to be read: its video is known, though not yet its bytes."""

    def __init__(self, torrent: Torrent, video: VideoFile, stream: _Stream, deadline: float, patience: float) -> None:
        """Made by ``Playback.open``; ``deadline`` is a time of the loop, ``patience`` a number of seconds."""
        self.video = video
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
        """
        patience = Patience(self._deadline, self._patience)
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
        self._played: dict[str, Source] = {}
        self._keys = itertools.count(1)
        self._closed = False

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
                        video = await torrent.video(source.file_index)
                except TimeoutError:
                    raise TorrentTimeoutError(
                        "Nobody answers with this torrent's description. Try again later, or another source."
                    ) from None
                stream.size = video.size
                self._played[source.identifiers.info_hash] = source
                yield Playing(torrent, video, stream, deadline, patience)

    def streams(self) -> tuple[StreamStatus, ...]:
        """Return how each stream does; rates are those since the last call."""
        return tuple(_status(stream, reader) for stream in self._streams.values() if (reader := stream.reader))

    def torrents(self) -> list[tuple[Source, Torrent]]:
        """Return the torrents in the session, each with the source that was played of it last."""
        running = self._engine.torrents()
        self._played = {info_hash: source for info_hash, source in self._played.items() if info_hash in running}
        return [(source, running[info_hash]) for info_hash, source in self._played.items()]

    def close(self) -> None:
        """End all streams, and refuse others: the server stops."""
        self._closed = True
        for stream in self._streams.values():
            if stream.task:
                stream.task.cancel()

    @contextlib.contextmanager
    def _registered(self, source: Source, device: Device) -> Iterator[_Stream]:
        if self._closed:
            raise StreamClosedError
        playing = {stream.source.id for stream in self._streams.values() if stream.device.id == device.id}
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

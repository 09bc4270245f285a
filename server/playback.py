"""The use case: play a source, from its id to readers of its bytes."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Protocol

from server.errors import (
    DomainError,
    NoVideoError,
    StreamClosedError,
    TooManyStreamsError,
    TorrentTimeoutError,
    UnauthorizedError,
    UnsafeTorrentError,
)
from server.events import StreamStatus
from server.models import Device, DeviceId, Purpose, Source, SourceId, VideoFile
from server.settings import StreamSettings
from server.sources.silence import Silences
from server.streams import FORGOTTEN_AFTER, Places, Stream
from server.torrent.engine import TorrentEngine
from server.torrent.files import content_type
from server.torrent.reader import Patience, Reader, open_reader
from server.torrent.torrent import Torrent

_SHOWN_AFTERWARDS = 10.0
"""Seconds a stream shows after its last byte: a player has more of a short video in its buffer than is left to send."""

_ABANDONED_AFTER = 3600.0
"""Seconds in which a client takes nothing of what is there for it, after which it is given up: a TV that was paused and
forgotten would keep its film from ever making room."""


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


class Playing:
    """A source that is ready to be read: its video is known, though not yet its bytes."""

    def __init__(
        self,
        torrent: Torrent,
        video: VideoFile,
        stream: Stream,
        places: Places,
        silences: Silences,
        *,
        deadline: float,
        patience: float,
    ) -> None:
        """Made by ``Playback.open``; ``deadline`` is a time of the loop, ``patience`` a number of seconds."""
        self.video = video
        self._places = places
        self._torrent = torrent
        self._stream = stream
        self._silences = silences
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
    async def read(self, start: int, stop: int, unsent: Callable[[], int] = int) -> AsyncIterator[Reader]:
        """Read the bytes from ``start`` to before ``stop`` as they arrive.

        The first ones are due by the time that is left of the time-out since ``open``, later ones within the time-out.
        ``unsent`` tells how many bytes the caller's transport holds; without it, none. Raises OverBudgetError.
        """
        patience = Patience(self._deadline, self._patience)
        with self._places.taken(self._stream), self._listening():
            async with open_reader(
                self._torrent,
                self.video,
                start,
                stop,
                purpose=Purpose.PLAY,
                patience=patience,
                viewing=self._stream.viewing,
            ) as reader:
                self._stream.reader = reader
                self._stream.unsent = unsent
                self._stream.first = start
                try:
                    yield reader
                finally:
                    if reader.position > start:
                        self._silences.heard(self._stream.source.id)

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        """Take note when nobody sends anything in time."""
        try:
            yield
        except TorrentTimeoutError:
            if not self._torrent.rates.download_rate:  # else it is this place alone that nobody sends
                self._silences.note(self._stream.source.id)
            raise


class Playback:
    """Opens sources for devices and knows which are being played."""

    def __init__(
        self, engine: TorrentEngine, sources: SourceStore, settings: StreamSettings, silences: Silences
    ) -> None:
        """Play the torrents of ``engine`` within the limits of ``settings``; ``silences`` learns what nobody sends."""
        self._engine = engine
        self._sources = sources
        self._settings = settings
        self._silences = silences
        self._streams: dict[int, Stream] = {}
        self._ended: dict[tuple[str, str], tuple[float, StreamStatus]] = {}
        self._places = Places(settings)
        self._played: dict[str, Source] = {}
        self._keys = itertools.count(1)
        self._closed = False
        self._turned_out: set[DeviceId] = set()

    @property
    def chunk_size(self) -> int:
        """Most bytes that are written to a client at once."""
        return self._settings.chunk_size

    @property
    def timeout_ms(self) -> int:
        """How long the swarm is waited for."""
        return self._settings.timeout_ms

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
                    self._silences.note(source_id)
                    raise TorrentTimeoutError(
                        "Nobody answers with this torrent's description. Try again later, or another source."
                    ) from None
                stream.size = video.size
                if source.size_bytes != video.size or (source.wanted and source.file_index is None):
                    stack.push_async_callback(self._learn, source, video)
                yield Playing(
                    torrent, video, stream, self._places, self._silences, deadline=deadline, patience=patience
                )

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

    @contextlib.asynccontextmanager
    async def watched(self, interval: float = 60.0, patience: float = _ABANDONED_AFTER) -> AsyncIterator[None]:
        """End, until the end of the block, streams whose clients take nothing for more seconds than ``patience``."""
        watch = asyncio.create_task(self._watch(interval, patience), name="playback")
        try:
            yield
        finally:
            watch.cancel()
            await asyncio.wait({watch})

    async def _watch(self, interval: float, patience: float) -> None:
        while True:
            await asyncio.sleep(interval)
            now = time.monotonic()
            for stream in self._streams.values():
                if stream.idle(now) > patience:
                    stream.end()

    def streams(self) -> tuple[StreamStatus, ...]:
        """Return how each stream does, also for a while after its last byte; rates are those since the last call.

        A player opens a connection for each seek: of those to one source only the newest shows.
        """
        since = time.monotonic() - _SHOWN_AFTERWARDS
        self._ended = {viewing: ended for viewing, ended in self._ended.items() if ended[0] > since}
        shown = {viewing: status for viewing, (_, status) in self._ended.items()}
        for stream in self._streams.values():
            if stream.reader:
                shown[stream.viewing] = stream.status(stream.reader)
        return tuple(shown.values())

    def torrents(self) -> list[tuple[Source, Torrent]]:
        """Return the torrents in the session, with the source that was played of each last, and all that play now."""
        running = self._engine.torrents()
        self._played = {info_hash: source for info_hash, source in self._played.items() if info_hash in running}
        playing = [stream.source for stream in self._streams.values()]
        shown = {source.id: source for source in (*self._played.values(), *playing)}.values()
        hashes = [(source, source.identifiers.info_hash) for source in shown]
        return [(source, running[info_hash]) for source, info_hash in hashes if info_hash in running]

    async def discard(self, info_hash: str) -> None:
        """End the streams of a torrent, whose source was removed, and delete what was downloaded of it."""
        for stream in self._streams.values():
            if stream.source.identifiers.info_hash == info_hash:
                stream.end()
        await self._engine.discard(info_hash)

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
    def _registered(self, source: Source, device: Device) -> Iterator[Stream]:
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
        stream = Stream(key, device, source, datetime.now(UTC), asyncio.current_task())
        self._streams[key] = stream
        try:
            yield stream
        finally:
            del self._streams[key]
            if stream.reader:
                last = dataclasses.replace(stream.status(stream.reader), rate=0, memory=0)
                self._ended[stream.viewing] = time.monotonic(), last

    def _playing(self, device: Device) -> set[SourceId]:
        """Return what the device plays; it may have forgotten to close a connection, which does not count for ever."""
        now = time.monotonic()
        streams = [stream for stream in self._streams.values() if stream.device.id == device.id]
        return {stream.source.id for stream in streams if stream.idle(now) <= FORGOTTEN_AFTER}

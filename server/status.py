"""The snapshot: what streams, what downloads, how much room is left. Taken each second and told to whoever listens."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from server.events import (
    Notice,
    PreloadBudget,
    PreloadPause,
    PreloadStatus,
    ProviderStatus,
    Publish,
    Status,
    StatusChanged,
    StorageStatus,
    TorrentStatus,
)
from server.models import Source
from server.playback import Playback
from server.settings import VERSION
from server.torrent.engine import TorrentEngine
from server.torrent.torrent import Torrent

_log = logging.getLogger(__name__)

INTERVAL = 1.0
"""Seconds between two snapshots."""

_MOST_PRELOADS = 100
_LOOK_EVERY = 3  # snapshots between two looks at the network


class SourceCount(Protocol):
    """Knows how many sources people added."""

    async def count_added(self) -> int:
        """Return how many."""


class Preloads(Protocol):
    """Knows what is got ready for those who look at it."""

    @property
    def pause_reason(self) -> PreloadPause | None:
        """Why nothing is got ready."""

    @property
    def spent(self) -> PreloadBudget:
        """What it has cost."""

    def entries(self, most: int | None = None) -> tuple[PreloadStatus, ...]:
        """Return the titles in scope, the most urgent first."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a snapshot tells besides the streams."""

    storage: Callable[[], StorageStatus]
    """Asked for each snapshot."""
    urls: Callable[[], tuple[str, ...]]
    """Asked every few seconds, on a thread."""
    notices: Callable[[], Awaitable[Sequence[Notice]]]
    """Asked for each snapshot."""
    preloads: Preloads
    """As above."""
    providers: Callable[[], tuple[ProviderStatus, ...]]
    """As above."""


class StatusBoard:
    """Takes snapshots for as long as ``running`` lasts."""

    def __init__(
        self,
        engine: TorrentEngine,
        playback: Playback,
        sources: SourceCount,
        surroundings: Surroundings,
        publish: Publish,
    ) -> None:
        self._engine = engine
        self._playback = playback
        self._sources = sources
        self._surroundings = surroundings
        self._publish = publish
        self._started_at = datetime.now(UTC)
        self._changed = asyncio.Condition()
        self._urls: tuple[str, ...] = ()
        self._latest = Status(VERSION, self._started_at, self._urls)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Take a snapshot at once and then each second."""
        await self._look_around()
        await self.refresh()
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    def current(self) -> Status:
        """Return the latest snapshot."""
        return self._latest

    async def changes(self) -> AsyncIterator[Status]:
        """Yield each snapshot that differs from the one before; a slow reader misses some."""
        seen = self._latest
        while True:
            async with self._changed:
                while self._latest is seen:
                    await self._changed.wait()
            seen = self._latest
            yield seen

    async def refresh(self) -> Status:
        """Take a snapshot at once."""
        torrents = self._playback.torrents()
        rates = [torrent.rates for torrent in {id(torrent): torrent for _, torrent in torrents}.values()]
        preloads = self._surroundings.preloads
        status = Status(
            version=VERSION,
            started_at=self._started_at,
            urls=self._urls,
            streams=self._playback.streams(),
            torrents=tuple(_describe(source, torrent) for source, torrent in torrents),
            storage=self._surroundings.storage(),
            download_rate=sum(rate.download_rate for rate in rates),
            upload_rate=sum(rate.upload_rate for rate in rates),
            sources=await self._sources.count_added(),
            notices=tuple(await self._surroundings.notices()),
            providers=self._surroundings.providers(),
            preloads=preloads.entries(_MOST_PRELOADS),
            preload_paused=preloads.pause_reason is not None,
            preload_pause_reason=preloads.pause_reason,
            preload_budget=preloads.spent,
            stream_timeout_ms=self._playback.timeout_ms,
        )
        if status != self._latest:
            self._latest = status
            self._publish(StatusChanged(status))
            async with self._changed:
                self._changed.notify_all()
        return status

    async def _run(self) -> None:
        ticks = 0
        while True:
            self._engine.refresh()
            await asyncio.sleep(INTERVAL)
            ticks += 1
            try:
                if ticks % _LOOK_EVERY == 0:
                    await self._look_around()
                await self.refresh()
            except Exception as error:  # noqa: BLE001 - the next one may find the database or the disk well again
                _log.warning("No snapshot was taken: %s", type(error).__name__)

    async def _look_around(self) -> None:
        self._urls = await asyncio.get_running_loop().run_in_executor(None, self._surroundings.urls)


def _describe(source: Source, torrent: Torrent) -> TorrentStatus:
    rates = torrent.rates
    return TorrentStatus(
        source_id=source.id,
        title=source.title,
        peers=rates.peers,
        seeds=rates.seeds,
        download_rate=rates.download_rate,
        upload_rate=rates.upload_rate,
        progress=torrent.progress,
        state=torrent.state,
    )

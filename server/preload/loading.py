"""Gets one title ready: finds its source, learns what the torrent is made of, and has the first seconds downloaded."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from server.errors import DomainError, NoVideoError, UnsafeTorrentError
from server.models import ItemId, PreloadState, Priority, Purpose, Source, VideoFile
from server.preload import container
from server.preload.bill import Bill
from server.preload.budget import HourlyBudget
from server.preload.container import MIB, PROBE
from server.torrent.engine import TorrentEngine
from server.torrent.holding import Holding, Part, holding
from server.torrent.torrent import Torrent

_FIRST = 3 * MIB // 2  # bytes of the beginning that are asked for before anything is known of the container


class SourceFinder(Protocol):
    """Finds what would be played."""

    async def default_source(self, item_id: ItemId) -> Source | None:
        """Return the source that a title would be played from, None when there is none. Raises DomainError."""

    async def refuse(self, source: Source, error: DomainError) -> None:
        """Remember why a source has no video to be played, so that another one goes before it."""

    def silent(self, source: Source) -> None:
        """Take note that nobody sent a source in time, so that another one goes before it for a while."""

    def heard(self, source: Source) -> None:
        """Take note that a source was sent."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds each step may take; loading, for how long nothing may come."""

    search: float = 20.0
    metadata: float = 30.0
    silence: float = 30.0


class PreloadFailedError(Exception):
    """A title can't be got ready; the text is for people."""


class NoSourceError(PreloadFailedError):
    """There is nothing that the title could be played from."""


class SilentSwarmError(PreloadFailedError):
    """Nobody sends what the title would be played from."""


class OverHourlyBudgetError(PreloadFailedError):
    """The bytes of this hour are spent; ``until`` is when there are others, by the loop's clock."""

    def __init__(self, until: float) -> None:
        super().__init__("This hour's bytes for preloading are used up.")
        self.until = until


@dataclass(slots=True)
class Preload:
    """How far a title is."""

    item_id: ItemId
    priority: Priority
    state: PreloadState = PreloadState.WAITING
    source: Source | None = field(default=None, repr=False)
    detail: str = ""
    failures: int = 0
    """How often it failed in a row."""
    torrent: Torrent | None = field(default=None, repr=False)
    holding: Holding | None = field(default=None, repr=False)

    @property
    def progress(self) -> float:
        """The part of what has to be there that is, 0 to 1."""
        if self.state is PreloadState.READY:
            return 1.0
        return self.holding.progress if self.holding else 0.0

    def enter(self, state: PreloadState, detail: str = "") -> None:
        """Go on to a state."""
        self.state = state
        self.detail = detail

    def matter(self, priority: Priority) -> None:
        """Take note of how much the title matters now; what is under way goes on, sooner or later."""
        self.priority = priority
        if self.torrent:
            self.torrent.wishes.hasten(self.item_id, soon=priority is Priority.FOCUSED)


class Loader:
    """Gets titles ready within a budget."""

    def __init__(
        self, engine: TorrentEngine, finder: SourceFinder, budget: HourlyBudget, patience: Patience | None = None
    ) -> None:
        self._engine = engine
        self._finder = finder
        self._budget = budget
        self._patience = patience or Patience()

    @contextlib.asynccontextmanager
    async def ready(self, preload: Preload) -> AsyncIterator[Torrent]:
        """Get the title ready and hold it so, without downloading on; leaving the context releases everything.

        Raises PreloadFailedError, DomainError.
        """
        preload.enter(PreloadState.SEARCHING)
        preload.source = source = await self._search(preload.item_id)
        preload.enter(PreloadState.METADATA)
        async with self._noting(source), self._engine.lease(source.identifiers, Purpose.PRELOAD) as torrent:
            video = await self._video(torrent, source)
            preload.enter(PreloadState.LOADING)
            preload.torrent = torrent
            preload.matter(preload.priority)
            try:
                async with self._loaded(preload, torrent, video):
                    self._finder.heard(source)
                    preload.enter(PreloadState.READY)
                    yield torrent
            finally:
                preload.torrent = None
                torrent.wishes.hasten(preload.item_id, soon=False)

    async def _search(self, item_id: ItemId) -> Source:
        try:
            async with asyncio.timeout(self._patience.search):
                source = await self._finder.default_source(item_id)
        except TimeoutError:
            raise PreloadFailedError("The providers do not answer.") from None
        if source is None:
            raise NoSourceError("No source was found.")
        return source

    @contextlib.asynccontextmanager
    async def _noting(self, source: Source) -> AsyncIterator[None]:
        """Remember what speaks against a source, so that it is another one the next time."""
        try:
            yield
        except (NoVideoError, UnsafeTorrentError) as error:
            await self._finder.refuse(source, error)
            raise
        except SilentSwarmError:
            self._finder.silent(source)
            raise

    async def _video(self, torrent: Torrent, source: Source) -> VideoFile:
        try:
            async with asyncio.timeout(self._patience.metadata):
                return await torrent.video(source.file_index, source.wanted)
        except TimeoutError:
            raise SilentSwarmError("Nobody answers with this torrent's description.") from None

    @contextlib.asynccontextmanager
    async def _loaded(self, preload: Preload, torrent: Torrent, video: VideoFile) -> AsyncIterator[None]:
        bill = Bill(torrent, torrent.extent(video), self._budget)

        async def ask(parts: Sequence[Part]) -> Holding:
            if (until := bill.order(parts, preload.priority)) is not None:
                raise OverHourlyBudgetError(until)
            return await stack.enter_async_context(holding(torrent, video, parts))

        async with contextlib.AsyncExitStack() as stack:
            stack.callback(bill.close)
            stack.callback(setattr, preload, "holding", None)
            # All that is certain to be wanted is asked for at once; what else there is, the beginning tells.
            preload.holding = await ask([(0, min(_FIRST, video.size))])
            await self._complete(torrent, await ask([(0, min(PROBE, video.size))]))
            head = await _read(torrent.path(video), 0)
            parts = container.needed(head, video.size)
            preload.holding = await ask(parts)
            await self._complete(torrent, preload.holding)
            for index in parts[1:]:
                exact = container.needed(head, video.size, await _read(torrent.path(video), index.start))
                await self._complete(torrent, await ask(exact))
            bill.settle()
            yield

    async def _complete(self, torrent: Torrent, wanted: Holding) -> None:
        """Wait until all of it is there. Raises PreloadFailedError when the swarm says nothing for too long."""
        loop = asyncio.get_running_loop()
        done = asyncio.ensure_future(wanted.complete())
        heard, before = loop.time(), (wanted.progress, torrent.rates.downloaded)
        try:
            while not done.done():
                await asyncio.wait({done}, timeout=self._patience.silence / 4)
                # One that gives way is not expected to come on; a large piece is a while on its way.
                now = wanted.progress, torrent.rates.downloaded
                if torrent.wishes.yielding or now != before:
                    heard, before = loop.time(), now
                if not done.done() and loop.time() - heard >= self._patience.silence:
                    raise SilentSwarmError("The swarm sends no data.")
            await done
        finally:
            done.cancel()
            await asyncio.wait({done})


async def _read(path: Path, position: int) -> bytes:
    def read() -> bytes:
        with path.open("rb") as file:
            file.seek(position)
            return file.read(PROBE)

    return await asyncio.get_running_loop().run_in_executor(None, read)


def reason(error: PreloadFailedError | DomainError) -> str:
    """Return what to tell people of a failure."""
    return error.detail if isinstance(error, DomainError) else str(error)

"""The use case: find an item's sources. Storage answers when it can, the providers are asked when it is old."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from server.errors import DomainError, ItemNotFoundError
from server.events import ProviderStatus
from server.models import Item, ItemId, Source, SourceId
from server.sources.aggregator import Aggregator, Reply
from server.sources.examining import examine
from server.sources.found import Found
from server.sources.library import PROVIDER
from server.sources.merging import merge
from server.sources.provider import ProviderReport, ReportStatus
from server.sources.ranking import NO_CAPS, Caps, RankedSource, rank
from server.sources.silence import Silences

FRESH: Final = timedelta(hours=1)
"""How long an answer counts."""
EMPTY: Final = timedelta(minutes=5)
"""How long it counts that there is nothing, or that not everybody answered."""
STALE: Final = timedelta(days=7)
"""How long an old answer is given at once, while the providers are asked behind it."""

_REMEMBERED = 500  # items whose last reports are in memory
_ANSWERED = frozenset({ReportStatus.OK, ReportStatus.EMPTY})
_LOCAL = "local:"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Searched:
    """When the providers were last asked for an item and had an answer."""

    asked_at: datetime
    fresh_until: datetime


class SourceStore(Protocol):
    """Where found sources are kept."""

    async def of_item(self, item_id: ItemId) -> Sequence[Source]:
        """Return an item's sources."""

    async def get(self, source_id: SourceId) -> Source:
        """Return a source whole. Raises SourceNotFoundError, SourceUnavailableError."""

    async def merge(self, sources: Sequence[Source]) -> None:
        """Keep what a search found."""

    async def note_refusal(self, source_id: SourceId, code: str) -> None:
        """Remember the code of the error for which a source can't be played."""


class SearchStore(Protocol):
    """Remembers when the providers were asked."""

    async def get(self, item_id: ItemId) -> tuple[datetime, datetime] | None:
        """Return when they were asked, and until when their answer is fresh."""

    async def put(self, item_id: ItemId, asked_at: datetime, fresh_until: datetime) -> None:
        """Remember it."""


Describe = Callable[[ItemId], Awaitable[Item]]
"""Tells what an id stands for, as far as that is known within a moment. Raises ItemNotFoundError."""


@dataclass(slots=True)
class _Search:
    """One question to all providers, and what became of it so far."""

    item: Item
    asked_at: datetime
    replies: dict[str, Reply]

    @property
    def reports(self) -> tuple[ProviderReport, ...]:
        return tuple(reply.report for reply in self.replies.values())

    @property
    def is_answered(self) -> bool:
        """Whether anybody but the own sources had something to say."""
        return any(reply.report.status in _ANSWERED for name, reply in self.replies.items() if name != PROVIDER)

    def fresh_for(self) -> timedelta:
        settled = {ReportStatus.RESTING, ReportStatus.REFUSED, *_ANSWERED}
        complete = all(reply.report.status in settled for reply in self.replies.values())
        return FRESH if complete and any(reply.answer.releases for reply in self.replies.values()) else EMPTY


class Finder:
    """Finds the sources of items. Lives on one event loop; see ``running``."""

    def __init__(
        self,
        aggregator: Aggregator,
        sources: SourceStore,
        searches: SearchStore,
        describe: Describe,
        *,
        caps: Caps = NO_CAPS,
        priority: Sequence[str] = (),
        silences: Silences | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``caps`` and ``priority`` are those of ``rank``; ``now`` gives the moment, in UTC."""
        self._aggregator = aggregator
        self._sources = sources
        self._searches = searches
        self._describe = describe
        self._caps = caps
        self._priority = priority
        self._silences = Silences() if silences is None else silences
        self._now = now
        self._running: dict[ItemId, asyncio.Task[_Search]] = {}
        self._last: OrderedDict[ItemId, _Search] = OrderedDict()
        self._providers: dict[str, tuple[ProviderReport, datetime]] = {}

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Finder]:
        """Let searches go on in the background for as long as the context lasts."""
        try:
            yield self
        finally:
            searches = list(self._running.values())
            for search in searches:
                search.cancel()
            await asyncio.gather(*searches, return_exceptions=True)
            await self._aggregator.close()

    async def find(self, item_id: ItemId, *, refresh: bool = False, insist: bool = False) -> Found:
        """Return an item's sources, best first, without their torrent files.

        A fresh answer comes from storage; so does one of the last days, and is renewed behind it. Else, and with
        ``refresh``, the providers are asked, with ``insist`` even those that rest because they failed; those who fail
        or are late take nothing away. Raises ItemNotFoundError.
        """
        stored = await self._sources.of_item(item_id)
        if item_id.startswith(_LOCAL):
            if not stored:
                raise ItemNotFoundError
            return self._found(item_id, stored, None, ())
        searched = await self._searched(item_id)
        now = self._now()
        if refresh or insist or searched is None or not self._will_do(searched, stored, now):
            try:
                last = await self._search(item_id, insist=insist)
            except ItemNotFoundError:
                if not stored:
                    raise
                return self._found(item_id, stored, None, ())
            stored = await self._sources.of_item(item_id)
            return self._found(item_id, stored, last.asked_at, last.reports)
        if now >= searched.fresh_until:
            self._begin(item_id)
        return self._found(item_id, stored, searched.asked_at, self._cached_reports(item_id))

    async def default_source(self, item_id: ItemId) -> Source | None:
        """Return whole what plays when nobody chooses; None when there is nothing.

        Raises ItemNotFoundError, SourceUnavailableError.
        """
        default = (await self.find(item_id)).default
        return await self._sources.get(default.source.id) if default else None

    async def refuse(self, source: Source, error: DomainError) -> None:
        """Remember why a source that a search found has no video to be played, so that others go before it."""
        if source.wanted:
            with contextlib.suppress(DomainError):  # read-only, say: it turns out again the next time
                await self._sources.note_refusal(source.id, error.code)

    def silent(self, source: Source) -> None:
        """Take note that nobody sent a source in time, so that others go before it for a while."""
        self._silences.note(source.id)

    def heard(self, source: Source) -> None:
        """Take note that a source was sent."""
        self._silences.heard(source.id)

    async def ranked(self, source: Source) -> RankedSource:
        """Return how a stored source stands among its item's."""
        stored = await self._sources.of_item(source.item_id)
        searched = await self._searched(source.item_id)
        others = [other for other in stored if other.id != source.id]
        found = self._found(source.item_id, [source, *others], searched.asked_at if searched else None, ())
        return next(ranked for ranked in found.sources if ranked.source.id == source.id)

    def providers(self) -> tuple[ProviderStatus, ...]:
        """Return how each provider did when it was asked last."""
        return tuple(self._status(provider.name) for provider in self._aggregator.providers)

    def _will_do(self, searched: Searched, stored: Sequence[Source], now: datetime) -> bool:
        return now < searched.fresh_until or (bool(stored) and now < searched.asked_at + STALE)

    async def _searched(self, item_id: ItemId) -> Searched | None:
        known = await self._searches.get(item_id)
        return Searched(*known) if known else None

    async def _search(self, item_id: ItemId, *, insist: bool) -> _Search:
        """Ask the providers, or wait for whoever asks them for the same item already."""
        return await asyncio.shield(self._begin(item_id, insist=insist))

    def _begin(self, item_id: ItemId, *, insist: bool = False) -> asyncio.Task[_Search]:
        if item_id not in self._running:
            task = asyncio.ensure_future(self._run(item_id, insist=insist))
            self._running[item_id] = task
            task.add_done_callback(lambda done: self._ended(item_id, done))
        return self._running[item_id]

    def _ended(self, item_id: ItemId, task: asyncio.Task[_Search]) -> None:
        del self._running[item_id]
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, DomainError):
            _log.error("A search failed: %s", type(error).__name__)

    async def _run(self, item_id: ItemId, *, insist: bool) -> _Search:
        loop = asyncio.get_running_loop()
        started, asked_at = loop.time(), self._now()
        item = await self._describe(item_id)
        search = _Search(item, asked_at, {})

        async def late(reply: Reply) -> None:
            search.replies[reply.report.provider] = reply
            await self._take(search, [reply])

        replies = await self._aggregator.ask(item, late, elapsed=loop.time() - started, insist=insist)
        search.replies |= {reply.report.provider: reply for reply in replies}
        self._last[item_id] = search
        self._last.move_to_end(item_id)
        while len(self._last) > _REMEMBERED:
            self._last.popitem(last=False)
        await self._take(search, replies)
        return search

    async def _take(self, search: _Search, replies: Sequence[Reply]) -> None:
        """Keep what came, and remember that the providers were asked if any of them answered."""
        for reply in replies:
            self._providers[reply.report.provider] = reply.report, self._now()
        releases = [release for reply in replies for release in reply.answer.releases]
        try:
            if found := merge(releases, search.item, search.asked_at):
                await self._sources.merge([await _examined(source) for source in found])
            if search.is_answered:
                fresh_until = search.asked_at + search.fresh_for()
                await self._searches.put(search.item.id, search.asked_at, fresh_until)
        except DomainError as error:  # read-only, or no room: what is stored is still there
            _log.warning("What a search found could not be kept: %s", error.code)

    def _cached_reports(self, item_id: ItemId) -> tuple[ProviderReport, ...]:
        last = self._last.get(item_id)
        if last is None:
            return tuple(
                ProviderReport(provider.name, ReportStatus.CACHED, 0) for provider in self._aggregator.providers
            )
        return tuple(
            replace(report, status=ReportStatus.CACHED) if report.status in _ANSWERED else report
            for report in last.reports
        )

    def _found(
        self,
        item_id: ItemId,
        stored: Sequence[Source],
        asked_at: datetime | None,
        reports: tuple[ProviderReport, ...],
    ) -> Found:
        now = self._now()
        stale_before = None if asked_at is None else max(asked_at, now - FRESH)
        ranked = rank(
            stored, now, self._caps, priority=self._priority, stale_before=stale_before, silent=self._silences
        )
        return Found(item_id, ranked, reports)

    def _status(self, name: str) -> ProviderStatus:
        if name not in self._providers:
            return ProviderStatus(name, "idle")
        report, at = self._providers[name]
        return ProviderStatus(name, report.status.value, at, report.count, report.error, report.retry_at)


async def _examined(source: Source) -> Source:
    if source.identifiers.torrent_file is None:
        return source
    return await asyncio.get_running_loop().run_in_executor(None, examine, source)

"""Asks all providers at once, within one deadline; who is late goes on in the background."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from server.models import Item
from server.sources.provider import (
    Answer,
    EpisodeQuery,
    MovieQuery,
    ProviderError,
    ProviderReport,
    ProviderRestingError,
    ReportStatus,
    TorrentProvider,
)

DEADLINE: Final = 8.0
"""Seconds from the question to the answer, all attempts included."""
PATIENCE: Final = 60.0
"""Seconds after which a provider that still has not answered is given up."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """What one provider came back with."""

    report: ProviderReport
    answer: Answer = field(default_factory=Answer)


Late = Callable[[Reply], Coroutine[Any, Any, None]]
"""Takes the reply of a provider that missed the deadline."""


class Aggregator:
    """Puts one question to all providers. Those who are late outlive the search; ``close`` ends them."""

    def __init__(
        self, providers: Sequence[TorrentProvider], *, deadline: float = DEADLINE, patience: float = PATIENCE
    ) -> None:
        self.providers = tuple(providers)
        self._deadline = deadline
        self._patience = patience
        self._latecomers: set[asyncio.Task[None]] = set()

    async def ask(self, item: Item, late: Late, *, elapsed: float = 0.0, insist: bool = False) -> list[Reply]:
        """Return a reply for each provider, in their order; those who are late reply to ``late`` once more.

        ``elapsed``: seconds of the deadline that are gone already. ``insist``: whether hosts that rest are asked too.
        """
        asked = [asyncio.ensure_future(self._ask(provider, item, insist=insist)) for provider in self.providers]
        if not asked:
            return []
        try:
            await asyncio.wait(asked, timeout=max(0.0, self._deadline - elapsed))
        except asyncio.CancelledError:
            for task in asked:
                task.cancel()
            raise
        replies = []
        for provider, task in zip(self.providers, asked, strict=True):
            if task.done():
                replies.append(task.result())
            else:
                _log.warning("%s did not answer in time; going on without", provider.name)
                replies.append(Reply(ProviderReport(provider.name, ReportStatus.LATE, round(self._deadline * 1000))))
                self._keep(task, late)
        return replies

    async def close(self) -> None:
        """End what still goes on in the background."""
        for task in self._latecomers:
            task.cancel()
        await asyncio.gather(*self._latecomers, return_exceptions=True)

    async def _ask(self, provider: TorrentProvider, item: Item, *, insist: bool) -> Reply:
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with asyncio.timeout(self._patience):
                answer = await _question(provider, item, insist=insist)
        except ProviderError as error:
            level = logging.DEBUG if isinstance(error, ProviderRestingError) else logging.WARNING
            _log.log(level, "%s is skipped: %s", provider.name, error)
            report = _failure(provider, error)
        except TimeoutError:
            report = ProviderReport(provider.name, ReportStatus.UNREACHABLE, 0, error="It did not answer.")
        except Exception as error:  # noqa: BLE001 - a provider's mistake must not take the others' answers away
            _log.error("%s failed on an answer: %s", provider.name, type(error).__name__)
            report = ProviderReport(provider.name, ReportStatus.MALFORMED, 0, error="Its answer could not be read.")
        else:
            if answer.dropped:
                _log.warning("%s: %d rows could not be read", provider.name, answer.dropped)
            status = ReportStatus.OK if answer.releases else ReportStatus.EMPTY
            taken = round((loop.time() - started) * 1000)
            report = ProviderReport(provider.name, status, taken, len(answer.releases), answer.dropped)
            return Reply(report, answer)
        return Reply(_timed(report, loop.time() - started))

    def _keep(self, task: asyncio.Task[Reply], late: Late) -> None:
        async def hand_over() -> None:
            try:
                await late(await task)
            finally:
                task.cancel()

        latecomer = asyncio.ensure_future(hand_over())
        self._latecomers.add(latecomer)
        latecomer.add_done_callback(self._latecomers.discard)


async def _question(provider: TorrentProvider, item: Item, *, insist: bool) -> Answer:
    if item.episode is None:
        return await provider.search_movie(MovieQuery(item.id, item.title, item.year, item.imdb_id, insist))
    episode = item.episode
    query = EpisodeQuery(item.id, item.title, episode.season, episode.number, item.year, item.imdb_id, insist)
    return await provider.search_episode(query)


def _failure(provider: TorrentProvider, error: ProviderError) -> ProviderReport:
    retry_at = error.retry_at if isinstance(error, ProviderRestingError) else None
    return ProviderReport(provider.name, error.status, 0, error=str(error), retry_at=retry_at)


def _timed(report: ProviderReport, seconds: float) -> ProviderReport:
    return replace(report, elapsed_ms=round(seconds * 1000))

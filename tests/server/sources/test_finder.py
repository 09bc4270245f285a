from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes.clock import FakeClock

from server.errors import DiskFullError, ItemNotFoundError
from server.models import Item, ItemId, Source, SourceId, TorrentIdentifiers
from server.sources.aggregator import Aggregator
from server.sources.finder import EMPTY, FRESH, STALE, Finder
from server.sources.found import Found
from server.sources.provider import (
    Answer,
    EpisodeQuery,
    MovieQuery,
    ProviderError,
    ProviderRestingError,
    ProviderUnreachableError,
    Release,
)
from server.storage.database import Database
from server.storage.searches import SearchRepository
from server.storage.sources import SourceRepository
from server.vault.cipher import FieldCipher
from server.vault.record import KeyRecord

FILM = ItemId("tt0083658")
EPISODE = ItemId("tt0386676:1:2")


@dataclass
class FakeProvider:
    """Answers with ``releases``, raises ``error``, or waits for ``go``."""

    name: str
    releases: list[Release] = field(default_factory=list)
    error: BaseException | None = None
    dropped: int = 0
    go: asyncio.Event | None = None
    asked: list[MovieQuery | EpisodeQuery] = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)

    async def search_movie(self, query: MovieQuery) -> Answer:
        return await self._answer(query)

    async def search_episode(self, query: EpisodeQuery) -> Answer:
        return await self._answer(query)

    async def _answer(self, query: MovieQuery | EpisodeQuery) -> Answer:
        self.asked.append(query)
        self.called.set()
        if self.go:
            await self.go.wait()
        if self.error:
            raise self.error
        return Answer(tuple(self.releases), self.dropped)


def release(provider: str, number: int, seeders: int = 50, **more: Any) -> Release:
    identifiers = TorrentIdentifiers(f"{number:040x}")
    found = Release(provider, "x", identifiers, imdb_id="tt0083658", seeders=seeders, size_bytes=1 << 30)
    return replace(found, **more)


@dataclass
class World:
    """Storage that is real, a clock that is not, and providers that do as they are told."""

    sources: SourceRepository
    searches: SearchRepository
    clock: FakeClock
    providers: list[FakeProvider] = field(default_factory=list)
    described: int = 0
    finder: Finder = field(init=False)

    async def describe(self, item_id: ItemId) -> Item:
        self.described += 1
        if item_id == "tt404":
            raise ItemNotFoundError
        return Item(item_id, "Blade Runner", 1982, item_id.partition(":")[0])

    def start(self, *providers: FakeProvider, deadline: float = 5.0) -> Finder:
        self.providers = list(providers)
        aggregator = Aggregator(providers, deadline=deadline)
        self.finder = Finder(aggregator, self.sources, self.searches, self.describe, now=self.clock)
        return self.finder

    def pass_time(self, time: timedelta) -> None:
        self.clock.now += time


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with Database.open(tmp_path / "miauflix.db", b"k" * 32) as database:
        sources = SourceRepository(database, FieldCipher(KeyRecord.generate()))
        yield World(sources, SearchRepository(database), FakeClock())


def statuses(found: Found) -> dict[str, str]:
    return {report.provider: report.status.value for report in found.reports}


def seeders(found: Found) -> list[int | None]:
    return [ranked.source.seeders for ranked in found.sources]


async def settled(finder: Finder) -> None:
    """Let what goes on in the background come to its end."""
    await asyncio.gather(*finder._running.values())


async def test_all_providers_are_asked_and_the_best_is_the_default(world: World) -> None:
    yts, rarbg = FakeProvider("yts", [release("yts", 1, 300)]), FakeProvider("rarbg", [release("rarbg", 2, 20)])
    nothing = FakeProvider("eztv")
    found = await world.start(rarbg, yts, nothing).find(FILM)
    assert [ranked.source.provider for ranked in found.sources] == ["yts", "rarbg"]
    assert [ranked.is_default for ranked in found.sources] == [True, False]
    assert not any(ranked.stale for ranked in found.sources)
    assert statuses(found) == {"rarbg": "ok", "yts": "ok", "eztv": "empty"}
    assert yts.asked == [MovieQuery(FILM, "Blade Runner", 1982, FILM)]
    assert {source.id for source in await world.sources.of_item(FILM)} == {r.source.id for r in found.sources}


async def test_episodes_are_asked_for_by_their_show(world: World) -> None:
    eztv = FakeProvider("eztv", [release("eztv", 1, imdb_id="tt0386676", season=1, episode=2)])
    found = await world.start(eztv).find(EPISODE)
    assert eztv.asked == [EpisodeQuery(EPISODE, "Blade Runner", 1, 2, 1982, "tt0386676")]
    assert [ranked.source.title for ranked in found.sources] == ["Blade Runner S01E02"]


async def test_a_fresh_answer_comes_from_storage(world: World) -> None:
    yts = FakeProvider("yts", [release("yts", 1)])
    finder = world.start(yts)
    first = await finder.find(FILM)
    world.pass_time(FRESH - timedelta(seconds=1))
    second = await finder.find(FILM)
    assert len(yts.asked) == 1
    assert second.sources[0].source.id == first.sources[0].source.id
    assert statuses(second) == {"yts": "cached"}
    world.start(yts)
    assert statuses(await world.finder.find(FILM)) == {"yts": "cached"}  # after a restart too
    assert len(yts.asked) == 1


async def test_an_old_answer_is_given_at_once_and_renewed_behind_it(world: World) -> None:
    yts = FakeProvider("yts", [release("yts", 1, 50)], go=asyncio.Event())
    finder = world.start(yts)
    assert yts.go
    yts.go.set()
    await finder.find(FILM)
    yts.go.clear()
    world.pass_time(STALE - timedelta(seconds=1))
    yts.releases = [release("yts", 1, 70)]
    old = await finder.find(FILM)
    assert (seeders(old), [ranked.stale for ranked in old.sources]) == ([50], [True])
    yts.go.set()
    await settled(finder)
    new = await finder.find(FILM)
    assert (seeders(new), [ranked.stale for ranked in new.sources]) == ([70], [False])
    assert len(yts.asked) == 2


async def test_after_a_week_the_answer_is_waited_for(world: World) -> None:
    yts = FakeProvider("yts", [release("yts", 1, 50)])
    finder = world.start(yts)
    await finder.find(FILM)
    world.pass_time(STALE)
    yts.releases = [release("yts", 1, 70)]
    assert seeders(await finder.find(FILM)) == [70]


async def test_nothing_found_counts_for_a_few_minutes(world: World) -> None:
    yts = FakeProvider("yts")
    finder = world.start(yts)
    assert (await finder.find(FILM)).sources == ()
    world.pass_time(EMPTY - timedelta(seconds=1))
    await finder.find(FILM)
    assert len(yts.asked) == 1
    world.pass_time(timedelta(seconds=1))
    await finder.find(FILM)
    assert len(yts.asked) == 2


async def test_one_search_serves_all_who_ask_at_once(world: World) -> None:
    yts = FakeProvider("yts", [release("yts", 1)], go=asyncio.Event())
    finder = world.start(yts)
    asking = [asyncio.ensure_future(finder.find(FILM, refresh=number % 2 == 0)) for number in range(20)]
    await yts.called.wait()
    asking[0].cancel()  # who goes away takes nothing from the others
    assert yts.go
    yts.go.set()
    found = await asyncio.gather(*asking[1:])
    assert len(yts.asked) == 1
    assert all(seeders(one) == [50] for one in found)


@pytest.mark.parametrize("error", [ProviderUnreachableError("Down."), RuntimeError("a bug"), None])
async def test_an_empty_answer_or_a_failure_takes_nothing_away(world: World, error: Exception | None) -> None:
    yts, rarbg = FakeProvider("yts", [release("yts", 1)]), FakeProvider("rarbg", [release("rarbg", 2, 20)])
    finder = world.start(yts, rarbg)
    await finder.find(FILM)
    world.pass_time(timedelta(minutes=1))
    yts.releases, yts.error = [], error
    found = await finder.find(FILM, refresh=True)
    assert {ranked.source.provider: ranked.stale for ranked in found.sources} == {"yts": True, "rarbg": False}
    rarbg.error = ProviderUnreachableError("Down.")
    found = await finder.find(FILM, refresh=True)
    assert len(found.sources) == 2
    assert sum(ranked.is_default for ranked in found.sources) == 1


async def test_every_provider_failing_is_an_answer_with_reports(world: World, caplog: pytest.LogCaptureFixture) -> None:
    until = world.clock() + timedelta(minutes=5)
    errors: list[ProviderError] = [ProviderUnreachableError("No way."), ProviderRestingError("Resting.", until)]
    finder = world.start(*(FakeProvider(f"p{n}", error=error) for n, error in enumerate(errors)))
    with caplog.at_level(logging.WARNING):
        found = await finder.find(FILM)
    assert found.sources == ()
    assert found.default is None
    assert [(report.status, report.error, report.retry_at) for report in found.reports] == [
        ("unreachable", "No way.", None),
        ("resting", "Resting.", until),
    ]
    assert "Traceback" not in caplog.text
    assert [status.state for status in finder.providers()] == ["unreachable", "resting"]
    await finder.find(FILM)
    assert [len(provider.asked) for provider in world.providers] == [2, 2]  # a failure is no answer to be kept


async def test_who_is_late_is_reported_and_comes_in_behind(world: World, caplog: pytest.LogCaptureFixture) -> None:
    quick = FakeProvider("rarbg", [release("rarbg", 2, 20)], dropped=3)
    late = FakeProvider("yts", [release("yts", 1, 300)], go=asyncio.Event())
    finder = world.start(quick, late, deadline=0.05)
    found = await finder.find(FILM)
    assert [ranked.source.provider for ranked in found.sources] == ["rarbg"]
    assert statuses(found) == {"rarbg": "ok", "yts": "late"}
    assert found.reports[0].dropped == 3
    assert "yts did not answer in time" in caplog.text
    assert late.go
    late.go.set()
    await asyncio.gather(*finder._aggregator._latecomers)
    found = await finder.find(FILM)
    assert [ranked.source.provider for ranked in found.sources] == ["yts", "rarbg"]
    assert [ranked.is_default for ranked in found.sources] == [True, False]
    assert statuses(found) == {"rarbg": "cached", "yts": "cached"}
    assert [len(provider.asked) for provider in world.providers] == [1, 1]


async def test_what_is_left_behind_ends_with_the_finder(world: World) -> None:
    never = FakeProvider("yts", go=asyncio.Event())
    async with world.start(never, deadline=0.01).running() as finder:
        await finder.find(FILM)
        (latecomer,) = finder._aggregator._latecomers
        searching = asyncio.ensure_future(finder.find(EPISODE))
        await asyncio.sleep(0)
    assert latecomer.cancelled()
    searching.cancel()
    await asyncio.gather(searching, return_exceptions=True)
    assert len(asyncio.all_tasks()) == 1


async def test_what_can_not_be_kept_is_no_failure(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(_sources: object) -> None:
        raise DiskFullError

    finder = world.start(FakeProvider("yts", [release("yts", 1)]))
    monkeypatch.setattr(world.sources, "merge", full)
    found = await finder.find(FILM)
    assert (found.sources, statuses(found)) == ((), {"yts": "ok"})


def added(item_id: str, number: int = 9) -> Source:
    identifiers = TorrentIdentifiers(f"{number:040x}", "magnet:?xt=x")
    return Source(SourceId(f"s{number}"), ItemId(item_id), "Mine", "user", identifiers, datetime.now(UTC))


async def test_what_people_added_is_found_without_asking_anybody(world: World) -> None:
    yts = FakeProvider("yts", [release("yts", 1)])
    finder = world.start(yts)
    await world.sources.add(added("local:mine"))
    found = await finder.find(ItemId("local:mine"))
    assert [(ranked.source.title, ranked.is_default, ranked.stale) for ranked in found.sources] == [
        ("Mine", True, False)
    ]
    with pytest.raises(ItemNotFoundError):
        await finder.find(ItemId("local:other"))
    assert yts.asked == []


async def test_unknown_items(world: World) -> None:
    yts = FakeProvider("yts")
    finder = world.start(yts)
    for _ in range(2):
        with pytest.raises(ItemNotFoundError):
            await finder.find(ItemId("tt404"))
    await world.sources.add(added("tt404"))
    assert len((await finder.find(ItemId("tt404"))).sources) == 1
    assert yts.asked == []


async def test_what_nobody_sent_makes_way_until_it_is_heard(world: World) -> None:
    finder = world.start(FakeProvider("yts", [release("yts", 1), release("yts", 2, 900)]))
    best = await finder.default_source(FILM)
    assert best
    finder.silent(best)
    found = await finder.find(FILM)
    assert [(ranked.source.seeders, ranked.is_default, ranked.silent) for ranked in found.sources] == [
        (50, True, False),
        (900, False, True),
    ]
    finder.heard(best)
    assert await finder.default_source(FILM) == best


async def test_the_default_is_given_whole(world: World) -> None:
    finder = world.start(FakeProvider("yts", [release("yts", 1), release("yts", 2, 900)]))
    default = await finder.default_source(FILM)
    assert default
    assert (default.seeders, default.identifiers.info_hash) == (900, f"{2:040x}")
    await world.sources.block(default.id, blocked=True)
    other = await finder.default_source(FILM)
    assert other
    assert other.seeders == 50
    await world.sources.block(other.id, blocked=True)
    assert await finder.default_source(FILM) is None
    ranked = await finder.ranked(await world.sources.get(other.id))
    assert (ranked.source.id, ranked.is_default) == (other.id, False)
    assert ranked.score == pytest.approx(2.0)

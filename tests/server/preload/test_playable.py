from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from server.errors import CatalogueUnavailableError, DomainError, NoVideoError
from server.models import ItemId, ResumePoint, Source, SourceId, TitleKind, TorrentIdentifiers
from server.preload import playable
from server.preload.loading import NoSourceError
from server.preload.playable import PlayableFinder, next_episode
from server.titles import EpisodeTitle, Title, TitleDetails

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SHOW, FILM = ItemId("tt0944947"), ItemId("tt0032138")


def episode(season: int, number: int, *, days_old: float = 10) -> EpisodeTitle:
    released = NOW - timedelta(days=days_old)
    return EpisodeTitle(ItemId(f"{SHOW}:{season}:{number}"), season, number, "An episode", released)


EPISODES = (episode(0, 1), episode(1, 1), episode(1, 2), episode(2, 1), episode(2, 2, days_old=-1))


def watched(season: int, number: int, part: float) -> ResumePoint:
    return ResumePoint(ItemId(f"{SHOW}:{season}:{number}"), SourceId("s"), "An episode", None, part * 100, 100, NOW)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([], "1:1"),
        ([watched(1, 1, 0.5)], "1:1"),
        ([watched(1, 1, 0.95)], "1:2"),
        ([watched(1, 2, 0.95), watched(1, 1, 0.1)], "2:1"),
        ([watched(0, 1, 0.5)], "0:1"),
        ([watched(2, 1, 0.95)], None),
        ([watched(7, 7, 0.5)], "1:1"),
    ],
)
def test_the_next_episode(seen: list[ResumePoint], expected: str | None) -> None:
    found = next_episode(EPISODES, seen, NOW)
    assert (found.id if found else None) == (f"{SHOW}:{expected}" if expected else None)


def test_a_show_without_episodes_has_no_next_one() -> None:
    assert next_episode((), [], NOW) is None
    assert next_episode((episode(0, 1), episode(1, 1, days_old=-3)), [], NOW) is None


class Finder:
    def __init__(self) -> None:
        self.asked: list[ItemId] = []
        self.refused: tuple[ItemId, str] | None = None
        self.noted: list[tuple[str, ItemId]] = []

    async def default_source(self, item_id: ItemId) -> Source | None:
        self.asked.append(item_id)
        return Source(SourceId("source"), item_id, "A title", "test", TorrentIdentifiers("ab" * 20), NOW)

    async def refuse(self, source: Source, error: DomainError) -> None:
        self.refused = source.item_id, error.code

    def silent(self, source: Source) -> None:
        self.noted.append(("silent", source.item_id))

    def heard(self, source: Source) -> None:
        self.noted.append(("heard", source.item_id))


class Catalogue:
    def __init__(self, answer: TitleDetails | Exception | None) -> None:
        self.answer = answer

    async def details(self, title_id: ItemId) -> TitleDetails:
        if self.answer is None:
            await asyncio.Event().wait()
        if isinstance(self.answer, TitleDetails):
            assert title_id == self.answer.title.id
            return self.answer
        raise self.answer or AssertionError


class Watching:
    async def of_title(self, item_id: ItemId) -> Sequence[ResumePoint]:
        return [watched(1, 1, 0.95)] if item_id == SHOW else []


async def asked_for(item_id: ItemId, answer: TitleDetails | Exception | None) -> list[ItemId]:
    finder = Finder()
    assert await PlayableFinder(finder, Catalogue(answer), Watching(), lambda: NOW).default_source(item_id)
    return finder.asked


async def test_of_a_show_the_next_episode_is_got_ready() -> None:
    details = TitleDetails(Title(SHOW, TitleKind.SHOW, "A show"), episodes=EPISODES)
    assert await asked_for(SHOW, details) == [f"{SHOW}:1:2"]


async def test_what_turns_out_not_to_play_is_passed_on() -> None:
    finder = Finder()
    playable_finder = PlayableFinder(finder, Catalogue(None), Watching(), lambda: NOW)
    source = await finder.default_source(FILM)
    assert source
    await playable_finder.refuse(source, NoVideoError())
    assert finder.refused == (FILM, "no_video")
    playable_finder.silent(source)
    playable_finder.heard(source)
    assert finder.noted == [("silent", FILM), ("heard", FILM)]


async def test_a_film_is_what_it_is() -> None:
    assert await asked_for(FILM, TitleDetails(Title(FILM, TitleKind.MOVIE, "A film"))) == [FILM]


@pytest.mark.parametrize("item_id", [f"{SHOW}:1:1", "archive:a_film", "local:1234"])
async def test_what_is_no_title_of_the_catalogue_is_not_looked_up(item_id: str) -> None:
    assert await asked_for(ItemId(item_id), AssertionError("It was looked up.")) == [item_id]


async def test_a_catalogue_that_is_down_or_slow_keeps_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playable, "_PATIENCE", 0.05)
    assert await asked_for(FILM, CatalogueUnavailableError("Nobody is there.")) == [FILM]
    assert await asked_for(FILM, None) == [FILM]


async def test_a_show_that_was_watched_to_its_end_has_nothing_to_get_ready() -> None:
    details = TitleDetails(Title(SHOW, TitleKind.SHOW, "A show"), episodes=EPISODES[:2])
    finder = PlayableFinder(Finder(), Catalogue(details), Watching(), lambda: NOW)
    with pytest.raises(NoSourceError):
        await finder.default_source(SHOW)

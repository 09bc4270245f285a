from __future__ import annotations

from datetime import timedelta

import pytest
from fakes.clock import FakeClock
from fakes.stores import MemoryProgress
from hypothesis import given
from hypothesis import strategies as st

from server.errors import ProgressNotFoundError
from server.models import ItemId, ResumePoint, SourceId
from server.progress import BEGUN, FINISHED, MOST_SHOWN, Watched, WatchProgress, to_continue

CLOCK = FakeClock()
WIZARD, CITY = ItemId("tt0032138"), ItemId("archive:city")


def point(item_id: str, part: float = 0.5, duration: float = 1000.0) -> ResumePoint:
    return ResumePoint(ItemId(item_id), SourceId("s"), "Title", None, part * duration, duration, CLOCK.now)


async def test_the_last_place_counts_whoever_was_there() -> None:
    clock = FakeClock()
    progress = WatchProgress(MemoryProgress(), clock)
    await progress.note(WIZARD, Watched(SourceId("a"), 100, 6000, "The Wizard", "/api/posters/1"))
    clock.advance(minutes=1)
    await progress.note(WIZARD, Watched(SourceId("b"), 50.5, 6000, "The Wizard"))
    assert await progress.get(WIZARD) == ResumePoint(WIZARD, SourceId("b"), "The Wizard", None, 50.5, 6000, clock.now)
    assert clock.now - CLOCK.now == timedelta(minutes=1)


async def test_what_was_not_watched_is_told_apart() -> None:
    progress = WatchProgress(MemoryProgress(), CLOCK)
    with pytest.raises(ProgressNotFoundError):
        await progress.get(WIZARD)
    await progress.note(WIZARD, Watched(SourceId("a"), 1, 2, "The Wizard"))
    await progress.forget(WIZARD)
    await progress.forget(WIZARD)
    with pytest.raises(ProgressNotFoundError):
        await progress.get(WIZARD)


async def test_a_place_beyond_the_end_is_the_end() -> None:
    progress = WatchProgress(MemoryProgress(), CLOCK)
    await progress.note(WIZARD, Watched(SourceId("a"), 100.2, 100, "The Wizard"))
    assert (await progress.get(WIZARD)).position == 100


async def test_the_newest_comes_first() -> None:
    progress = WatchProgress(MemoryProgress(), CLOCK)
    for item_id in (WIZARD, CITY, WIZARD):
        await progress.note(item_id, Watched(SourceId("a"), 50, 100, "Film"))
    assert [shown.item_id for shown in await progress.to_continue()] == [WIZARD, CITY]


@pytest.mark.parametrize(
    ("part", "shown"), [(0, False), (0.049, False), (0.05, True), (0.5, True), (0.92, True), (0.921, False), (1, False)]
)
def test_what_is_hardly_begun_or_all_but_over_is_left_out(part: float, shown: bool) -> None:  # noqa: FBT001 - a table
    assert bool(to_continue([point("tt1", part)])) is shown


def test_of_a_show_the_episode_that_was_watched_last_counts() -> None:
    latest = [point("tt7:1:3"), point("tt8:1:1", 0.95), point("tt7:1:2"), point("tt8:1:2"), point("tt9")]
    assert [shown.item_id for shown in to_continue(latest)] == ["tt7:1:3", "tt9"]


def test_titles_that_only_begin_alike_are_different_ones() -> None:
    latest = [point("archive:a"), point("archive:b"), point("local:a"), point("local:b"), point("tt1"), point("tt12")]
    assert to_continue(latest) == latest


IDS = st.sampled_from(["tt1", "tt1:1:1", "tt1:1:2", "tt2", "archive:x"]) | st.integers(3).map(lambda n: f"tt{n}")


@given(st.lists(st.builds(point, IDS, st.floats(0, 1), st.floats(0.001, 1e6)), max_size=80))
def test_whatever_is_shown_was_begun_and_is_in_order(latest: list[ResumePoint]) -> None:
    shown = to_continue(latest)
    assert len(shown) <= MOST_SHOWN
    assert all(BEGUN <= one.position / one.duration <= FINISHED for one in shown)
    places = [next(place for place, one in enumerate(latest) if one is wanted) for wanted in shown]
    assert places == sorted(places)

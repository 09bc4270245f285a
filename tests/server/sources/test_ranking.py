from __future__ import annotations

import random
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.models import ItemId, Quality, Source, SourceId, TorrentIdentifiers
from server.sources.ranking import GIB, MULTIPLIERS, NO_CAPS, Caps, height, rank, rank_score, score

NOW = datetime(2026, 11, 25, tzinfo=UTC)
FILM, EPISODE = ItemId("tt0032138"), ItemId("tt0944947:1:2")
PAIRS = 100_000


def make(
    provider: str = "yts",
    seeders: int | None = 50,
    gib: float | None = 2,
    quality: Quality = Quality.BLURAY,
    days: float = 0,
    **more: Any,
) -> Source:
    return Source(
        id=SourceId(str(uuid.uuid4())),
        item_id=more.pop("item_id", FILM),
        title="A film",
        provider=provider,
        identifiers=TorrentIdentifiers(more.pop("info_hash", uuid.uuid4().hex + "0" * 8)),
        created_at=NOW,
        seeders=seeders,
        size_bytes=None if gib is None else round(gib * GIB),
        quality=quality,
        published_at=NOW - timedelta(days=days),
        **more,
    )


def best(*sources: Source, caps: Caps = NO_CAPS) -> str:
    (default,) = [ranked for ranked in rank(sources, NOW, caps) if ranked.is_default]
    return default.source.provider


def drawn(numbers: random.Random) -> Source:
    return make(
        seeders=numbers.randrange(400),
        gib=numbers.uniform(0.1, 40),
        quality=numbers.choice(list(Quality)),
        days=numbers.uniform(-2, 800),
    )


def improved(source: Source, numbers: random.Random) -> Source:
    """Return a source that is at least as good in all four ways."""
    better = [quality for quality in Quality if MULTIPLIERS[quality] >= MULTIPLIERS[source.quality]]
    assert source.published_at
    return replace(
        source,
        seeders=(source.seeders or 0) + numbers.choice([0, 0, 1, numbers.randrange(400)]),
        size_bytes=round((source.size_bytes or 0) * numbers.choice([1, 1, numbers.random()])),
        quality=numbers.choice(better),
        published_at=source.published_at + timedelta(days=numbers.choice([0, 0, numbers.uniform(0, 800)])),
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (make(seeders=100, gib=2), 80),
        (make(seeders=100, gib=2, quality=Quality.WEB), 64),
        (make(seeders=100, gib=2, quality=Quality.UNKNOWN), 40),
        (make(seeders=100, gib=2, quality=Quality.TS), 24),
        (make(seeders=100, gib=2, quality=Quality.CAM), 8),
        (make(seeders=100, gib=2, days=73), 64),
        (make(seeders=100, gib=2, days=3650), 8),
        (make(seeders=100, gib=2, days=-30), 80),
        (make(seeders=2, gib=3.2, quality=Quality.CAM), -3),
        (make(seeders=None, gib=None), 0),
        (replace(make(seeders=100, gib=2), published_at=None), 8),
    ],
)
def test_the_score_is_the_formula(source: Source, expected: float) -> None:
    assert score(source, NOW) == pytest.approx(expected)


def test_the_formula_alone_would_choose_a_cam() -> None:
    cam, bluray = make(seeders=2, gib=9, quality=Quality.CAM), make(seeders=2, gib=9)
    assert score(cam, NOW) > score(bluray, NOW)
    assert rank_score(cam, NOW) < rank_score(bluray, NOW)


def test_what_is_better_never_ranks_lower_on_100_000_pairs() -> None:
    numbers = random.Random(5)
    flawed = 0
    for _ in range(PAIRS):
        worse = drawn(numbers)
        better = improved(worse, numbers)
        assert rank_score(better, NOW) >= rank_score(worse, NOW) - 1e-9
        flawed += score(better, NOW) < score(worse, NOW) - 1e-9
    assert flawed > PAIRS // 10  # the pairs are such that the bare formula fails on many


def test_it_is_the_formula_wherever_the_base_is_not_negative() -> None:
    numbers = random.Random(6)
    compared = 0
    for _ in range(PAIRS):
        source = drawn(numbers)
        if (source.seeders or 0) >= 10 * (source.size_bytes or 0) / GIB:
            assert rank_score(source, NOW) == score(source, NOW)
            compared += 1
    assert compared > PAIRS // 5


@pytest.mark.parametrize(
    ("sources", "provider"),
    [
        ([make("yts", 300), make("rarbg", 200)], "yts"),
        ([make("yts", 2), make("rarbg", 800, 9)], "rarbg"),
        ([make("yts", 2), make("rarbg", 120, 15)], "rarbg"),
        ([make("rarbg"), make("yts")], "yts"),
        ([make("rarbg"), make("torznab.home")], "torznab.home"),
        ([make("rarbg", item_id=EPISODE), make("eztv", item_id=EPISODE), make("yts", item_id=EPISODE)], "eztv"),
        ([make("eztv", 50, item_id=EPISODE), make("rarbg", 51, item_id=EPISODE)], "rarbg"),
        ([make("rarbg", providers=("rarbg", "yts")), make("torznab.home")], "rarbg"),
        ([make("yts", 0), make("rarbg", 1, 30)], "rarbg"),
        ([make("yts", 0), make("rarbg", None, 30)], "rarbg"),
        ([make("rarbg", 4, 1), make("internet_archive", 0, 30, web_seeds=2)], "internet_archive"),
        ([make("yts", 4000, pinned=False), make("rarbg", 0, 90, pinned=True)], "rarbg"),
        ([make("yts", 4000, blocked=True), make("rarbg", 0, 90)], "rarbg"),
        ([make("yts", 4000, refusal="unsafe_torrent"), make("rarbg", 0, 90)], "rarbg"),
        ([make("yts", 4000, matched=False), make("rarbg", 0, 90)], "rarbg"),
    ],
)
def test_the_default(sources: list[Source], provider: str) -> None:
    assert best(*sources) == provider
    assert best(*reversed(sources)) == provider


@pytest.mark.parametrize(
    ("priority", "sources", "provider"),
    [
        ((), [make("yts"), make("eztv"), make("torznab.home"), make("rarbg")], "yts"),
        (("rarbg",), [make("yts"), make("rarbg")], "rarbg"),
        (("torznab.home", "yts"), [make("yts"), make("torznab.home")], "torznab.home"),
        (("rarbg", "torznab.home"), [make("torznab.home"), make("internet_archive"), make("yts")], "torznab.home"),
        (("rarbg",), [make("internet_archive"), make("yts")], "yts"),
        (("rarbg",), [make("eztv", item_id=EPISODE), make("yts", item_id=EPISODE)], "eztv"),
        (("yts", "eztv"), [make("eztv", item_id=EPISODE), make("yts", item_id=EPISODE)], "yts"),
        (("yts",), [make("user"), make("yts")], "user"),
        (("eztv",), [make("yts"), make("rarbg", providers=("rarbg", "eztv"))], "rarbg"),
        (("rarbg",), [make("yts", 51), make("rarbg", 50)], "yts"),
        (("rarbg",), [make("yts", 50), make("rarbg", 50, quality=Quality.WEB)], "yts"),
        (("rarbg",), [make("yts", pinned=True), make("rarbg")], "yts"),
        (("rarbg",), [make("yts"), make("rarbg", matched=False)], "yts"),
    ],
)
def test_a_listed_order_decides_between_equals_only(
    priority: tuple[str, ...], sources: list[Source], provider: str
) -> None:
    for order in (sources, sources[::-1]):
        (default,) = [ranked for ranked in rank(order, NOW, priority=priority) if ranked.is_default]
        assert default.source.provider == provider


@pytest.mark.parametrize(
    ("caps", "big"),
    [
        (NO_CAPS, {}),
        (Caps(max_size_bytes=5 * GIB), {"gib": 6}),
        (Caps(max_height=1080), {"resolution": "2160p"}),
        (Caps(avoid_codecs=frozenset({"av1"})), {"codec": "AV1"}),
    ],
)
def test_what_is_beyond_the_users_caps_comes_behind(caps: Caps, big: dict[str, Any]) -> None:
    over, within = make("yts", 4000, **big), make("rarbg", 5)
    assert best(over, within, caps=caps) == ("rarbg" if big else "yts")
    dying = replace(within, seeders=4)
    assert best(over, dying, caps=caps) == "yts"  # within the caps, but hardly to be had


def test_of_equals_the_sharper_one_then_the_hash_decides() -> None:
    sharp, soft = make(resolution="1080p", info_hash="f" * 40), make(resolution="720p", info_hash="0" * 40)
    assert [ranked.source for ranked in rank([soft, sharp], NOW)] == [sharp, soft]
    first, second = make(info_hash="0" * 40), make(info_hash="f" * 40)
    assert [ranked.source for ranked in rank([second, first], NOW)] == [first, second]


def test_blocked_sources_are_listed_and_never_the_default() -> None:
    (ranked,) = rank([make(blocked=True)], NOW)
    assert not ranked.is_default
    assert rank([], NOW) == ()


def test_what_nobody_sent_comes_behind_what_may_play_but_before_other_titles() -> None:
    best, second, doubtful, pinned = make(seeders=500), make(seeders=1), make(matched=False), make(pinned=True)
    ranked = rank([best, second, doubtful], NOW, silent={best.id})
    assert [item.source for item in ranked] == [second, best, doubtful]
    assert [(item.is_default, item.silent) for item in ranked] == [(True, False), (False, True), (False, False)]
    alone, _ = rank([pinned, second], NOW, silent={pinned.id, second.id})
    assert (alone.source, alone.is_default, alone.silent) == (pinned, True, True)


def test_what_the_last_search_did_not_find_is_stale() -> None:
    hour = timedelta(hours=1)
    sources = [make(found_at=NOW), make(found_at=NOW - hour), make(found_at=None)]
    ranked = {item.source.id: item.stale for item in rank(sources, NOW, stale_before=NOW)}
    assert [ranked[source.id] for source in sources] == [False, True, False]
    assert not any(item.stale for item in rank(sources, NOW))


@given(
    st.lists(
        st.builds(
            make,
            provider=st.sampled_from(["yts", "eztv", "rarbg", "torznab.x"]),
            seeders=st.none() | st.integers(0, 10_000),
            gib=st.none() | st.floats(0, 200),
            quality=st.sampled_from(Quality),
            days=st.floats(-400, 10_000),
            pinned=st.booleans(),
            blocked=st.booleans(),
        ),
        max_size=8,
    ),
    st.randoms(),
)
def test_the_order_does_not_depend_on_the_order(sources: list[Source], numbers: random.Random) -> None:
    ranked = rank(sources, NOW)
    shuffled = list(sources)
    numbers.shuffle(shuffled)
    assert rank(shuffled, NOW) == ranked
    assert sum(item.is_default for item in ranked) == any(not source.blocked for source in sources)


@pytest.mark.parametrize(
    ("text", "lines"),
    [("1080p", 1080), ("1080i", 1080), ("4K", 2160), ("uhd", 2160), ("1920x800", 800), ("", 0), (None, 0), ("SD", 0)],
)
def test_heights(text: str | None, lines: int) -> None:
    assert height(text) == lines

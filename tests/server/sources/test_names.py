from __future__ import annotations

import pytest
from fakes.release_names import accuracy, read_examples
from hypothesis import given
from hypothesis import strategies as st

from server.models import Episode, Quality
from server.sources.names import codec, filled_in, fitting_in, parse, placed
from server.sources.provider import Release

LEAST = {
    "title": 0.97,
    "year": 0.98,
    "quality": 0.99,
    "resolution": 0.99,
    "codec": 0.99,
    "seasons": 0.99,
    "episodes": 0.98,
}
"""What is read right of two hundred names; `./run bench sources` tells the exact figures."""


def release(name: str, season: int | None = None, episode: int | None = None) -> Release:
    return Release("x", name, season=season, episode=episode)


def test_two_hundred_names() -> None:
    examples = read_examples()
    assert len(examples) == 200
    assert len({example.name for example in examples}) == 200
    found = accuracy([parse(example.name) for example in examples], examples)
    assert {field: share for field, share in found.items() if share < LEAST[field]} == {}


def test_what_the_provider_knows_goes_before_the_name() -> None:
    told = Release("x", "Film.1999.720p.WEB.x264", quality=Quality.BLURAY, resolution="1080p", codec="hevc", year=2001)
    assert filled_in(told) == told
    bare = filled_in(Release("x", "Film.1999.720p.WEB.x264"))
    assert (bare.quality, bare.resolution, bare.codec, bare.year) == (Quality.WEB, "720p", "h264", 1999)


@pytest.mark.parametrize(
    ("word", "ours"),
    [("x264", "h264"), ("H.265", "hevc"), (" HEVC ", "hevc"), ("av1", "av1"), ("?", None), (None, None), (7, None)],
)
def test_codecs(word: object, ours: str | None) -> None:
    assert codec(word) == ours


HERE = (1, 2)
SEASON = (1, None)
SHOW = (None, None)
AWAY = None


@pytest.mark.parametrize(
    ("given", "place"),
    [
        (release("Show.S01E02.720p"), HERE),
        (release("Show.S01E03.720p"), AWAY),
        (release("Show.S02E02.720p"), AWAY),
        (release("Show 720p", 1, 2), HERE),
        (release("Show.S09E09.720p", 1, 2), HERE),
        (release("Show.S01E02.720p", 1, 3), AWAY),
        (release("Show.S01E01-E03.720p"), SEASON),
        (release("Show.S01E01-E03.720p", 1, 1), SEASON),
        (release("Show.S01E04-E06.720p", 1, 4), AWAY),
        (release("Show.S01.720p"), SEASON),
        (release("Show.S02.720p"), AWAY),
        (release("Show 720p", 1), SEASON),
        (release("Show 720p", 2), AWAY),
        (release("Show.S01-S03.720p"), SHOW),
        (release("Show.S02-S03.720p"), AWAY),
        (release("Show Complete Series 720p"), SHOW),
        (release("Show 720p"), AWAY),
        (release("[Group] Show - 02 [1080p]"), (None, 2)),
        (release("[Group] Show - 03 [1080p]"), AWAY),
    ],
)
def test_places_in_a_show(given: Release, place: tuple[int | None, int | None] | None) -> None:
    found = placed(given, Episode(1, 2))
    assert (None if found is None else (found.season, found.episode)) == place
    assert (fitting_in(Episode(1, 2), given) is None) == (place is None)


@given(st.text(max_size=400) | st.from_regex(r"[\w .\[\]-]{0,60}(S\d{1,9}E\d{1,9}|\d{4}|\d+p)?[\w .()-]{0,30}"))
def test_no_name_makes_it_stumble(name: str) -> None:
    found = parse(name)
    assert found.year is None or isinstance(found.year, int)
    assert all(number >= 0 for number in (*found.seasons, *found.episodes))
    placed(release(name), Episode(1, 2))

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.models import Item, ItemId
from server.sources.identity import Match, match, words
from server.sources.provider import Release

FILM = Item(ItemId("tt0083658"), "Blade Runner", 1982, "tt0083658", datetime(1982, 6, 25, tzinfo=UTC))
EPISODE = Item(ItemId("tt0386676:1:2"), "The Office", 2005, "tt0386676")


def release(name: str, **more: Any) -> Release:
    return Release("rarbg", name, **more)


@pytest.mark.parametrize(
    ("name", "more", "expected"),
    [
        ("Blade.Runner.1982.Final.Cut.1080p.BluRay.x264-GRP", {}, Match.YES),
        ("Blade Runner (1982) [2160p] [4K]", {}, Match.YES),
        ("blade_runner_1983_xvid", {}, Match.YES),
        ("The Blade Runner 1982", {}, Match.YES),
        ("Blade Runner", {"year": 1982}, Match.YES),
        ("Blade Runner", {}, Match.UNSURE),
        ("Blade.Runner.1080p.BluRay", {}, Match.UNSURE),
        ("Blade.Runner.2049.2017.1080p", {}, Match.NO),
        ("Blade Runner 2049", {"year": 2017}, Match.NO),
        ("Blade Runner Black Lotus 1982", {}, Match.NO),
        ("Bläde Runner 1982", {}, Match.YES),
        ("Blade.Runner.1990.720p", {}, Match.NO),
        ("Runner 1982", {}, Match.NO),
        ("Blade.Runner.Part.Two.1983.1080p", {}, Match.NO),
        ("", {}, Match.NO),
        ("Whatever", {"imdb_id": "tt0083658"}, Match.YES),
        ("Whatever", {"imdb_id": "TT83658"}, Match.YES),
        ("Blade.Runner.1982", {"imdb_id": "tt1856101"}, Match.NO),
        ("Blade Runner S01E02 1982", {"season": 1, "episode": 2}, Match.NO),
    ],
)
def test_films(name: str, more: dict[str, Any], expected: Match) -> None:
    assert match(release(name, **more), FILM) is expected


@pytest.mark.parametrize(
    ("name", "more", "expected"),
    [
        ("The.Office.S01E02.720p.WEB", {"season": 1, "episode": 2}, Match.YES),
        ("The Office US S01E02", {"season": 1, "episode": 2}, Match.UNSURE),
        ("The.Office.2005.S01E02", {"season": 1, "episode": 2}, Match.YES),
        ("The.Office.2019.S01E02", {"season": 1, "episode": 2}, Match.UNSURE),
        ("The.Office.S01.Complete", {"season": 1}, Match.YES),
        ("The Office Complete Series", {}, Match.YES),
        ("The.Office.S02E02", {"season": 2, "episode": 2}, Match.NO),
        ("The.Office.S01E03", {"season": 1, "episode": 3}, Match.NO),
        ("The.Officers.S01E02", {"season": 1, "episode": 2}, Match.NO),
        ("x", {"imdb_id": "tt0386676", "season": 1, "episode": 2}, Match.YES),
        ("x", {"imdb_id": "tt0386676", "season": 1, "episode": 3}, Match.NO),
    ],
)
def test_episodes(name: str, more: dict[str, Any], expected: Match) -> None:
    assert match(release(name, **more), EPISODE) is expected


@pytest.mark.parametrize(
    ("title", "year", "name"),
    [
        ("1917", 2019, "1917.2019.1080p.WEB"),
        ("2001: A Space Odyssey", 1968, "2001.A.Space.Odyssey.1968.REMASTERED"),
        ("Schindler's List", 1993, "Schindlers.List.1993.2160p"),
        ("Fast & Furious", 2009, "Fast.and.Furious.2009"),
        ("Amélie", 2001, "Amelie 2001 1080p"),
        ("Dune", 2021, "Dune.Part.One.2021"),
        ("Us", 2019, "Us.2019.BluRay"),
        ("Harbour Lights", 2025, "www.Example.com - Harbour Lights 2025 1080p WEB-DL x264"),
        ("Harbour Lights", 2025, "[Paws] Harbour Lights (2025) [1080p] [WEB-DL] [HEVC]"),
        ("기생충", 2019, "기생충.2019.1080p"),
    ],
)
def test_titles_of_every_kind(title: str, year: int, name: str) -> None:
    assert match(release(name), Item(ItemId("tt1"), title, year)) is Match.YES


def test_uploads_older_than_the_title_are_not_trusted() -> None:
    assert FILM.released_at
    for days, expected in ((-400, Match.UNSURE), (-1, Match.YES), (3, Match.YES)):
        early = release("x", imdb_id="tt0083658", published_at=FILM.released_at + timedelta(days=days))
        assert match(early, FILM) is expected
    assert match(release("Other 1982", published_at=datetime(1970, 1, 1, tzinfo=UTC)), FILM) is Match.NO


def test_without_a_title_only_the_id_tells() -> None:
    unknown = replace(FILM, title="", year=None)
    assert match(release("Anything"), unknown) is Match.UNSURE
    assert match(release("Anything", imdb_id="tt0083658"), unknown) is Match.YES
    assert match(release("Anything", imdb_id="tt0000001"), unknown) is Match.NO


def test_what_the_internet_archive_was_asked_for_by_name_is_it() -> None:
    item = Item(ItemId("archive:night_of_the_living_dead"), "Night of the Living Dead")
    assert match(release("NOTLD"), item) is Match.YES


@given(st.text(), st.text())
def test_any_text_is_compared(title: str, name: str) -> None:
    match(release(name), Item(ItemId("tt1"), title, 2000))
    assert words(title) == words(" ".join(words(title)))

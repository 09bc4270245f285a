from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from server.models import ItemId, TitleKind
from server.storage.titles import TitleRepository
from server.titles import Title

if TYPE_CHECKING:
    from server.storage.database import Database

NOW = datetime(2026, 11, 25, tzinfo=UTC)
FILM = Title(ItemId("tt1"), TitleKind.MOVIE, "100% Wolf", 2020, "http://pictures.example/1")
SHOW = Title(ItemId("tt2"), TitleKind.SHOW, "Wolf Hall", 2015)


@pytest.fixture
def titles(database: Database) -> TitleRepository:
    return TitleRepository(database)


async def test_titles_are_kept_as_they_were_last_seen(titles: TitleRepository) -> None:
    await titles.put([FILM, SHOW], {"k": "http://pictures.example/1"}, NOW)
    await titles.put([replace(FILM, year=2021)], {"k": "http://other.example/1"}, NOW + timedelta(days=1))
    assert await titles.get(FILM.id) == replace(FILM, year=2021)
    assert await titles.get(ItemId("tt3")) is None
    assert await titles.poster("k") == "http://pictures.example/1"  # a key is made of its address
    assert await titles.poster("other") is None


async def test_details_outlast_being_listed_again(titles: TitleRepository) -> None:
    await titles.put([FILM], {}, NOW)
    assert await titles.details(FILM.id) is None
    await titles.put_details(FILM, b"{}", NOW)
    await titles.put([FILM], {}, NOW + timedelta(days=1))
    assert await titles.details(FILM.id) == (b"{}", NOW)


@pytest.mark.parametrize(
    ("query", "kind", "expected"),
    [
        ("", None, [SHOW, FILM]),
        ("wolf", None, [SHOW, FILM]),
        ("WOLF hall", None, [SHOW]),
        ("%", None, [FILM]),
        ("_", None, []),
        ("wolf", TitleKind.MOVIE, [FILM]),
        ("nothing", None, []),
    ],
)
async def test_searching(titles: TitleRepository, query: str, kind: TitleKind | None, expected: list[Title]) -> None:
    await titles.put([FILM], {}, NOW)
    await titles.put([SHOW], {}, NOW + timedelta(days=1))
    assert await titles.search(query, kind, 0, 10) == expected
    assert await titles.search(query, kind, 1, 1) == expected[1:2]

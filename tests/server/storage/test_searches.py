from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from server.models import ItemId
from server.storage.searches import SearchRepository

if TYPE_CHECKING:
    from server.storage.database import Database

NOW = datetime(2026, 11, 25, tzinfo=UTC)
HOUR = timedelta(hours=1)
FILM, OTHER = ItemId("tt0032138"), ItemId("tt0944947:1:2")


async def test_the_last_search_is_remembered(database: Database) -> None:
    searches = SearchRepository(database)
    assert await searches.get(FILM) is None
    await searches.put(FILM, NOW, NOW + HOUR)
    await searches.put(OTHER, NOW, NOW)
    await searches.put(FILM, NOW + HOUR, NOW + 2 * HOUR)
    assert await searches.get(FILM) == (NOW + HOUR, NOW + 2 * HOUR)
    assert await searches.get(OTHER) == (NOW, NOW)


async def test_old_ones_are_forgotten(database: Database) -> None:
    searches = SearchRepository(database)
    await searches.put(FILM, NOW, NOW + HOUR)
    await searches.put(OTHER, NOW - HOUR, NOW + HOUR)
    await searches.prune(NOW)
    assert (await searches.get(FILM), await searches.get(OTHER)) == ((NOW, NOW + HOUR), None)

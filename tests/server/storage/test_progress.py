from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from server.models import ItemId, ResumePoint, Source, SourceId, TorrentIdentifiers
from server.storage.progress import ProgressRepository
from server.storage.sources import SourceRepository

if TYPE_CHECKING:
    from server.storage.database import Database
    from server.vault.cipher import FieldCipher

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
FILM = ResumePoint(ItemId("tt1"), SourceId("s"), "A film", "/api/posters/1", 12.25, 6000.5, NOW)
HOME_VIDEO = replace(FILM, item_id=ItemId("local:one"), title="Our cat")


async def test_one_place_a_title(database: Database) -> None:
    progress = ProgressRepository(database)
    assert await progress.get(FILM.item_id) is None
    await progress.put(FILM)
    assert await progress.get(FILM.item_id) == FILM
    later = replace(FILM, position=99.5, poster=None, updated_at=NOW + timedelta(seconds=10))
    await progress.put(later)
    assert await progress.latest() == [later]
    await progress.remove(FILM.item_id)
    assert await progress.latest() == []


async def test_the_newest_first_and_no_more_than_so_many(database: Database) -> None:
    progress = ProgressRepository(database, most=3)
    for number in range(5):
        at = NOW + timedelta(seconds=number)
        await progress.put(replace(FILM, item_id=ItemId(f"tt{number}"), updated_at=at))
    assert [point.item_id for point in await progress.latest()] == ["tt4", "tt3", "tt2"]


async def test_a_video_added_by_hand_is_not_shown_once_it_was_removed(database: Database, cipher: FieldCipher) -> None:
    progress, sources = ProgressRepository(database), SourceRepository(database, cipher)
    source = Source(
        SourceId("s"), HOME_VIDEO.item_id, "Our cat", "manual", TorrentIdentifiers("ab" * 20, magnet="magnet:?"), NOW
    )
    await sources.add(source)
    await progress.put(HOME_VIDEO)
    assert await progress.latest() == [HOME_VIDEO]
    await sources.delete(source.id)
    assert await progress.latest() == []

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.torrent_files import PIECE, info, torrent_file

from server.errors import (
    InvalidSourceError,
    NoVideoError,
    SourceExistsError,
    SourceNotFoundError,
    SourceUnavailableError,
)
from server.models import ItemId, Quality, Source, SourceId
from server.sources.library import PROVIDER, Library
from server.storage.database import Database
from server.storage.schema import movie_sources
from server.storage.sources import SourceRepository
from server.vault.cipher import FieldCipher
from server.vault.record import KeyRecord

HASH = "0123456789abcdef0123456789abcdef01234567"
MAGNET = f"magnet:?xt=urn:btih:{HASH}"


class Downloads:
    """Takes note of what is to be deleted."""

    def __init__(self) -> None:
        self.discarded: list[str] = []

    async def discard(self, info_hash: str) -> None:
        self.discarded.append(info_hash)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path / "miauflix.db", b"k" * 32) as database:
        yield database


@pytest.fixture
def sources(database: Database) -> SourceRepository:
    return SourceRepository(database, FieldCipher(KeyRecord.generate()))


@pytest.fixture
def downloads() -> Downloads:
    return Downloads()


@pytest.fixture
def library(sources: SourceRepository, downloads: Downloads) -> Library:
    return Library(sources, downloads.discard)


async def test_a_magnet_link_becomes_an_item_of_its_own(library: Library) -> None:
    added = await library.add_magnet(f"{MAGNET}&dn=A+film")
    assert str(uuid.UUID(added.id)) == added.id
    assert added.item_id.startswith("local:")
    assert str(uuid.UUID(added.item_id.removeprefix("local:"))) != added.id
    assert (added.title, added.provider, added.quality) == ("A film", PROVIDER, Quality.UNKNOWN)
    assert (added.size_bytes, added.file_index, added.seeders) == (None, None, None)
    assert added.identifiers.info_hash == HASH
    assert added.created_at.tzinfo is not None
    assert await library.get(added.id) == added
    assert [source.id for source in await library.list()] == [added.id]


async def test_a_torrent_file_tells_the_size_of_its_video(library: Library) -> None:
    data = torrent_file(info([("about.nfo", 9 * PIECE), ("film.mkv", 3 * PIECE), ("sample.mkv", 5)], name=b"Folder"))
    added = await library.add_torrent(data)
    assert (added.title, added.size_bytes, added.file_index) == ("Folder", 3 * PIECE, None)
    assert (await library.get(added.id)).identifiers.torrent_file == data


@pytest.mark.parametrize(
    ("given", "name", "title"),
    [
        ("Mine", "dn=Theirs", "Mine"),
        ("  Mine ", "dn=Theirs", "Mine"),
        (None, "dn=Theirs", "Theirs"),
        ("", "dn=Theirs", "Theirs"),
        (" \n", "dn=Theirs", "Theirs"),
        (None, "dn=%20%0A", "Untitled video"),
        (None, "", "Untitled video"),
        ("x" * 301, "", "x" * 300),
        (f"{'x' * 299} y", "", "x" * 299),
        ("caf\udce9", "", "caf?"),
        ("Ein Kätzchen 🐱", "", "Ein Kätzchen 🐱"),
    ],
)
async def test_titles(library: Library, given: str | None, name: str, title: str) -> None:
    assert (await library.add_magnet(f"{MAGNET}&{name}", given)).title == title


@pytest.mark.parametrize("text", ["", "a film", "magnet:?xt=urn:btih:5"])
async def test_what_is_no_magnet_link_is_not_added(library: Library, text: str) -> None:
    with pytest.raises(InvalidSourceError):
        await library.add_magnet(text)
    assert await library.list() == []


async def test_torrents_without_a_video_are_not_added(library: Library) -> None:
    with pytest.raises(NoVideoError):
        await library.add_torrent(torrent_file(info(PIECE, name=b"image.iso")))
    with pytest.raises(InvalidSourceError):
        await library.add_torrent(b"no torrent")
    assert await library.list() == []


async def test_a_torrent_is_added_once_however_it_is_named(library: Library) -> None:
    data = torrent_file(info(PIECE))
    added = await library.add_torrent(data)
    again = f"magnet:?dn=Other&xt=urn:btih:{added.identifiers.info_hash.upper()}"
    for attempt in (library.add_magnet(again), library.add_torrent(data, "Other title")):
        with pytest.raises(SourceExistsError) as caught:
            await attempt
        assert caught.value.source_id == added.id
        assert added.identifiers.info_hash not in caught.value.detail
    assert len(await library.list()) == 1


async def test_deleting_a_source_deletes_what_was_downloaded(library: Library, downloads: Downloads) -> None:
    added = await library.add_magnet(MAGNET)
    await library.delete(added.id)
    assert downloads.discarded == [HASH]
    assert await library.list() == []
    with pytest.raises(SourceNotFoundError):
        await library.get(added.id)
    assert (await library.add_magnet(MAGNET)).id != added.id


async def test_deleting_what_is_not_there_deletes_nothing(library: Library, downloads: Downloads) -> None:
    await library.add_magnet(MAGNET)
    with pytest.raises(SourceNotFoundError):
        await library.delete(SourceId("nothing"))
    assert downloads.discarded == []
    assert len(await library.list()) == 1


async def test_without_an_engine_only_the_record_goes(sources: SourceRepository) -> None:
    library = Library(sources)
    added = await library.add_magnet(MAGNET)
    await library.delete(added.id)
    assert await library.list() == []


async def test_a_source_that_can_not_be_read_can_be_got_rid_of(
    library: Library, downloads: Downloads, database: Database
) -> None:
    added = await library.add_magnet(MAGNET)
    await database.run(lambda connection: connection.execute(movie_sources.update().values(ih=b"damaged")))
    with pytest.raises(SourceUnavailableError):
        await library.get(added.id)
    await library.delete(added.id)
    assert downloads.discarded == []
    with pytest.raises(SourceNotFoundError):
        await library.get(added.id)


async def test_what_another_source_plays_too_is_kept(downloads: Downloads) -> None:
    """Not the database's way, which keeps one source a torrent, but a store may."""

    class TwoOfOne:
        def __init__(self, *sources: Source) -> None:
            self.rows = {source.id: source for source in sources}

        async def add(self, source: Source) -> None:
            self.rows[source.id] = source

        async def get(self, source_id: SourceId) -> Source:
            return self.rows[source_id]

        async def find(self, info_hash: str) -> Source | None:
            return next((row for row in self.rows.values() if row.identifiers.info_hash == info_hash), None)

        async def list(self) -> list[Source]:
            return list(self.rows.values())

        async def delete(self, source_id: SourceId) -> None:
            del self.rows[source_id]

    one = await Library(TwoOfOne()).add_magnet(MAGNET)
    other = Source(SourceId("other"), ItemId("tt1"), "Other", "yts", one.identifiers, one.created_at)
    library = Library(TwoOfOne(one, other), downloads.discard)
    await library.delete(one.id)
    assert downloads.discarded == []
    await library.delete(other.id)
    assert downloads.discarded == [HASH]


async def test_a_removal_is_done_whole_although_nobody_waits_for_it(library: Library, downloads: Downloads) -> None:
    source = await library.add_magnet(MAGNET)
    removing = asyncio.create_task(library.delete(source.id))
    await asyncio.sleep(0)
    removing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await removing
    await asyncio.gather(*library._deleting)
    assert downloads.discarded == [HASH]

from __future__ import annotations

import logging
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from server.errors import SourceExistsError, SourceNotFoundError, SourceUnavailableError
from server.models import ItemId, Quality, Source, SourceId, TorrentIdentifiers
from server.storage.audit import AuditLog
from server.storage.schema import movie_sources
from server.storage.sources import SourceRepository

if TYPE_CHECKING:
    from server.storage.database import Database
    from server.vault.cipher import FieldCipher

NOW = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
HASH = "c12fe1c06bba254a9dc9f519b335aa7c1367a88a"


def make_source(number: int = 0, **changes: object) -> Source:
    info_hash = f"{number:040x}"
    source = Source(
        id=SourceId(str(uuid.uuid4())),
        item_id=ItemId("tt0032138"),
        title=f"Title {number}",
        provider="hand",
        identifiers=TorrentIdentifiers(
            info_hash, f"magnet:?xt=urn:btih:{info_hash}&dn=ä", b"d4:info" + bytes(range(256))
        ),
        created_at=NOW + timedelta(seconds=number),
        file_index=3,
        quality=Quality.WEB,
        resolution="1080p",
        size_bytes=1 << 40,
        seeders=12,
    )
    return replace(source, **changes)  # type: ignore[arg-type] # the names come from the tests below


@pytest.fixture
def sources(database: Database, cipher: FieldCipher) -> SourceRepository:
    return SourceRepository(database, cipher)


async def damage(database: Database, source: Source, column: str, value: bytes) -> None:
    statement = movie_sources.update().where(movie_sources.c.id == source.id).values({column: value})
    await database.run(lambda connection: connection.execute(statement))


async def envelopes(database: Database, source: Source) -> dict[str, bytes]:
    query = sa.select(movie_sources).where(movie_sources.c.id == source.id)
    row = await database.run(lambda connection: connection.execute(query).mappings().one())
    return {column: row[column] for column in ("ih", "ml", "file", "ih_index")}


async def test_gives_back_what_was_added(sources: SourceRepository) -> None:
    full = make_source(1)
    bare = Source(SourceId(str(uuid.uuid4())), ItemId("local:x"), "Bare", "hand", TorrentIdentifiers("0" * 64), NOW)
    await sources.add(full)
    await sources.add(bare)
    assert await sources.get(full.id) == full
    assert await sources.get(bare.id) == bare
    assert await sources.count() == 2


async def test_moments_keep_their_instant(sources: SourceRepository) -> None:
    source = make_source(created_at=NOW.astimezone(timezone(timedelta(hours=5, minutes=30))))
    await sources.add(source)
    assert (await sources.get(source.id)).created_at == NOW


async def test_lists_by_age_without_torrent_files(sources: SourceRepository) -> None:
    made = [make_source(number) for number in (2, 0, 1)]
    for source in made:
        await sources.add(source)
    expected = [
        replace(source, identifiers=replace(source.identifiers, torrent_file=None))
        for source in sorted(made, key=lambda source: source.created_at)
    ]
    assert list(await sources.list()) == expected


async def test_finds_by_info_hash_in_any_spelling(sources: SourceRepository) -> None:
    source = make_source(identifiers=TorrentIdentifiers(HASH))
    await sources.add(source)
    assert await sources.find(HASH.upper()) == source
    assert await sources.find("YEX6DQDLXISUVHOJ6UM3GNNKPQJWPKEK") == source
    assert await sources.find("1" * 40) is None
    with pytest.raises(ValueError, match="not an info hash"):
        await sources.find("nonsense")


async def test_a_torrent_is_kept_once(sources: SourceRepository) -> None:
    first = make_source(1)
    await sources.add(first)
    with pytest.raises(SourceExistsError) as caught:
        await sources.add(make_source(1))
    assert caught.value.source_id == first.id
    assert await sources.count() == 1


async def test_forgets(sources: SourceRepository) -> None:
    source = make_source()
    await sources.add(source)
    await sources.delete(source.id)
    with pytest.raises(SourceNotFoundError):
        await sources.get(source.id)
    with pytest.raises(SourceNotFoundError):
        await sources.delete(source.id)
    await sources.add(source)


async def test_replaces_identifiers(sources: SourceRepository) -> None:
    source, other = make_source(1), make_source(2)
    await sources.add(source)
    await sources.add(other)
    found = TorrentIdentifiers(HASH, None, b"torrent file")
    await sources.replace_identifiers(source.id, found)
    assert await sources.get(source.id) == replace(source, identifiers=found)
    assert await sources.find(source.identifiers.info_hash) is None
    await sources.replace_identifiers(source.id, found)
    with pytest.raises(SourceExistsError):
        await sources.replace_identifiers(source.id, other.identifiers)
    with pytest.raises(SourceNotFoundError):
        await sources.replace_identifiers(SourceId("unknown"), TorrentIdentifiers("9" * 40))


async def test_nothing_that_identifies_is_in_the_table(sources: SourceRepository, database: Database) -> None:
    source = make_source(identifiers=TorrentIdentifiers(HASH, f"magnet:?xt=urn:btih:{HASH}", b"d4:info" * 10))
    await sources.add(source)
    query = sa.select(movie_sources)
    row = await database.run(lambda connection: connection.execute(query).one())
    stored = b"\0".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    assert source.title.encode() in stored  # what is looked for would be found
    for canary in (HASH.encode(), bytes.fromhex(HASH), b"magnet:", b"d4:info"):
        assert canary not in stored


@pytest.mark.parametrize("column", ["ih", "ml", "file"])
async def test_a_damaged_source_is_unavailable_and_the_others_are_not(
    sources: SourceRepository, database: Database, column: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken, healthy = make_source(1), make_source(2)
    await sources.add(broken)
    await sources.add(healthy)
    await damage(database, broken, column, b"\x01\x00\x00\x00\x01" + b"x" * 60)
    for _ in range(2):
        with pytest.raises(SourceUnavailableError):
            await sources.get(broken.id)
        with pytest.raises(SourceUnavailableError):
            await sources.find(broken.identifiers.info_hash)
    assert await sources.get(healthy.id) == healthy
    assert [entry.operation for entry in await AuditLog(database).latest()] == ["decrypt-source"]
    alerts = [line for line in caplog.records if line.levelno >= logging.ERROR]
    assert len(alerts) == 1
    assert broken.identifiers.info_hash not in caplog.text
    await sources.delete(broken.id)
    await sources.add(broken)
    assert await sources.get(broken.id) == broken


async def test_lists_leave_out_damaged_sources(sources: SourceRepository, database: Database) -> None:
    broken, healthy = make_source(1), make_source(2)
    await sources.add(broken)
    await sources.add(healthy)
    await damage(database, broken, "ih", b"")
    assert [source.id for source in await sources.list()] == [healthy.id]


async def test_values_swapped_between_rows_or_columns_are_noticed(
    sources: SourceRepository, database: Database
) -> None:
    one, two = make_source(1), make_source(2)
    await sources.add(one)
    await sources.add(two)
    await damage(database, one, "ih", (await envelopes(database, two))["ih"])
    await damage(database, two, "file", (await envelopes(database, two))["ml"])
    for source in (one, two):
        with pytest.raises(SourceUnavailableError):
            await sources.get(source.id)


# --- what searches find -------------------------------------------------------------------------------------------


def make_found(number: int = 0, **changes: object) -> Source:
    found: dict[str, object] = {"file_index": None, "found_at": NOW, "providers": ("yts",), "provider": "yts"}
    return make_source(number, **(found | changes))


async def test_what_a_search_found_is_kept_for_its_item(sources: SourceRepository) -> None:
    full = make_found(
        1, codec="x265", leechers=7, web_seeds=2, published_at=NOW, pack=True, matched=False, providers=("yts", "rarbg")
    )
    other = make_found(2, item_id=ItemId("tt0944947:1:2"))
    await sources.merge([full, other])
    without_file = replace(full, identifiers=replace(full.identifiers, torrent_file=None))
    assert await sources.of_item(ItemId("tt0032138")) == [without_file]
    assert [source.id for source in await sources.of_item(ItemId("tt0944947:1:2"))] == [other.id]
    assert await sources.get(full.id) == full
    assert await sources.of_item(ItemId("tt1")) == []


async def test_lists_show_what_people_added(sources: SourceRepository) -> None:
    added, found = make_source(1), make_found(2)
    await sources.add(added)
    await sources.merge([found])
    assert [source.id for source in await sources.list()] == [added.id]
    assert (await sources.count(), await sources.count_added()) == (2, 1)


async def test_a_torrent_found_again_keeps_its_id_and_learns_what_is_new(sources: SourceRepository) -> None:
    first = make_found(1, codec="x264", seeders=12, leechers=3)
    await sources.merge([first])
    later = NOW + timedelta(days=1)
    again = make_found(1, found_at=later, seeders=800, leechers=None, codec=None, providers=("rarbg",), pack=True)
    await sources.merge([again])
    (stored,) = await sources.of_item(first.item_id)
    assert (stored.id, stored.created_at) == (first.id, first.created_at)
    assert (stored.seeders, stored.leechers, stored.codec) == (800, 3, "x264")
    assert (stored.providers, stored.found_at) == (("rarbg", "yts"), later)
    assert (await sources.get(first.id)).identifiers == first.identifiers


async def test_what_was_added_by_hand_stays_so_when_a_search_finds_it(sources: SourceRepository) -> None:
    added = make_source(1)
    await sources.add(added)
    await sources.merge([make_found(1, seeders=800)])
    assert [(source.id, source.seeders) for source in await sources.list()] == [(added.id, 800)]


async def test_web_seeds_that_moved_are_followed(sources: SourceRepository) -> None:
    first = make_found(1, web_seeds=1)
    await sources.merge([first])
    magnet = f"{first.identifiers.magnet}&ws=http://elsewhere.example/"
    moved = make_found(1, web_seeds=1, identifiers=replace(first.identifiers, magnet=magnet, torrent_file=None))
    await sources.merge([moved])
    assert (await sources.get(first.id)).identifiers == replace(first.identifiers, magnet=magnet)


async def test_one_torrent_serves_many_episodes_and_people_too(sources: SourceRepository) -> None:
    episodes = [make_found(1, item_id=ItemId(f"tt0944947:1:{number}"), pack=True) for number in (1, 2)]
    await sources.merge(episodes)
    assert (await sources.find(episodes[0].identifiers.info_hash)) == episodes[0]
    added = make_source(1, item_id=ItemId("local:x"), created_at=NOW + timedelta(days=9))
    await sources.add(added)
    assert (await sources.find(added.identifiers.info_hash)) == added
    assert await sources.count() == 3


async def test_files_sizes_and_refusals_are_remembered(sources: SourceRepository) -> None:
    pack = make_found(1, pack=True, size_bytes=1000)
    await sources.merge([pack])
    await sources.note_file(pack.id, 4, 321)
    await sources.note_refusal(pack.id, "unsafe_torrent")
    await sources.merge([make_found(1, size_bytes=1001)])
    (stored,) = await sources.of_item(pack.item_id)
    assert (stored.file_index, stored.size_bytes, stored.refusal) == (4, 321, "unsafe_torrent")


async def test_one_source_of_an_item_is_pinned(sources: SourceRepository) -> None:
    one, two, elsewhere = make_found(1), make_found(2), make_found(3, item_id=ItemId("tt2"))
    await sources.merge([one, two, elsewhere])

    async def marks() -> list[tuple[bool, bool]]:
        stored = [await sources.get(source.id) for source in (one, two, elsewhere)]
        return [(source.pinned, source.blocked) for source in stored]

    await sources.pin(elsewhere.id, pinned=True)
    await sources.pin(one.id, pinned=True)
    await sources.pin(two.id, pinned=True)
    assert await marks() == [(False, False), (True, False), (True, False)]
    await sources.block(two.id, blocked=True)
    assert await marks() == [(False, False), (False, True), (True, False)]
    await sources.merge([make_found(2)])
    assert await marks() == [(False, False), (False, True), (True, False)]
    await sources.pin(two.id, pinned=True)
    await sources.pin(elsewhere.id, pinned=False)
    assert await marks() == [(False, False), (True, False), (False, False)]
    for call in (sources.pin(SourceId("x"), pinned=True), sources.block(SourceId("x"), blocked=True)):
        with pytest.raises(SourceNotFoundError):
            await call


async def test_nothing_that_identifies_a_found_torrent_is_in_the_table(
    sources: SourceRepository, database: Database
) -> None:
    magnet = f"magnet:?xt=urn:btih:{HASH}&dn=Some.Release-GRP&ws=http://seed.example/file"
    await sources.merge([make_found(1, identifiers=TorrentIdentifiers(HASH, magnet), web_seeds=1)])
    row = await database.run(lambda connection: connection.execute(sa.select(movie_sources)).one())
    stored = b"\0".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    for canary in (HASH.encode(), bytes.fromhex(HASH), b"Some.Release", b"seed.example"):
        assert canary not in stored

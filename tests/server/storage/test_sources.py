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

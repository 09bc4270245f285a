"""What is kept when something is amiss: a key is missing, or ciphertexts were changed."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa
from fakes.appliance import Appliance, make_options
from fakes.problems import read_problem

from server.bootstrap import ignore, running_server
from server.errors import InvalidGrantError, RotationError, SafeModeError, SourceUnavailableError
from server.events import NoticeCode
from server.models import ItemId, Scope, Source, SourceId, TorrentIdentifiers
from server.records import open_records
from server.settings import Options
from server.storage.database import Database
from server.storage.schema import movie_sources
from server.vault.keys import open_keys
from server.vault.record import KeyRecord


def make_source(number: int) -> Source:
    identifiers = TorrentIdentifiers(f"{number:040x}", f"magnet:?xt=urn:btih:{number:040x}")
    item = ItemId(f"local:{uuid.uuid4()}")
    return Source(SourceId(str(uuid.uuid4())), item, "A film", "user", identifiers, datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Behind:
    """A data folder whose key record is that from before a rotation."""

    options: Options
    source: Source
    token: str
    refresh_token: str
    record: KeyRecord
    """The record from after it."""

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.options.data_dir.glob("miauflix.db*")}


@pytest.fixture
async def behind(tmp_path: Path) -> Behind:
    options = make_options(tmp_path)
    assert options.key_file
    source = make_source(1)
    async with open_records(options, {}, ignore) as records:
        before = (await open_keys(options, {})).record
        await records.sources.add(source)
        _, tokens = await records.sessions.add_device("TV", Scope.ADMIN)
        await records.rotation.rotate_torrent_key()
    after = (await open_keys(options, {})).record
    options.key_file.write_text(before.to_json())
    return Behind(options, source, tokens.access_token, tokens.refresh_token, after)


async def test_without_a_key_that_rows_need_nothing_is_written(behind: Behind) -> None:
    before = behind.files()
    async with open_records(behind.options, {}, ignore) as records:
        (notice,) = await records.notices()
        assert notice.code is NoticeCode.SAFE_MODE
        assert "number 2" in notice.text
        assert "key restore" in notice.text
        with pytest.raises(SourceUnavailableError):
            await records.sources.get(behind.source.id)
        assert await records.sources.list() == []
        assert await records.sources.count() == 1
        assert (await records.sessions.authenticate(behind.token)).name == "TV"
        for write in (
            records.sources.add(make_source(2)),
            records.sources.delete(behind.source.id),
            records.sessions.add_device("Another", Scope.VIEWER),
            records.downloads.open("ab" * 20),
        ):
            with pytest.raises(SafeModeError, match="until it is back"):
                await write
        for _ in range(2):
            renewed = await records.sessions.refresh(behind.refresh_token)
            assert renewed.refresh_token == behind.refresh_token
            assert (await records.sessions.authenticate(renewed.access_token)).name == "TV"
        with pytest.raises(InvalidGrantError):
            await records.sessions.refresh("another")
        await records.downloads.save_resume("ab" * 20, b"data")
        with pytest.raises(RotationError):
            await records.rotation.rotate_torrent_key()
    assert {name: data for name, data in behind.files().items() if data} == before


async def test_with_the_key_back_all_is_as_it_was(behind: Behind) -> None:
    async with open_records(behind.options, {}, ignore):
        pass
    assert behind.options.key_file
    behind.options.key_file.write_text(behind.record.to_json())
    async with open_records(behind.options, {}, ignore) as records:
        assert await records.sources.get(behind.source.id) == behind.source
        assert (await records.sessions.refresh(behind.refresh_token)).refresh_token != behind.refresh_token
        assert NoticeCode.SAFE_MODE not in [notice.code for notice in await records.notices()]


@pytest.fixture
async def reader(behind: Behind) -> AsyncIterator[Appliance]:
    """Run a server and talk to it with the token from before: in safe mode nobody can be paired."""
    headers = {"Authorization": f"Bearer {behind.token}"}
    async with (
        running_server(behind.options, environ={}) as server,
        aiohttp.ClientSession(f"http://127.0.0.1:{server.port}", headers=headers) as client,
    ):
        yield Appliance(server, client)


async def test_a_server_in_safe_mode_answers_and_refuses_changes(behind: Behind, reader: Appliance) -> None:
    status = await reader.server.status()
    assert [notice.code for notice in status.notices] == [NoticeCode.SAFE_MODE]
    async with reader.client.get("/api/sources") as reply:
        assert reply.status == 200
    async with reader.client.get(f"/api/stream/{behind.source.id}") as reply:
        assert (await read_problem(reply))["code"] == "source_unavailable"
    async with reader.client.post("/api/sources", json={"magnet": f"magnet:?xt=urn:btih:{'ab' * 20}"}) as reply:
        assert reply.status == 503
        assert (await read_problem(reply))["code"] == "safe_mode"


async def test_a_changed_ciphertext_costs_one_source_and_raises_the_alarm(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    options = make_options(tmp_path)
    good, bad = make_source(1), make_source(2)
    async with open_records(options, {}, ignore) as records:
        await records.sources.add(good)
        await records.sources.add(bad)
    await swap_bits(options, bad.id)
    async with open_records(options, {}, ignore) as records:
        assert [source.id for source in await records.sources.list()] == [good.id]
        for _ in range(3):
            with pytest.raises(SourceUnavailableError):
                await records.sources.get(bad.id)
        assert await records.sources.get(good.id) == good
        (notice,) = [n for n in await records.notices() if n.code is NoticeCode.SOURCES_DAMAGED]
        assert "1 of your sources" in notice.text
        entries = [entry for entry in await records.audit.latest() if entry.outcome == "failed"]
        assert [entry.operation for entry in entries] == ["decrypt-source"]
        await records.sources.delete(bad.id)
        assert NoticeCode.SOURCES_DAMAGED not in [n.code for n in await records.notices()]
    assert caplog.text.count("Security alert") == 1
    assert bad.identifiers.info_hash not in caplog.text


async def swap_bits(options: Options, source_id: SourceId) -> None:
    def change(connection: sa.Connection) -> None:
        row = movie_sources.c.id == source_id
        envelope = bytearray(connection.execute(sa.select(movie_sources.c.ml).where(row)).scalar_one())
        envelope[40] ^= 1
        connection.execute(movie_sources.update().where(row).values(ml=bytes(envelope)))

    record = (await open_keys(options, {})).record
    async with Database.open(options.database_path, record.database_key) as database:
        await database.run(change)


async def test_a_demo_asks_for_no_backup(tmp_path: Path) -> None:
    async with open_records(replace(make_options(tmp_path), demo=True), {}, ignore) as records:
        assert await records.notices() == ()

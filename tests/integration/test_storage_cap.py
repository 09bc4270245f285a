"""The downloads stay within their cap: real titles on a small one."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.appliance import Appliance, make_options, running_appliance
from fakes.snapshots import Snapshots
from fakes.swarm import MIB, Film, make_film, seeded

from server.events import NoticeCode
from server.settings import Options, StorageSettings
from server.torrent import engine, quota

SIZE = 16 * MIB  # more than the buffers of a socket hold, so that a client which reads nothing keeps a stream open


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "INTERVAL", 0.05)
    monkeypatch.setattr(engine, "IN_USE", 0.0)


@pytest.fixture
def films(tmp_path: Path) -> list[Film]:
    return [make_film(tmp_path / "in", SIZE, seed=seed, name=f"film {seed}") for seed in range(4)]


@contextlib.asynccontextmanager
async def playing(
    options: Options, films: list[Film], snapshots: Snapshots
) -> AsyncIterator[tuple[Appliance, list[str]]]:
    """Run a server and a swarm for each film; gives the ids of their sources."""
    async with contextlib.AsyncExitStack() as stack:
        magnets = [stack.enter_context(seeded(film.folder)) for film in films]
        appliance = await stack.enter_async_context(running_appliance(options, snapshots.put))
        yield appliance, [await appliance.add(magnet, film.name) for magnet, film in zip(magnets, films, strict=True)]


def capped(tmp_path: Path, mib: float) -> Options:
    return make_options(tmp_path, storage=StorageSettings(cap_gib=mib / 1024))


def folders(options: Options) -> set[str]:
    """Return the downloads; a hidden one is being deleted."""
    return {path.name for path in options.download_dir.iterdir() if not path.name.startswith(".")}


async def play(appliance: Appliance, options: Options, source_id: str) -> str:
    """Play a film to its end and return the name of its folder, empty when it had one already."""
    before = folders(options)
    await appliance.get(source_id, 0, SIZE - 1)
    return "".join(folders(options) - before)


async def test_the_least_recently_played_goes_first(tmp_path: Path, films: list[Film]) -> None:
    options, snapshots = capped(tmp_path, 3.3 * 16), Snapshots()
    async with playing(options, films, snapshots) as (appliance, ids):
        assert (await appliance.server.status()).storage.cap == int(3.3 * SIZE)
        first, second, third = [await play(appliance, options, source_id) for source_id in ids[:3]]
        await play(appliance, options, ids[0])
        fourth = await play(appliance, options, ids[3])
        await snapshots.until(lambda status: status.storage.used < 3.3 * SIZE and second not in folders(options))
        assert folders(options) == {first, third, fourth}
        assert await appliance.get(ids[1], 5, 99) == films[1].data[5:100]  # it comes again
        await snapshots.until(lambda status: status.storage.used < 3.3 * SIZE)


async def test_the_order_outlives_a_restart(tmp_path: Path, films: list[Film]) -> None:
    options, snapshots = capped(tmp_path, 1000), Snapshots()
    async with playing(options, films[:2], snapshots) as (appliance, ids):
        first, second = [await play(appliance, options, source_id) for source_id in ids]
        await play(appliance, options, ids[0])
    assert folders(options) == {first, second}
    async with playing(capped(tmp_path, 1.3 * 16), [], snapshots) as (appliance, _):
        assert folders(options) == {first}
        assert (await appliance.server.status()).storage.used < 1.3 * SIZE


async def test_nothing_that_plays_is_deleted_and_people_are_told(tmp_path: Path, films: list[Film]) -> None:
    options, snapshots = capped(tmp_path, 1.3 * 16), Snapshots()
    async with playing(options, films[:2], snapshots) as (appliance, ids):
        held = [await appliance.client.get(f"/api/stream/{source_id}") for source_id in ids]
        full = await snapshots.until(lambda status: status.storage.used > 1.9 * SIZE and bool(status.notices))
        assert NoticeCode.STORAGE_CAP in [notice.code for notice in full.notices]
        assert len(folders(options)) == 2
        assert await held[0].read() == films[0].data
        assert await held[1].content.readexactly(1000) == films[1].data[:1000]
        later = await snapshots.until(lambda status: status.storage.used < 1.3 * SIZE)
        assert NoticeCode.STORAGE_CAP not in [notice.code for notice in later.notices]
        assert await held[1].content.readexactly(SIZE - 1000) == films[1].data[1000:]


async def test_what_a_player_may_come_back_to_is_in_use(
    tmp_path: Path, films: list[Film], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some players ask for one part after the other, with nothing between."""
    monkeypatch.setattr(engine, "IN_USE", 1000.0)
    options, snapshots = capped(tmp_path, 1), Snapshots()
    async with playing(options, films[:1], snapshots) as (appliance, ids):
        folder = await play(appliance, options, ids[0])
        full = await snapshots.until(lambda status: status.storage.used > SIZE)
        assert NoticeCode.STORAGE_CAP in [notice.code for notice in full.notices]
        await appliance.server.status()
        assert folders(options) == {folder}
        monkeypatch.setattr(engine, "IN_USE", 0.0)
        await snapshots.until(lambda status: status.storage.used == 0)


async def test_too_little_free_room_counts_as_much_as_the_cap(
    tmp_path: Path, films: list[Film], monkeypatch: pytest.MonkeyPatch
) -> None:
    options, snapshots = make_options(tmp_path), Snapshots()
    async with playing(options, films[:1], snapshots) as (appliance, ids):
        folder = await play(appliance, options, ids[0])
        assert folders(options) == {folder}
        await snapshots.until(lambda status: status.storage.used > SIZE)
        scarce = shutil._ntuple_diskusage(total=100 << 30, used=(100 << 30) - 5, free=5)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: scarce)
        status = await snapshots.until(lambda status: status.storage.used == 0)
        assert folders(options) == set()
        assert NoticeCode.DISK_FULL in [notice.code for notice in status.notices]


async def test_a_download_whose_files_were_deleted_by_hand_plays_again(tmp_path: Path, films: list[Film]) -> None:
    options = make_options(tmp_path)
    async with contextlib.AsyncExitStack() as stack:
        magnet = stack.enter_context(seeded(films[0].folder))
        async with running_appliance(options) as appliance:
            source_id = await appliance.add(magnet)
            folder = await play(appliance, options, source_id)
        shutil.rmtree(options.download_dir / folder)
        async with running_appliance(options) as appliance:
            assert await appliance.get(source_id, 0, SIZE - 1) == films[0].data


async def test_the_first_snapshot_knows_the_room_there_is(tmp_path: Path) -> None:
    async with running_appliance(capped(tmp_path, 512)) as appliance, appliance.client.get("/api/status") as reply:
        storage = (await reply.json())["storage"]
    assert storage["cap"] == 512 * MIB
    assert storage["free"] > 0

"""A disk that fills up: a small one of its own, which takes the right to mount."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from fakes.appliance import Appliance, make_options, running_appliance
from fakes.snapshots import Snapshots
from fakes.swarm import MIB, make_film, seeded

from server.events import NoticeCode, Status
from server.settings import StorageSettings
from server.torrent import quota

ROOM = 96 * MIB
KEPT = 48 * MIB
"""More than the sockets between server and client can hold: the rest of it is still to be read from the disk."""


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "INTERVAL", 0.05)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 96 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = (
        sys.platform == "linux"
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=700", "miauflix-test", folder],
            capture_output=True,
            check=False,
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("this user may not mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def is_full(status: Status) -> bool:
    return NoticeCode.DISK_FULL in [notice.code for notice in status.notices]


def fill(path: Path) -> None:
    """Write to the file until there is no room for a page more."""
    with contextlib.suppress(OSError), path.open("ab", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


async def asked(appliance: Appliance, source_id: str) -> int:
    """Return the status of a request for the last quarter of a film."""
    async with appliance.client.get(f"/api/stream/{source_id}", headers={"Range": f"bytes={18 * MIB}-"}) as reply:
        return reply.status


async def test_a_full_disk_is_said_spares_other_streams_and_passes(tmp_path: Path, small_disk: Path) -> None:
    kept = make_film(tmp_path / "in", KEPT, name="kept")
    film = make_film(tmp_path / "in", 24 * MIB, name="large")
    snapshots = Snapshots()
    options = make_options(tmp_path, storage=StorageSettings(folder=str(small_disk)))
    async with contextlib.AsyncExitStack() as stack:
        magnets = [stack.enter_context(seeded(one.folder, upload_limit=24 * MIB)) for one in (kept, film)]
        appliance = await stack.enter_async_context(running_appliance(options, snapshots.put))
        kept_id, film_id = [await appliance.add(magnet) for magnet in magnets]
        await appliance.get(kept_id, 0, KEPT - 1)
        held = await appliance.client.get(f"/api/stream/{kept_id}")
        assert await held.content.readexactly(1000) == kept.data[:1000]
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(ROOM - KEPT - 12 * MIB))

        reply = await appliance.client.get(f"/api/stream/{film_id}")
        assert reply.status == 200
        with pytest.raises(aiohttp.ClientPayloadError):  # aborted: never a short answer that looks whole
            await reply.read()
        async with asyncio.timeout(60):  # what was downloaded of it goes, and makes a little room for a while
            while await asked(appliance, film_id) != 507 or not is_full(await appliance.server.status()):
                fill(ballast)
        assert await held.content.readexactly(KEPT - 1000) == kept.data[1000:]

        ballast.unlink()
        assert await appliance.get(film_id, 0, 24 * MIB - 1) == film.data
        await snapshots.until(lambda status: not is_full(status))


async def test_no_room_at_all_is_said_before_anything_is_downloaded(tmp_path: Path, small_disk: Path) -> None:
    film = make_film(tmp_path / "in", MIB)
    options = make_options(tmp_path, storage=StorageSettings(folder=str(small_disk)))
    async with contextlib.AsyncExitStack() as stack:
        magnet = stack.enter_context(seeded(film.folder, piece_length=64 << 10))
        appliance = await stack.enter_async_context(running_appliance(options))
        source_id = await appliance.add(magnet)
        ballast = small_disk / "ballast"
        fill(ballast)
        async with appliance.client.get(f"/api/stream/{source_id}") as refused:
            assert refused.status == 507, await refused.text()
        ballast.unlink()
        assert await appliance.get(source_id, 0, MIB - 1) == film.data


async def test_the_database_on_the_full_disk_stops_nothing_that_is_there(tmp_path: Path, small_disk: Path) -> None:
    film = make_film(tmp_path / "in", 16 * MIB)
    other = make_film(tmp_path / "in", 2 * MIB, name="other")
    options, snapshots = make_options(tmp_path, data_dir=small_disk / "data"), Snapshots()
    async with contextlib.AsyncExitStack() as stack:
        magnets = [stack.enter_context(seeded(one.folder, piece_length=64 << 10)) for one in (film, other)]
        async with running_appliance(options) as appliance:
            film_id, other_id = [await appliance.add(magnet) for magnet in magnets]
            await appliance.get(film_id, 0, 16 * MIB - 1)
        appliance = await stack.enter_async_context(running_appliance(options, snapshots.put))
        async with appliance.client.get(f"/api/stream/{film_id}") as held:
            fill(small_disk / "ballast")
            async with appliance.client.get(f"/api/stream/{other_id}") as refused:
                assert refused.status == 507
                assert (await refused.json())["code"] == "disk_full"
            for path in ("/api/status", "/api/sources"):
                async with appliance.client.get(path) as reply:
                    assert reply.status == 200
            await snapshots.until(is_full)
            assert await held.read() == film.data
        (small_disk / "ballast").unlink()
        assert await appliance.get(other_id, 0, 2 * MIB - 1) == other.data
        await snapshots.until(lambda status: not is_full(status))

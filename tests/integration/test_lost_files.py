"""Files of a download that vanish or shrink while it plays: nothing is silently short, and the next Play heals it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from fakes.appliance import Appliance, make_options, running_appliance
from fakes.swarm import MIB, Film, make_film, seeded

from server.settings import Options

SIZE = 40 * MIB
"""More than the sockets between server and client hold: the end of it is still to be read from the disk."""


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return make_options(tmp_path)


@pytest.fixture
async def appliance(options: Options) -> AsyncIterator[Appliance]:
    async with running_appliance(options) as appliance:
        yield appliance


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return make_film(tmp_path_factory.mktemp("films"), SIZE)


@pytest.fixture
def magnet(film: Film) -> Iterator[str]:
    with seeded(film.folder) as magnet:
        yield magnet


async def played(appliance: Appliance, options: Options, film: Film, magnet: str) -> tuple[str, Path]:
    """Play all of the film; return its source and where its bytes are."""
    source_id = await appliance.add(magnet)
    assert await appliance.get(source_id, 0, SIZE - 1) == film.data
    (path,) = (path for path in options.download_dir.glob("*/*.bin") if path.stat().st_size == SIZE)
    return source_id, path


async def test_a_file_that_shrinks_under_a_stream_breaks_it_off(
    appliance: Appliance, options: Options, film: Film, magnet: str
) -> None:
    source_id, path = await played(appliance, options, film, magnet)
    async with appliance.client.get(f"/api/stream/{source_id}") as reply:
        assert await reply.content.readexactly(MIB) == film.data[:MIB]
        os.truncate(path, 30 * MIB)
        with pytest.raises(aiohttp.ClientPayloadError):
            await reply.read()
    assert await appliance.get(source_id, 0, SIZE - 1) == film.data


async def test_a_file_that_is_gone_is_said_and_comes_again(
    appliance: Appliance, options: Options, film: Film, magnet: str
) -> None:
    source_id, path = await played(appliance, options, film, magnet)
    path.unlink()
    async with appliance.client.get(f"/api/stream/{source_id}", headers={"Range": "bytes=0-9"}) as reply:
        assert (reply.status, (await reply.json())["code"]) == (502, "torrent_failed")
    assert await appliance.get(source_id, 0, SIZE - 1) == film.data


async def test_a_source_that_is_removed_takes_its_streams_along(
    appliance: Appliance, options: Options, film: Film, magnet: str
) -> None:
    """Also those that wait for their client, as that of a paused TV does."""
    source_id, path = await played(appliance, options, film, magnet)
    async with appliance.client.get(f"/api/stream/{source_id}") as reply:
        assert await reply.content.readexactly(MIB) == film.data[:MIB]
        async with appliance.client.delete(f"/api/sources/{source_id}") as removed:
            assert removed.status == 204
        assert not path.exists()
        with pytest.raises(aiohttp.ClientPayloadError):
            await reply.read()

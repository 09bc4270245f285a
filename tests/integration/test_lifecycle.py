"""Start and stop: the ladder leaves nothing behind, and a failed start neither."""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
import tempfile
import threading
from pathlib import Path

import aiohttp
import msgspec
import pytest
from fakes.appliance import make_options, running_appliance
from fakes.swarm import MIB, make_film, seeded

from server.bootstrap import running_server
from server.errors import DataFolderInUseError, PortBusyError
from server.settings import ServerSettings

CYCLES = 50


def open_descriptors() -> list[str]:
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            found.append(str(entry.readlink()))
        except FileNotFoundError:  # the one that lists the folder
            continue
    return sorted(found)


def temporary_files() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("miauflix*"))


@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
async def test_fifty_cycles_leak_nothing(tmp_path: Path) -> None:
    options = make_options(tmp_path, demo=True)
    async with running_server(options, environ={}):
        pass
    gc.collect()
    threads, descriptors = set(threading.enumerate()), await asyncio.to_thread(open_descriptors)
    temporary = temporary_files()
    for _ in range(CYCLES):
        async with running_server(options, environ={}) as server:
            assert (await server.status()).sources == 1
    gc.collect()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    new_threads = {thread for thread in threading.enumerate() if not thread.name.startswith("asyncio_")} - threads
    assert new_threads == set()
    assert await asyncio.to_thread(open_descriptors) == descriptors
    assert temporary_files() <= temporary


async def test_stopping_ends_the_streams_under_way(tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 4 * MIB)
    with seeded(film.folder, piece_length=64 << 10, upload_limit=MIB) as magnet:
        async with aiohttp.ClientSession() as client:
            async with running_appliance(make_options(tmp_path)) as appliance:
                source_id = await appliance.add(magnet)
                url = f"http://127.0.0.1:{appliance.server.port}/api/stream/{source_id}"
                reply = await client.get(url, headers=appliance.client.headers)
                assert await reply.content.readexactly(1000) == film.data[:1000]
            with pytest.raises(aiohttp.ClientPayloadError):  # the rest would have come before connections are cut
                await reply.read()


async def test_a_busy_port_is_said_and_leaves_nothing_running(tmp_path: Path) -> None:
    options = make_options(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        busy = make_options(
            tmp_path,
            settings=msgspec.structs.replace(
                options.settings, server=ServerSettings(host="127.0.0.1", port=port, discovery=False)
            ),
        )
        with pytest.raises(PortBusyError, match=str(port)):
            async with running_server(busy, environ={}):
                pass
    async with running_server(options, environ={}):
        with pytest.raises(DataFolderInUseError):
            async with running_server(options, environ={}):
                pass

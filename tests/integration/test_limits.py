"""How many streams a device and the server take, with clients that read nothing of what they asked for."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from fakes.appliance import Appliance, make_options, running_appliance
from fakes.snapshots import Snapshots
from fakes.swarm import MIB, Film, make_film, seeded

from server import playback, streams
from server.api import stream
from server.events import Status
from server.settings import StreamSettings

TWO_PLACES = StreamSettings(memory_budget_mib=11)
TWO_VIDEOS = StreamSettings(max_streams_per_device=2)


@pytest.fixture(autouse=True)
def ended_streams_go_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playback, "_SHOWN_AFTERWARDS", 0.0)


@contextlib.asynccontextmanager
async def second_device(appliance: Appliance) -> AsyncIterator[aiohttp.ClientSession]:
    url = f"http://127.0.0.1:{appliance.server.port}"
    secret = (await appliance.server.pairing_link()).partition("#pair=")[2]
    async with aiohttp.ClientSession(url) as client:
        async with client.post("/api/auth/token", json={"grantType": "device_code", "deviceCode": secret}) as reply:
            token = (await reply.json())["accessToken"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def refused(client: aiohttp.ClientSession, source_id: str) -> aiohttp.ClientResponse:
    async with client.get(f"/api/stream/{source_id}") as reply:
        await reply.read()
        return reply


async def test_a_device_plays_so_many_videos_and_no_more(tmp_path: Path, magnet: str) -> None:
    snapshots = Snapshots()
    films = [make_film(tmp_path / "in", 12 * MIB, seed=seed, name=f"film {seed}") for seed in (2, 3)]
    async with contextlib.AsyncExitStack() as stack:
        magnets = [magnet, *(stack.enter_context(seeded(one.folder)) for one in films)]
        appliance = await stack.enter_async_context(
            running_appliance(make_options(tmp_path, stream=TWO_VIDEOS), snapshots.put)
        )
        first, second, third = [await appliance.add(one) for one in magnets]
        client = appliance.client
        held = [await client.get(f"/api/stream/{source_id}") for source_id in (first, second, first)]
        assert [reply.status for reply in held] == [200, 200, 200]
        reply = await refused(client, third)
        assert reply.status == 429
        assert (await reply.json())["code"] == "too_many_streams"
        assert await appliance.get(second, 5, 9) == films[0].data[5:10]  # a seek is no further video
        async with second_device(appliance) as other, other.get(f"/api/stream/{third}") as reply:
            assert reply.status == 200
        assert {stream.source_id for stream in (await appliance.server.status()).streams} >= {first, second}
        for one in held:
            one.close()
        await snapshots.until(lambda status: not status.streams)
        assert await appliance.get(third, 0, 99) == films[1].data[:100]


async def test_a_full_server_says_when_to_come_back(tmp_path: Path, magnet: str) -> None:
    snapshots = Snapshots()
    async with running_appliance(make_options(tmp_path, stream=TWO_PLACES), snapshots.put) as appliance:
        source_id = await appliance.add(magnet)
        async with (
            second_device(appliance) as other,
            appliance.client.get(f"/api/stream/{source_id}") as first,
            other.get(f"/api/stream/{source_id}") as second,
        ):
            assert (first.status, second.status) == (200, 200)
            reply = await refused(other, source_id)
            assert reply.status == 503
            assert int(reply.headers["Retry-After"]) > 0
            assert (await reply.json())["code"] == "over_budget"
            async with other.head(f"/api/stream/{source_id}") as head:
                assert head.status == 200  # holds no bytes
            assert len((await appliance.server.status()).streams) == 2
            second.close()
            await snapshots.until(lambda status: len(status.streams) == 1)
            async with other.get(f"/api/stream/{source_id}") as reply:
                assert reply.status == 200


async def test_a_connection_that_a_player_left_for_another_makes_room(
    tmp_path: Path, film: Film, magnet: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshots = Snapshots()
    monkeypatch.setattr(streams, "_LEFT_AFTER", 0.0)
    async with running_appliance(make_options(tmp_path, stream=TWO_PLACES), snapshots.put) as appliance:
        source_id = await appliance.add(magnet)
        held = [await appliance.client.get(f"/api/stream/{source_id}") for _ in range(2)]
        await snapshots.until(lambda status: bool(status.streams) and not any(one.rate for one in status.streams))
        async with second_device(appliance) as other, other.get(f"/api/stream/{source_id}") as reply:
            assert reply.status == 200
            with pytest.raises(aiohttp.ClientPayloadError):
                await held[0].read()
            assert await held[1].read() == film.data


def small_socket(address: tuple[Any, ...]) -> socket.socket:
    """Make a socket whose window stays small, so that not all of a film is under way at once."""
    made = socket.socket(*address[:3])
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
    made.setblocking(False)  # noqa: FBT003 - its only parameter
    return made


@pytest.mark.parametrize("by_kernel", [True, False], ids=["by the kernel", "by hand"])
async def test_what_a_stream_holds_in_memory_is_told(
    tmp_path: Path, film: Film, magnet: str, monkeypatch: pytest.MonkeyPatch, *, by_kernel: bool
) -> None:
    if not by_kernel:
        monkeypatch.setattr(stream, "_kernel_can_send", lambda _: False)
    elif not hasattr(os, "RWF_NOWAIT"):
        pytest.skip("only Linux tells what is in the cache")
    ahead = 0 if by_kernel else stream._READ_AHEAD
    most = ahead + (0 if by_kernel else streams._TRANSPORT_BUFFER + StreamSettings().chunk_size)

    def stalled(status: Status) -> bool:
        return any(one.position and not one.rate and ahead <= one.memory <= most for one in status.streams)

    snapshots = Snapshots()
    async with running_appliance(make_options(tmp_path), snapshots.put) as appliance:
        source_id = await appliance.add(magnet)
        assert await appliance.get(source_id, 0, len(film.data) - 1) == film.data  # all of it is on the disk
        await snapshots.until(lambda status: not status.streams)
        connector = aiohttp.TCPConnector(socket_factory=small_socket)
        async with (
            aiohttp.ClientSession(
                f"http://127.0.0.1:{appliance.server.port}", headers=appliance.client.headers, connector=connector
            ) as slow,
            slow.get(f"/api/stream/{source_id}") as reply,  # and reads no further
        ):
            await snapshots.until(stalled)
            async with appliance.client.get("/api/status") as answer:
                (shown,) = (await answer.json())["streams"]
            assert ahead <= shown["memory"] <= most
            assert await reply.read() == film.data

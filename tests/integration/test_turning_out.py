"""A device that is turned out gets nothing more, however it plays and whoever does it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import aiohttp
import pytest
from fakes.appliance import Appliance
from fakes.server_process import Household
from fakes.swarm import MIB, Film, make_film, seeded
from yarl import URL

BEGINNING = 64 << 10


@contextlib.asynccontextmanager
async def playing(base: str | URL, path: str, **headers: str) -> AsyncIterator[aiohttp.ClientResponse]:
    """Play from an address, with a buffer that is read from slowly."""
    async with (
        aiohttp.ClientSession(base, read_bufsize=1 << 16) as client,
        client.get(path, headers=headers) as reply,
    ):
        assert reply.status == 200, await reply.text()
        await reply.content.readexactly(BEGINNING)
        yield reply


async def rest_of(reply: aiohttp.ClientResponse) -> int:
    """Return how many bytes still come; the connection has to break off."""
    count = 0
    try:
        while chunk := await reply.content.readany():
            count += len(chunk)
    except aiohttp.ClientError:
        return count
    pytest.fail("The answer ended as if it were whole.")


@pytest.fixture
def base(appliance: Appliance) -> URL:
    return URL(f"http://127.0.0.1:{appliance.server.port}")


async def test_a_stream_and_a_media_address_break_off_at_once(
    appliance: Appliance, film: Film, magnet: str, base: URL
) -> None:
    source_id = await appliance.add(magnet)
    async with appliance.client.post(f"/api/sources/{source_id}/media-url", json={}) as reply:
        url = (await reply.json())["url"]
    (device,) = await appliance.server.devices()
    authorization = appliance.client.headers["Authorization"]
    async with (
        asyncio.timeout(30),
        playing(base, f"/api/stream/{source_id}", Authorization=authorization) as stream,
        playing(base, url) as media,
    ):
        began = monotonic()
        await appliance.server.revoke(device.id)
        for reply in (stream, media):
            assert await rest_of(reply) < len(film.data) - MIB
        assert monotonic() - began < 5
    async with aiohttp.ClientSession(base) as stranger, stranger.get(url) as reply:
        assert reply.status == 401


async def test_the_others_play_on(appliance: Appliance, film: Film, magnet: str, base: URL) -> None:
    source_id = await appliance.add(magnet)
    (turned_out,) = await appliance.server.devices()
    secret = (await appliance.server.pairing_link()).partition("#pair=")[2]
    async with aiohttp.ClientSession(base) as client:
        grant = {"grantType": "device_code", "deviceCode": secret}
        async with client.post("/api/auth/token", json=grant) as reply:
            other = {"Authorization": f"Bearer {(await reply.json())['accessToken']}"}
    async with asyncio.timeout(30), playing(base, f"/api/stream/{source_id}", **other) as stream:
        await appliance.server.revoke(turned_out.id)
        assert await stream.content.read() == film.data[BEGINNING:]


async def test_a_player_that_is_paused_loses_its_connection(appliance: Appliance, magnet: str, base: URL) -> None:
    source_id = await appliance.add(magnet)
    (device,) = await appliance.server.devices()
    authorization = appliance.client.headers["Authorization"]
    reader, writer = await asyncio.open_connection(base.host, base.port, limit=1 << 16)
    lines = f"GET /api/stream/{source_id} HTTP/1.1\r\nHost: {base.authority}\r\nAuthorization: {authorization}\r\n\r\n"
    writer.write(lines.encode())
    await reader.readuntil(b"\r\n\r\n")  # and then nothing is taken: sooner or later the server can send no more
    await appliance.server.revoke(device.id)
    async with asyncio.timeout(20):
        with pytest.raises(ConnectionResetError):
            await reader.read(-1)
    writer.close()


async def test_the_command_line_turns_out_within_a_second(tmp_path: Path) -> None:
    household = Household(tmp_path / "home")
    household.prepare()
    film = make_film(tmp_path / "in", 8 * MIB)
    with (
        seeded(film.folder, piece_length=64 << 10, upload_limit=MIB // 4) as magnet,
        household.serving() as url,
    ):
        source_id = household.run("sources", "add", magnet, "--title", "A film")["id"]
        device = household.run("devices", "add", "A TV")
        headers = {"Authorization": f"Bearer {device['accessToken']}"}
        async with asyncio.timeout(60), playing(url, f"/api/stream/{source_id}", **headers) as stream:
            await asyncio.to_thread(household.run, "devices", "revoke", device["deviceId"])
            began = monotonic()
            assert await rest_of(stream) < len(film.data) - MIB
            assert monotonic() - began < 10, "it looks twice a second; the film would have gone on for half a minute"

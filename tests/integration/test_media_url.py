"""Media URLs, playlists and DLNA headers, against a real swarm."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from fakes.appliance import Appliance, make_options, running_appliance
from fakes.swarm import MIB, Film, make_film, seeded
from yarl import URL

from server.settings import StreamSettings


async def media_url(appliance: Appliance, source_id: str) -> str:
    async with appliance.client.post(f"/api/sources/{source_id}/media-url", json={}) as reply:
        assert reply.status == 200, await reply.text()
        return str((await reply.json())["url"])


@pytest.fixture
def base(appliance: Appliance) -> URL:
    return URL(f"http://127.0.0.1:{appliance.server.port}")


async def test_who_has_the_address_gets_the_video(appliance: Appliance, film: Film, magnet: str, base: URL) -> None:
    source_id = await appliance.add(magnet)
    async with appliance.client.post(f"/api/sources/{source_id}/media-url", json={}) as reply:
        assert reply.status == 200
        answer = await reply.json()
    lasts = datetime.fromisoformat(answer["expiresAt"]) - datetime.now(UTC)
    assert timedelta(hours=11, minutes=59) < lasts <= timedelta(hours=12)
    _, api, stream, source, _, name = answer["url"].split("/")
    assert (api, stream, source, name) == ("api", "stream", source_id, "video.mkv")
    async with aiohttp.ClientSession(base) as stranger:
        async with stranger.get(answer["url"], headers={"Range": "bytes=1000-1999"}) as reply:
            assert reply.status == 206
            assert reply.headers["Content-Type"] == "video/x-matroska"
            assert await reply.read() == film.data[1000:2000]
        async with stranger.head(answer["url"]) as reply:
            assert reply.status == 200
            assert reply.content_length == len(film.data)
        for method in ("POST", "DELETE", "PUT"):
            async with stranger.request(method, answer["url"], json={}) as reply:
                assert reply.status == 405


async def test_the_address_opens_nothing_else(appliance: Appliance, magnet: str, base: URL, tmp_path: Path) -> None:
    source_id = await appliance.add(magnet)
    url = await media_url(appliance, source_id)
    token = url.split("/")[4]
    access = appliance.client.headers["Authorization"].removeprefix("Bearer ")
    with seeded(make_film(tmp_path / "in", MIB).folder, piece_length=64 << 10) as magnet_of_other:
        other = await appliance.add(magnet_of_other)
        async with aiohttp.ClientSession(base, headers={"Authorization": f"Bearer {token}"}) as bearer:
            for path in (f"/api/stream/{source_id}", "/api/sources", "/api/status", f"/api/stream/{other}"):
                async with bearer.get(path) as reply:
                    assert reply.status == 401, path
        forged = [
            f"/api/stream/{other}/{token}/video.mkv",
            f"/api/stream/{source_id}/{access}/video.mkv",
            f"/api/stream/{source_id}/{token[:-4]}/video.mkv",
            f"/api/stream/{source_id}/x/video.mkv",
        ]
        for path in forged:  # with the device's own token in the header too, which does not count here
            async with appliance.client.get(path) as reply:
                assert reply.status == 401, path


async def test_the_address_dies_with_the_device(appliance: Appliance, magnet: str, base: URL) -> None:
    url = await media_url(appliance, await appliance.add(magnet))
    (device,) = await appliance.server.devices()
    await appliance.server.revoke(device.id)
    async with aiohttp.ClientSession(base) as stranger, stranger.get(url) as reply:
        assert reply.status == 401


async def test_neither_address_nor_token_is_logged(
    appliance: Appliance, magnet: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    source_id = await appliance.add(magnet)
    url = await media_url(appliance, source_id)
    async with appliance.client.get(url, headers={"Range": "bytes=0-9"}) as reply:
        assert reply.status == 206
    async with appliance.client.get("/health"):
        pass  # a connection takes its next request only when the line for the one before is written
    assert "/api/stream/{id}/{mediaToken}/{fileName}" in caplog.text
    assert url.split("/")[4] not in caplog.text


async def test_a_playlist_has_one_entry_that_plays(appliance: Appliance, film: Film, magnet: str, base: URL) -> None:
    source_id = await appliance.add(magnet, "A film: of\n#EXTINF two\r lines, 2026 🐱")
    async with appliance.client.get(f"/api/sources/{source_id}/playlist.m3u") as reply:
        assert reply.status == 200
        assert reply.content_type == "audio/x-mpegurl"
        first, title, url = (await reply.text("utf-8")).splitlines()
    assert (first, title) == ("#EXTM3U", "#EXTINF:-1,A film: of #EXTINF two lines, 2026 🐱")
    assert url.startswith(f"{base}/api/stream/{source_id}/")
    async with aiohttp.ClientSession() as stranger, stranger.get(url, headers={"Range": "bytes=-100"}) as reply:
        assert await reply.read() == film.data[-100:]


async def test_a_playlist_names_the_server_as_the_client_does(appliance: Appliance, magnet: str) -> None:
    source_id = await appliance.add(magnet)
    host = f"miauflix.local:{appliance.server.port}"
    async with appliance.client.get(f"/api/sources/{source_id}/playlist.m3u", headers={"Host": host}) as reply:
        assert f"\nhttp://{host}/api/stream/" in await reply.text()


async def test_an_unknown_source_has_no_address(appliance: Appliance) -> None:
    async with appliance.client.post("/api/sources/nothing/media-url", json={}) as reply:
        assert reply.status == 404
    async with appliance.client.get("/api/sources/nothing/playlist.m3u") as reply:
        assert reply.status == 404


async def test_no_address_without_the_description(tmp_path: Path) -> None:
    async with running_appliance(make_options(tmp_path, stream=StreamSettings(timeout_ms=300))) as appliance:
        source_id = await appliance.add(f"magnet:?xt=urn:btih:{'ab' * 20}&x.pe=127.0.0.1:9")
        async with appliance.client.post(f"/api/sources/{source_id}/media-url", json={}) as reply:
            assert reply.status == 408


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_dlna_headers_when_they_are_asked_for(appliance: Appliance, magnet: str, method: str) -> None:
    url = await media_url(appliance, await appliance.add(magnet))
    asked = {"getcontentFeatures.dlna.org": "1", "transferMode.dlna.org": "Streaming", "Range": "bytes=0-99"}
    async with appliance.client.request(method, url, headers=asked) as reply:
        assert reply.status == (206 if method == "GET" else 200)
        assert reply.headers["transferMode.dlna.org"] == "Streaming"
        features = "DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=01700000000000000000000000000000"
        assert reply.headers["contentFeatures.dlna.org"] == features
    async with appliance.client.request(method, url, headers={"Range": "bytes=0-99"}) as reply:
        assert not [name for name in reply.headers if "dlna" in name.lower()]

"""Real players on real titles."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import struct
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from browser.chromium import find_chromium, running_chromium
from browser.devtools import open_page
from fakes.appliance import RESOURCES, Appliance, make_options, running_appliance
from fakes.players import MPV, VLC, running_mpv, running_vlc
from fakes.swarm import MIB, seeded

from server.playback import Playback

CURL = shutil.which("curl")
LONGEST = 90.0
CLIP = RESOURCES / "demo" / "clip.mp4"  # twelve seconds
PIECE = 64 << 10
RATE = 112 << 10
"""Bytes a second of each film's swarm: a little less than the clip takes, so that its end is long in coming."""

in_ci = os.environ.get("CI") == "true"


@pytest.mark.skipif(MPV is None and not in_ci, reason="mpv is not installed")
async def test_mpv_plays_and_seeks_by_the_playlist(tmp_path: Path) -> None:
    async with running_appliance(make_options(tmp_path, demo=True)) as appliance, asyncio.timeout(LONGEST):
        async with appliance.client.get("/api/sources") as reply:
            (source,) = await reply.json()
        async with appliance.client.get(f"/api/sources/{source['id']}/playlist.m3u") as reply:
            (tmp_path / "list.m3u").write_bytes(await reply.read())
        async with running_mpv(tmp_path, str(tmp_path / "list.m3u")) as mpv:
            mpv.send("set_property", "pause", False)  # noqa: FBT003 - mpv's own form
            await mpv.reach(0.5)
            mpv.send("seek", 8, "absolute")
            assert await mpv.reach(8.5) < 10
            mpv.send("get_property", "media-title")
            while "data" not in (said := await mpv.message()) or said.get("name") == "time-pos":
                pass
            assert said["data"] == source["title"]


# --- Five at once, each with a film of its own


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Chromium's DevTools."""
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium is installed")
    with running_chromium(program, tmp_path_factory.mktemp("profile")) as address:
        yield address


def film_of(folder: Path, number: int) -> bytes:
    """Write the clip with an atom of its own length behind it, which players skip."""
    size = MIB + number * 1000
    data = CLIP.read_bytes() + struct.pack(">I4s", size, b"free") + os.urandom(size - 8)
    folder.mkdir(parents=True)
    (folder / "film.mp4").write_bytes(data)
    return data


async def media_url(appliance: Appliance, source_id: str) -> str:
    async with appliance.client.post(f"/api/sources/{source_id}/media-url", json={}) as reply:
        assert reply.status == 200, await reply.text()
        return f"http://127.0.0.1:{appliance.server.port}{(await reply.json())['url']}"


def expect_missing(appliance: Appliance, source_id: str) -> None:
    """See that a player is about to seek to what is not whole yet: two thirds into the clip."""
    playback, *_ = appliance.server._household._services
    assert isinstance(playback, Playback)
    (torrent,) = (torrent for source, torrent in playback.torrents() if source.id == source_id)
    first = CLIP.stat().st_size * 2 // 3 // PIECE
    assert not all(torrent.have[first : first + 4])


async def watch_with_mpv(folder: Path, url: str, about_to_seek: Callable[[], None]) -> None:
    async with running_mpv(folder, url) as mpv:
        mpv.send("set_property", "pause", False)  # noqa: FBT003 - mpv's own form
        await mpv.reach(1)
        about_to_seek()
        mpv.send("seek", 8, "absolute")
        await mpv.reach(9)


async def watch_with_vlc(folder: Path, url: str, about_to_seek: Callable[[], None]) -> None:
    async with running_vlc(folder, url) as vlc:
        await vlc.reach(1)
        about_to_seek()
        vlc.send("seek 8")
        await vlc.reach(9)


async def watch_with_chromium(address: str, url: str, about_to_seek: Callable[[], None]) -> None:
    async with open_page(address, LONGEST) as page:
        await page.open(url)  # which makes it a page with the video and nothing else
        await page.evaluate("document.querySelector('video').play()")
        await page.until("document.querySelector('video').currentTime > 1")
        about_to_seek()
        await page.evaluate("document.querySelector('video').currentTime = 8")
        await page.until("document.querySelector('video').currentTime > 9")


async def fetch_with_curl(url: str, data: bytes) -> None:
    assert CURL, "curl is not installed"
    for words, part in (([], data), (["--range", "-70000"], data[-70_000:]), (["--range", "9-99999"], data[9:100_000])):
        process = await asyncio.create_subprocess_exec(
            CURL, "--silent", "--fail", "--limit-rate", "2M", *words, url, stdout=asyncio.subprocess.PIPE
        )
        assert (await process.communicate())[0] == part
        assert process.returncode == 0


async def fetch_in_leaps(appliance: Appliance, source_id: str, data: bytes) -> None:
    for start in (*range(0, len(data), 400_000), 0):
        assert await appliance.get(source_id, start, start + 65_535) == data[start : start + 65_536]


@pytest.mark.skipif(not (MPV and VLC and CURL) and not in_ci, reason="mpv, VLC or curl is not installed")
async def test_five_players_of_different_kinds_play_and_seek_at_once(tmp_path: Path, browser: str) -> None:
    async with contextlib.AsyncExitStack() as stack:
        films = [film_of(tmp_path / f"film {number}", number) for number in range(5)]
        magnets = [
            stack.enter_context(seeded(tmp_path / f"film {number}", piece_length=PIECE, upload_limit=RATE))
            for number in range(5)
        ]
        appliance = await stack.enter_async_context(running_appliance(make_options(tmp_path / "home")))
        ids = [await appliance.add(magnet) for magnet in magnets]
        urls = [await media_url(appliance, source_id) for source_id in ids]
        missing = [partial(expect_missing, appliance, source_id) for source_id in ids]
        async with asyncio.timeout(LONGEST), asyncio.TaskGroup() as players:
            players.create_task(watch_with_mpv(tmp_path, urls[0], missing[0]))
            players.create_task(watch_with_vlc(tmp_path, urls[1], missing[1]))
            players.create_task(watch_with_chromium(browser, urls[2], missing[2]))
            players.create_task(fetch_with_curl(urls[3], films[3]))
            players.create_task(fetch_in_leaps(appliance, ids[4], films[4]))

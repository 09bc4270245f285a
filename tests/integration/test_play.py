"""Play, from a magnet link to the last byte: real swarms on loopback, seeds in another process."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import re
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import FormData, web
from fakes.appliance import Appliance, make_options, running_appliance
from fakes.snapshots import Snapshots
from fakes.swarm import MIB, Film, make_film, seeded
from fakes.torrent_files import PIECE, info, torrent_file

from server.bootstrap import ignore
from server.models import SourceId
from server.playback import Playback
from server.records import open_records
from server.settings import StreamSettings
from server.torrent.seeder import make_torrent, seeding


async def test_a_range_of_a_film_just_added_by_magnet(appliance: Appliance, film: Film, magnet: str) -> None:
    source_id = await appliance.add(magnet)
    async with appliance.client.get(f"/api/stream/{source_id}", headers={"Range": "bytes=0-1023"}) as reply:
        assert reply.status == 206
        assert reply.headers["Content-Range"] == f"bytes 0-1023/{len(film.data)}"
        assert reply.headers["Content-Length"] == "1024"
        assert reply.headers["Content-Type"] == "video/x-matroska"
        assert reply.headers["Accept-Ranges"] == "bytes"
        assert await reply.read() == film.data[:1024]


async def test_every_byte_in_ranges_of_random_order_while_it_downloads(appliance: Appliance, tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 6 * MIB + 777)
    with seeded(film.folder, piece_length=64 << 10, upload_limit=8 * MIB) as magnet:
        source_id = await appliance.add(magnet)
        step = 150_001
        starts = list(range(0, len(film.data), step))
        random.Random(7).shuffle(starts)

        async def check(start: int) -> None:
            last = min(start + step, len(film.data)) - 1
            assert await appliance.get(source_id, start, last) == film.data[start : last + 1]

        for batch in range(0, len(starts), 4):
            await asyncio.gather(*(check(start) for start in starts[batch : batch + 4]))


async def test_the_whole_film_is_the_original(appliance: Appliance, film: Film, magnet: str) -> None:
    source_id = await appliance.add(magnet)
    async with appliance.client.get(f"/api/stream/{source_id}") as reply:
        assert reply.status == 200
        assert reply.content_length == len(film.data)
        digest = hashlib.sha256()
        async for data in reply.content.iter_any():
            digest.update(data)
    assert digest.digest() == hashlib.sha256(film.data).digest()


async def test_a_seek_is_answered_before_the_rest_is_there(appliance: Appliance, tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 40 * MIB)
    with seeded(film.folder, upload_limit=4 * MIB) as magnet:  # the whole would take ten seconds
        source_id = await appliance.add(magnet)
        await appliance.get(source_id, 0, 1023)
        middle = len(film.data) // 2
        assert await appliance.get(source_id, middle, middle + 1023) == film.data[middle : middle + 1024]
        (torrent,) = (await appliance.server.status()).torrents
        assert torrent.progress < 0.5


async def test_an_uploaded_torrent_file_becomes_a_source(appliance: Appliance, tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 2 * MIB)
    torrent_file = await asyncio.to_thread(make_torrent, film.folder, piece_length=64 << 10)
    form = FormData()
    form.add_field("torrent", torrent_file, filename="x.torrent", content_type="application/x-bittorrent")
    form.add_field("title", "By file")
    async with appliance.client.post("/api/sources", data=form) as reply:
        assert reply.status == 201
        source = await reply.json()
    assert source["title"] == "By file"
    assert source["sizeBytes"] == len(film.data)


async def test_a_web_seed_alone_is_enough(appliance: Appliance, tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 3 * MIB, name="webseeded")
    app = web.Application()
    app.router.add_static("/files", film.folder.parent)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/files/"
        torrent_file = await asyncio.to_thread(make_torrent, film.folder, piece_length=64 << 10, web_seeds=(url,))
        source = await appliance.server.add_torrent(torrent_file, "From the web")
        assert await appliance.get(source.id, 0, len(film.data) - 1) == film.data
    finally:
        await runner.cleanup()


async def test_a_flagged_file_is_played_instead_of_the_largest(tmp_path: Path) -> None:
    """Two episodes in one torrent, both being read at once."""
    film = make_film(tmp_path / "in", 2 * MIB)
    second = random.Random(3).randbytes(MIB)
    (film.folder / "zz episode 2.mp4").write_bytes(second)
    options = make_options(tmp_path)
    with seeded(film.folder, piece_length=64 << 10) as magnet:
        async with running_appliance(options) as appliance:
            first_id = await appliance.add(magnet)
            async with open_records(options, {}, ignore) as records:
                source = await records.sources.get(SourceId(first_id))
                other = replace(source, id=SourceId("00000000-0000-4000-8000-000000000002"), file_index=4)
                await records.sources.add(other)
            one, two = await asyncio.gather(
                appliance.get(first_id, 0, 2 * MIB - 1), appliance.get(other.id, 0, MIB - 1)
            )
            assert one == film.data
            assert two == second


async def test_head_tells_size_and_type_and_downloads_nothing(appliance: Appliance, film: Film, magnet: str) -> None:
    source_id = await appliance.add(magnet)
    async with appliance.client.head(f"/api/stream/{source_id}") as reply:
        assert reply.status == 200
        assert reply.headers["Content-Length"] == str(len(film.data))
        assert reply.headers["ETag"].startswith('"')
    (service, *_) = appliance.server._household._services
    assert isinstance(service, Playback)
    (torrent,) = service._engine.torrents().values()
    assert not torrent.wishes._schedule.has_readers


async def test_a_client_that_leaves_frees_what_was_held_for_it(appliance: Appliance, tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 40 * MIB)
    with seeded(film.folder, piece_length=64 << 10, upload_limit=MIB) as magnet:  # the whole would take 40 s
        reply = await appliance.client.get(f"/api/stream/{await appliance.add(magnet)}")
        assert await reply.content.readexactly(1000) == film.data[:1000]
        (service, *_) = appliance.server._household._services
        assert isinstance(service, Playback)
        (stream,) = service._streams.values()
        assert stream.task
        reply.close()
        await asyncio.wait({stream.task}, timeout=5.0)
        assert stream.task.done()
        assert not service._streams
        assert not service._places._taken


async def test_what_the_client_has_is_not_sent_again(appliance: Appliance, magnet: str) -> None:
    address = f"/api/stream/{await appliance.add(magnet)}"
    async with appliance.client.head(address) as reply:
        tag = reply.headers["ETag"]
    for method in ("GET", "HEAD"):
        async with appliance.client.request(method, address, headers={"If-None-Match": tag}) as reply:
            assert (reply.status, reply.headers["ETag"], await reply.read()) == (304, tag, b"")


async def test_a_swarm_that_dies_under_a_stream_breaks_it_off_in_time(tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 4 * MIB)
    options = make_options(tmp_path, stream=StreamSettings(timeout_ms=6000))
    async with running_appliance(options) as appliance:
        with seeded(film.folder, piece_length=64 << 10, upload_limit=MIB) as magnet:
            source_id = await appliance.add(magnet)
            reply = await appliance.client.get(f"/api/stream/{source_id}")
            assert await reply.content.readexactly(1000) == film.data[:1000]
        with pytest.raises(aiohttp.ClientPayloadError):
            await reply.read()
        async with appliance.client.get(f"/api/stream/{source_id}", headers={"Range": f"bytes={4 * MIB - 9}-"}) as late:
            assert (late.status, (await late.json())["code"]) == (408, "torrent_timeout")


async def test_the_log_tells_how_much_was_sent(
    appliance: Appliance, film: Film, magnet: str, caplog: pytest.LogCaptureFixture
) -> None:
    """However it was sent: the kernel takes most of it from the file by itself."""
    caplog.set_level(logging.INFO, "aiohttp.access")
    source_id = await appliance.add(magnet)
    assert await appliance.get(source_id, 0, MIB - 1) == film.data[:MIB]
    async with asyncio.timeout(20):
        while not (sent := re.search(r"/api/stream/\{id\} 206 (\d+) B", caplog.text)):
            (await appliance.client.get("/health")).close()  # the line is written once the answer is over
    assert MIB < int(sent[1]) < MIB + 2048


async def test_a_swarm_that_never_answers_is_a_408(tmp_path: Path) -> None:
    options = make_options(tmp_path, stream=StreamSettings(timeout_ms=300))
    async with running_appliance(options) as appliance:
        source_id = await appliance.add(f"magnet:?xt=urn:btih:{'ab' * 20}&x.pe=127.0.0.1:9")
        async with appliance.client.get(f"/api/stream/{source_id}") as reply:
            assert reply.status == 408
            assert (await reply.json())["code"] == "torrent_timeout"


async def test_a_torrent_that_waits_for_its_description_is_shown(tmp_path: Path) -> None:
    snapshots = Snapshots()
    async with running_appliance(make_options(tmp_path), snapshots.put) as appliance:
        source_id = await appliance.add(f"magnet:?xt=urn:btih:{'ab' * 20}&x.pe=127.0.0.1:9", "Not there")
        asking = asyncio.create_task(appliance.get(source_id, 0, 9))
        status = await snapshots.until(lambda status: bool(status.torrents))
        (torrent,) = status.torrents
        assert (torrent.source_id, torrent.title, torrent.state) == (source_id, "Not there", "metadata")
        asking.cancel()


async def test_a_swarm_that_has_a_description_and_no_pieces_is_a_408(tmp_path: Path) -> None:
    data = torrent_file(info(20 * PIECE))
    options = make_options(tmp_path, stream=StreamSettings(timeout_ms=1500))
    # Said to have everything while it has no file at all: it gives the description away, and not one piece.
    with seeding(tmp_path / "in" / "film.mp4", data) as seed:
        async with running_appliance(options) as appliance:
            source_id = await appliance.add(seed.magnet)
            async with appliance.client.get(f"/api/stream/{source_id}") as reply:
                assert reply.status == 408
                problem = await reply.json()
            async with appliance.client.head(f"/api/stream/{source_id}") as reply:
                assert reply.content_length == 20 * PIECE  # its description is known
    assert problem["code"] == "torrent_timeout"
    assert "sends no data" in problem["detail"]


async def test_a_known_torrent_needs_no_swarm_after_a_restart(tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 2 * MIB)
    options = make_options(tmp_path)
    async with running_appliance(options) as appliance:
        with seeded(film.folder, piece_length=64 << 10) as magnet:
            source_id = await appliance.add(magnet)
            assert await appliance.get(source_id, 0, len(film.data) - 1) == film.data
    async with running_appliance(options) as appliance:
        assert await appliance.get(source_id, 0, len(film.data) - 1) == film.data


async def test_a_removed_source_leaves_nothing_on_the_disk(appliance: Appliance, tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", MIB)
    with seeded(film.folder, piece_length=64 << 10) as magnet:
        source_id = await appliance.add(magnet)
        await appliance.get(source_id, 0, 1023)
        async with appliance.client.delete(f"/api/sources/{source_id}") as reply:
            assert reply.status == 204
    assert list((tmp_path / "data" / "downloads").iterdir()) == []
    async with appliance.client.get(f"/api/stream/{source_id}") as reply:
        assert reply.status == 404


async def test_a_stream_that_was_sent_in_a_moment_still_shows(appliance: Appliance, film: Film, magnet: str) -> None:
    source_id = await appliance.add(magnet, "Short and sweet")
    await appliance.get(source_id, 0, 1023)
    await appliance.get(source_id, 5000, 5999)
    (stream,) = (await appliance.server.status()).streams
    assert (stream.title, stream.source_id, stream.size) == ("Short and sweet", source_id, len(film.data))
    assert stream.position == 6000


async def test_the_episodes_of_a_pack_leave_no_file_named_after_the_torrent(tmp_path: Path) -> None:
    """Each shares its first and last piece with its neighbours, whose bytes must find files of ours to lie in."""
    film = make_film(tmp_path / "in", MIB + 1)
    episodes = {index: random.Random(index).randbytes(MIB + 999) for index in (4, 5, 6)}
    for index, data in episodes.items():
        (film.folder / f"zz episode {index}.mp4").write_bytes(data)
    options = make_options(tmp_path)
    with seeded(film.folder, piece_length=256 << 10) as magnet:
        async with running_appliance(options) as appliance:
            first_id = await appliance.add(magnet)
            async with open_records(options, {}, ignore) as records:
                source = await records.sources.get(SourceId(first_id))
                for index in episodes:
                    episode_id = SourceId(f"00000000-0000-4000-8000-00000000000{index}")
                    await records.sources.add(replace(source, id=episode_id, file_index=index))
            for index, data in episodes.items():
                got = await appliance.get(f"00000000-0000-4000-8000-00000000000{index}", 0, len(data) - 1)
                assert got == data
    (folder,) = options.download_dir.iterdir()
    names = {path.name for path in folder.iterdir()}
    assert {"4.bin", "5.bin", "6.bin"} <= names <= {"pieces", *(f"{index}.bin" for index in range(7))}


async def test_a_magnets_size_is_known_once_it_was_played(appliance: Appliance, film: Film, magnet: str) -> None:
    source_id = await appliance.add(magnet)
    await appliance.get(source_id, 0, 9)
    size = None
    async with asyncio.timeout(30):
        while size is None:  # it is written after the answer
            async with appliance.client.get(f"/api/sources/{source_id}") as reply:
                size = (await reply.json())["sizeBytes"]
    assert size == len(film.data)

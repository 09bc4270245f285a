"""Torrents made to do harm: each is refused, or does none."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import libtorrent as lt
import msgspec
import pytest
from aiohttp import FormData
from fakes.appliance import ON_LOOPBACK, Appliance, make_options, running_appliance
from fakes.torrent_files import info, torrent_file

from server.settings import Options, StreamSettings
from server.torrent.seeder import seeding
from server.torrent.session import settings_pack

PIECE = 16 << 10
VIDEO = random.Random(5).randbytes(200_003)

ZOO: dict[bytes, bytes] = {
    b"../../escape.mkv": b"up" * 10,
    b"/tmp/absolute.mkv": b"root",
    b"..": b"dots",
    b"film.mkv": VIDEO,
    b"FILM.MKV": b"the same on some disks",
    b"film.mkv/inside.mkv": b"a file as a folder",
    b"C:\\Windows\\win.mkv": b"drive",
    b"nul": b"device",
    b"a\nb\rc.mkv": b"lines",
    b"n" * 4000 + b".mkv": b"long",
    b"caf\xe9\xff.mkv": b"no text",
    b"-rf.mkv": b"option",
    b"0.bin": b"a name of ours",
    b"pieces": b"another name of ours",
    b"empty.mkv": b"",
    b"": b"nameless",
}


def zoo() -> dict[bytes, Any]:
    """Return the description of a folder with the files above, twice the first one."""
    paths = [*ZOO, b"film.mkv"]
    described: dict[bytes, Any] = info([(str(index), 1) for index in range(len(paths))], name=b"../../zoo")
    described[b"files"] = [{b"path": path.split(b"/"), b"length": len(ZOO[path])} for path in paths]
    payload = b"".join(ZOO[path] for path in paths)
    described[b"pieces"] = b"".join(
        hashlib.sha1(payload[start : start + PIECE], usedforsecurity=False).digest()
        for start in range(0, len(payload), PIECE)
    )
    return described


@contextlib.contextmanager
def seeding_zoo(folder: Path) -> Iterator[str]:
    """Seed the files, which have decent names on this side; gives the magnet link."""
    contents = [*ZOO.values(), VIDEO]
    for index, content in enumerate(contents):
        (folder / str(index)).write_bytes(content)
    pack = settings_pack(ON_LOOPBACK)
    session = lt.session(cast("lt.settings_pack", pack))  # a dict, whatever the stubs say
    parameters = lt.load_torrent_buffer(torrent_file(zoo()))
    parameters.save_path = str(folder)
    parameters.renamed_files = {index: str(index) for index in range(len(contents))}
    parameters.flags = lt.torrent_flags.seed_mode | lt.torrent_flags.upload_mode
    handle = session.add_torrent(parameters)
    try:
        yield f"magnet:?xt=urn:btih:{handle.info_hashes().v1}&x.pe=127.0.0.1:{session.listen_port()}"
    finally:
        del handle, session


@pytest.fixture
def magnet_of_zoo(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "in").mkdir()
    with seeding_zoo(tmp_path / "in") as magnet:
        yield magnet


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


async def upload(appliance: Appliance, data: bytes) -> tuple[int, dict[str, Any]]:
    form = FormData()
    form.add_field("torrent", data, filename="x.torrent", content_type="application/x-bittorrent")
    async with appliance.client.post("/api/sources", data=form) as reply:
        return reply.status, await reply.json()


async def test_a_zoo_of_names_plays_and_leaves_only_names_of_ours(tmp_path: Path, magnet_of_zoo: str) -> None:
    options = make_options(tmp_path)
    before = tree(tmp_path)
    async with running_appliance(options) as appliance:
        source_id = await appliance.add(magnet_of_zoo)
        assert await appliance.get(source_id, 0, len(VIDEO) - 1) == VIDEO
        (folder,) = options.download_dir.iterdir()
        names = {path.name for path in folder.rglob("*")}
    assert names <= {"pieces", *(f"{index}.bin" for index in range(len(ZOO) + 1))}
    assert {path for path in tree(tmp_path) - before if not path.startswith("data")} <= {"key.json"}
    found = " ".join(tree(options.data_dir)).lower()
    assert not any(word in found for word in ("escape", "absolute", "zoo", "film", "windows", "drive", ".mkv"))


async def test_a_zoo_of_names_is_taken_as_a_file(appliance: Appliance) -> None:
    status, source = await upload(appliance, torrent_file(zoo()))
    assert status == 201
    assert source["sizeBytes"] == len(VIDEO)


LINK = {b"path": [b"link.mkv"], b"length": 0, b"attr": b"l", b"symlink path": [b"film.mkv"]}
REFUSED = {
    "links": info([("film.mkv", PIECE)]) | {b"files": [{b"path": [b"film.mkv"], b"length": PIECE}, LINK]},
    "large pieces": info(5, piece_length=128 << 20),
    "files beyond counting": info([(f"{index}.mkv", 1) for index in range(20_001)]),
    "no length": info(0),
    "negative length": info(-1),
    "no pieces": info(5) | {b"piece length": 0},
    "hashes missing": info(10 * PIECE) | {b"pieces": b"x" * 20},
}


@pytest.mark.parametrize("kind", REFUSED)
async def test_what_is_absurd_is_refused(appliance: Appliance, kind: str) -> None:
    status, problem = await upload(appliance, torrent_file(REFUSED[kind]))
    assert (status, problem["code"]) == (400, "invalid_source")
    assert await (await appliance.client.get("/api/sources")).json() == []


async def test_no_video_is_said(appliance: Appliance) -> None:
    status, problem = await upload(appliance, torrent_file(info([("a.txt", 5), ("b.mkv", 0), (".pad/5.mkv", 5)])))
    assert (status, problem["code"]) == (422, "no_video")


@pytest.mark.parametrize("kind", ["links", "large pieces"])
async def test_metadata_of_the_swarm_is_refused_as_well(tmp_path: Path, kind: str) -> None:
    """A magnet link tells nothing of what comes: the description is checked when a peer has sent it."""
    data = torrent_file(REFUSED[kind])
    (tmp_path / "in").mkdir()
    options = make_options(tmp_path)
    with seeding(tmp_path / "in" / "x", data) as seed:
        async with running_appliance(options) as appliance:
            source_id = await appliance.add(seed.magnet)
            for _ in range(2):
                async with appliance.client.get(f"/api/stream/{source_id}") as reply:
                    assert reply.status == 502
                    assert (await reply.json())["code"] == "torrent_failed"
            found = [path for path in options.download_dir.rglob("*") if path.is_symlink() or path.is_file()]
            assert found == []


def cautious(options: Options) -> Options:
    """Return the options with private addresses out of bounds, as they are by default."""
    engine = msgspec.structs.replace(options.settings.engine, allow_private_peers=False)
    return dataclasses.replace(options, settings=msgspec.structs.replace(options.settings, engine=engine))


@pytest.mark.parametrize("private_allowed", [True, False])
async def test_nobody_of_the_own_network_is_called(tmp_path: Path, private_allowed: bool) -> None:  # noqa: FBT001 - a column of the table
    """Trackers, web seeds and peers on this machine, under every name it has; allowed, they do get calls."""
    called = asyncio.Event()

    async def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        writer.close()

    server = await asyncio.start_server(note, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    hosts = ["127.0.0.1", "localhost", "localhost.", "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0"]
    urls = [f"http://{host}:{port}/x".encode() for host in hosts]
    data = torrent_file(info(5 * PIECE), announce_list=[[url] for url in urls], url_list=urls)
    options = make_options(tmp_path, stream=StreamSettings(timeout_ms=2500))
    if not private_allowed:
        options = cautious(options)
    async with server, running_appliance(options) as appliance:
        source = await appliance.server.add_torrent(data, "A trap")
        magnet = f"magnet:?xt=urn:btih:{'ab' * 20}&x.pe=127.0.0.1:{port}&tr=http://localhost:{port}/a"
        other = await appliance.add(magnet)
        for source_id in (source.id, other):
            async with appliance.client.get(f"/api/stream/{source_id}") as reply:
                assert reply.status == 408
    assert called.is_set() is private_allowed

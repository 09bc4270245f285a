"""Preloads: parts of a video that are got ready, held, and taken over by whoever plays."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.engine import named, running_engine
from fakes.swarm import MIB, Film, make_film, seeded

from server.errors import StreamClosedError
from server.models import Purpose, VideoFile
from server.torrent.engine import TorrentEngine
from server.torrent.holding import Part, holding
from server.torrent.reader import Patience, Reader, open_reader
from server.torrent.torrent import Torrent

PIECE = 256 << 10
LONGEST = 60.0


def head_and_tail(size: int, head: int, tail: int) -> tuple[Part, Part]:
    return (0, head), (size - tail, size)


def pieces_there(torrent: Torrent) -> list[int]:
    return [piece for piece, there in enumerate(torrent.have) if there]


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[TorrentEngine]:
    async with running_engine(tmp_path) as engine, asyncio.timeout(LONGEST):
        yield engine


@contextlib.asynccontextmanager
async def ready(engine: TorrentEngine, magnet: str) -> AsyncIterator[tuple[Torrent, VideoFile]]:
    async with engine.lease(named(magnet)) as torrent:
        yield torrent, await torrent.video(None)


@contextlib.asynccontextmanager
async def playing(torrent: Torrent, video: VideoFile, start: int, stop: int) -> AsyncIterator[Reader]:
    patience = Patience(asyncio.get_running_loop().time() + LONGEST, LONGEST)
    async with open_reader(torrent, video, start, stop, purpose=Purpose.PLAY, patience=patience) as reader:
        yield reader


async def read(reader: Reader) -> bytes:
    return b"".join([data async for data in _chunks(reader)])


async def _chunks(reader: Reader) -> AsyncIterator[bytes]:
    while data := await reader.read(MIB):
        yield data


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return make_film(tmp_path_factory.mktemp("films"), 24 * MIB + 12_345)


async def test_head_and_tail_come_and_then_nothing_more(engine: TorrentEngine, film: Film, tmp_path: Path) -> None:
    other = make_film(tmp_path / "in", 8 * MIB, seed=2)
    with seeded(film.folder) as magnet, seeded(other.folder, upload_limit=16 * MIB) as another:
        async with ready(engine, magnet) as (torrent, video):
            extent, parts = torrent.extent(video), head_and_tail(video.size, 3 * MIB, MIB)
            asked = sorted({piece for part in parts for piece in extent.between(*part)})
            async with holding(torrent, video, parts) as hold:
                await hold.complete()
                assert hold.progress == 1.0
                assert hold.size == len(asked) * PIECE
                # In the time that another download takes, nothing comes that was not asked for.
                async with (
                    ready(engine, another) as (second, whole),
                    holding(second, whole, ((0, 8 * MIB),)) as all_of_it,
                ):
                    await all_of_it.complete()
                assert pieces_there(torrent) == asked


async def test_a_player_takes_over_what_is_there_and_what_is_under_way(engine: TorrentEngine, film: Film) -> None:
    with seeded(film.folder, upload_limit=32 * MIB) as magnet:
        async with ready(engine, magnet) as (torrent, video):
            async with contextlib.AsyncExitStack() as preload:
                hold = await preload.enter_async_context(
                    holding(torrent, video, head_and_tail(video.size, 4 * MIB, MIB))
                )
                await torrent.piece(torrent.extent(video).first)
                before = pieces_there(torrent)
                async with playing(torrent, video, 0, video.size) as reader:
                    first = await reader.read(PIECE)
                    await preload.aclose()
                    assert film.data.startswith(first)
                    assert first + await read(reader) == film.data
                assert set(before) <= set(pieces_there(torrent)), "nothing is thrown away"
            assert hold.progress == 1.0


async def test_a_preload_given_up_asks_for_no_more(engine: TorrentEngine, film: Film) -> None:
    with seeded(film.folder, upload_limit=8 * MIB) as magnet:
        async with ready(engine, magnet) as (torrent, video):
            async with holding(torrent, video, ((0, video.size),)):
                await torrent.piece(torrent.extent(video).first)
                assert torrent.wishes._schedule.plan().priorities
            assert not torrent.wishes._schedule.plan().priorities


async def test_who_waits_for_a_preload_hears_that_its_torrent_was_removed(engine: TorrentEngine, film: Film) -> None:
    with seeded(film.folder, upload_limit=8 * MIB) as magnet:
        async with ready(engine, magnet) as (torrent, video), holding(torrent, video, ((0, video.size),)) as hold:
            waiting = asyncio.create_task(hold.complete())
            await torrent.piece(torrent.extent(video).first)
            await engine.discard(named(magnet).info_hash)
            with pytest.raises(StreamClosedError):
                await waiting

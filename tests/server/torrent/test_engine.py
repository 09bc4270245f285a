"""What becomes of torrents when something goes wrong around them: stores that fail, callers that leave, removals."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import libtorrent as lt
import pytest
from fakes.appliance import ON_LOOPBACK
from fakes.engine import MemoryDownloads
from fakes.swarm import MIB, make_film

from server.errors import DiskFullError, StreamClosedError
from server.models import Download, Purpose, TorrentIdentifiers
from server.torrent import engine as engines
from server.torrent.engine import TorrentEngine
from server.torrent.metainfo import parse_torrent_file
from server.torrent.reader import Patience, open_reader
from server.torrent.seeder import make_torrent
from server.torrent.torrent import Torrent

PATIENCE = 30.0


class FailingDownloads(MemoryDownloads):
    """Fails as often as it was told to, with an error that nobody expects."""

    def __init__(self) -> None:
        super().__init__()
        self.failing = {"open": 0, "used": 0}

    def _fail(self, name: str) -> None:
        if self.failing[name]:
            self.failing[name] -= 1
            raise RuntimeError(name)

    async def open(self, info_hash: str, *, use: bool = True) -> Download:
        self._fail("open")
        return await super().open(info_hash, use=use)

    async def used(self, info_hash: str, at: datetime) -> None:
        self._fail("used")
        await super().used(info_hash, at)


@pytest.fixture
def downloads() -> FailingDownloads:
    return FailingDownloads()


@pytest.fixture
async def engine(tmp_path: Path, downloads: FailingDownloads) -> AsyncIterator[TorrentEngine]:
    async with (
        TorrentEngine.running(ON_LOOPBACK, tmp_path / "downloads", downloads, grace=0.0) as running,
        asyncio.timeout(PATIENCE),
    ):
        yield running


@pytest.fixture
def film(tmp_path: Path) -> TorrentIdentifiers:
    """A torrent file whose torrent nobody has."""
    return parse_torrent_file(make_torrent(make_film(tmp_path / "in", MIB).folder, piece_length=64 << 10)).identifiers


def expecting(torrent: Torrent, monkeypatch: pytest.MonkeyPatch, kind: type[lt.alert]) -> asyncio.Event:
    """Return an event that is set when an alert of this kind is waited for."""
    expect, event = torrent._expect, asyncio.Event()

    def noted(expected: type[lt.alert], key: int | None = None) -> asyncio.Future[None]:
        future = expect(expected, key)
        if expected is kind:
            event.set()
        return future

    monkeypatch.setattr(torrent, "_expect", noted)
    return event


@contextlib.asynccontextmanager
async def reading(torrent: Torrent) -> AsyncIterator[None]:
    video = await torrent.video(None)
    patience = Patience(asyncio.get_running_loop().time() + PATIENCE, PATIENCE)
    async with open_reader(torrent, video, 0, video.size, purpose=Purpose.PLAY, patience=patience):
        yield


async def test_a_torrent_leaves_although_nothing_of_it_can_be_saved(
    engine: TorrentEngine, downloads: FailingDownloads, film: TorrentIdentifiers
) -> None:
    async with engine.lease(film) as torrent:
        await torrent.metadata()
        downloads.failing["used"] = 2
    await torrent.removed.wait()
    await asyncio.gather(*engine._tasks)
    async with engine.lease(film) as again:
        await again.metadata()
        assert again is not torrent


async def test_what_could_not_be_added_once_is_added_the_next_time(
    engine: TorrentEngine, downloads: FailingDownloads, film: TorrentIdentifiers
) -> None:
    downloads.failing["open"] = 1
    with pytest.raises(RuntimeError):
        async with engine.lease(film):
            pass
    async with engine.lease(film) as torrent:
        await torrent.metadata()


async def test_a_caller_that_leaves_while_a_file_is_made_ready_leaves_no_wish_behind(
    engine: TorrentEngine, film: TorrentIdentifiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engine.lease(film) as torrent:
        video = await torrent.video(None)
        applying = expecting(torrent, monkeypatch, lt.file_prio_alert)
        restart, restarted = torrent.wishes.restart, asyncio.Event()

        def noted() -> None:
            restart()
            restarted.set()

        monkeypatch.setattr(torrent.wishes, "restart", noted)
        preparing = asyncio.create_task(torrent.prepare(video, Purpose.PLAY))
        await applying.wait()
        preparing.cancel()
        await restarted.wait()
        assert preparing.cancelled()
        assert not any(await priorities(torrent))


async def priorities(torrent: Torrent) -> list[int]:
    """Return the pieces' priorities, once the session has heard all that was said on the loop until now."""
    await asyncio.sleep(0)
    return await asyncio.to_thread(torrent.handle.get_piece_priorities)


async def test_a_torrent_that_is_removed_under_a_reader_is_touched_no_more(
    engine: TorrentEngine, film: TorrentIdentifiers
) -> None:
    trouble: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: trouble.append(context))
    async with engine.lease(film) as torrent, reading(torrent):
        await engine.discard(film.info_hash)
        assert torrent.removed.is_set()
    await asyncio.sleep(0)
    assert trouble == []


async def test_who_waits_for_a_torrent_that_failed_keeps_nobody_back(
    engine: TorrentEngine, film: TorrentIdentifiers
) -> None:
    async with engine.lease(film) as torrent, reading(torrent):
        await asyncio.sleep(0)
        assert engine.traffic._urgent
        torrent.fail(DiskFullError("There is no room."))
        await asyncio.sleep(0)
        assert not engine.traffic._urgent
        assert torrent.ended.is_set()


async def test_the_first_reason_for_a_failure_is_the_one_that_is_told(
    engine: TorrentEngine, film: TorrentIdentifiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engine.lease(film) as torrent:
        await expecting(torrent, monkeypatch, lt.state_update_alert).wait()
        torrent.fail(full := DiskFullError("There is no room."))
        await asyncio.gather(*engine._tasks - {engine._entries[film.info_hash].added}, return_exceptions=True)
        assert torrent.error is full


async def test_a_download_that_is_played_again_while_it_is_deleted_gets_a_folder_of_its_own(
    engine: TorrentEngine, film: TorrentIdentifiers
) -> None:
    async with engine.lease(film) as torrent:
        await torrent.metadata()
        discarding = asyncio.create_task(engine.discard(film.info_hash))
        await torrent.removed.wait()
        async with engine.lease(film) as meanwhile:
            await discarding
    await meanwhile.removed.wait()
    async with engine.lease(film) as again:
        await again.metadata()
        assert (await engine._downloads.open(film.info_hash)).folder == again.folder.name
        assert again.folder.is_dir()


async def test_what_was_played_a_moment_ago_is_not_evicted(
    engine: TorrentEngine, film: TorrentIdentifiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_grace", 1000.0)
    async with engine.lease(film) as torrent:
        await torrent.metadata()
        assert not await engine.evict(torrent.folder.name)
    assert not await engine.evict(torrent.folder.name)
    monkeypatch.setattr(engines, "IN_USE", 0.0)
    assert await engine.evict(torrent.folder.name)
    assert not torrent.folder.exists()


async def test_a_torrent_leaves_once_the_grace_is_over(engine: TorrentEngine, film: TorrentIdentifiers) -> None:
    async with engine.lease(film) as torrent:
        await torrent.metadata()
    await torrent.removed.wait()
    assert isinstance(torrent.error, StreamClosedError)


async def test_choosing_among_many_files_is_done_once(
    engine: TorrentEngine, film: TorrentIdentifiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engine.lease(film) as torrent:
        video = await torrent.video(None)
        monkeypatch.setattr("server.torrent.torrent.choose_video", None)
        assert await torrent.video(None) == video

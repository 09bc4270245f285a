"""What people look at is got ready: real swarms on loopback, seen through the API."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fakes.appliance import Appliance, make_options, running_appliance
from fakes.snapshots import Snapshots
from fakes.swarm import MIB, Film, make_film, seeded
from fakes.viewports import viewport

from server import status
from server.errors import DiskFullError, DomainError
from server.events import PreloadPause, PreloadStatus, Status
from server.models import ItemId, Source
from server.preload import loading, queue, scopes, worker
from server.preload.loading import Patience, SourceFinder
from server.settings import PreloadSettings
from server.sources.silence import Silences
from server.torrent import quota
from server.torrent.engine import TorrentEngine
from server.torrent.torrent import Torrent

PIECE = 256 << 10
NOBODY = f"magnet:?xt=urn:btih:{'ab' * 20}&x.pe=127.0.0.1:9"
ONE_AT_A_TIME = PreloadSettings(concurrency=1)


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let snapshots follow each other closely, and devices speak and look away as fast as they can."""
    monkeypatch.setattr(status, "INTERVAL", 0.05)
    monkeypatch.setattr(scopes, "INTERVAL", 0.0)
    monkeypatch.setattr(queue, "LINGER", 0.3)
    monkeypatch.setattr(quota, "INTERVAL", 0.1)
    monkeypatch.setattr(worker, "_LOOK_EVERY", 0.1)


class House:
    """An appliance, its snapshots, and a look into its engine."""

    def __init__(self, appliance: Appliance, snapshots: Snapshots) -> None:
        self.appliance = appliance
        self.client = appliance.client
        self.server = appliance.server
        self.snapshots = snapshots

    @property
    def engine(self) -> TorrentEngine:
        return self.server._preloader._loader._engine

    def torrents(self) -> list[Torrent]:
        return list(self.engine.torrents().values())

    async def add(self, magnet: str, title: str = "A film") -> tuple[str, str]:
        """Add a source; return its id and its item's."""
        source_id = await self.appliance.add(magnet, title)
        async with self.client.get(f"/api/sources/{source_id}") as reply:
            return source_id, str((await reply.json())["itemId"])

    async def show(self, *items: str, focused: str | None = None) -> None:
        async with self.client.post("/api/ui/viewport", json=viewport(items, focused)) as reply:
            assert reply.status == 202, await reply.text()

    async def until(self, item_id: str, *states: str) -> PreloadStatus:
        """Wait until a title is in one of these states."""
        found = entry(await self.snapshots.until(lambda status: state_of(status, item_id) in states), item_id)
        assert found
        return found

    async def stream(self, source_id: str) -> Any:
        return await self.client.get(f"/api/stream/{source_id}")


def entry(status: Status, item_id: str) -> PreloadStatus | None:
    return next((entry for entry in status.preloads if entry.item_id == item_id), None)


def progress_of(status: Status, item_id: str) -> float:
    found = entry(status, item_id)
    return found.progress if found else 0.0


def state_of(status: Status, item_id: str) -> str | None:
    found = entry(status, item_id)
    return found.state if found else None


@contextlib.asynccontextmanager
async def house(folder: Path, preload: PreloadSettings | None = None) -> AsyncIterator[House]:
    snapshots = Snapshots()
    async with running_appliance(make_options(folder, preload=preload), snapshots.put) as appliance:
        yield House(appliance, snapshots)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return make_film(tmp_path_factory.mktemp("films"), 24 * MIB)


async def test_what_has_the_focus_is_ready_and_stays_so_without_the_swarm(tmp_path: Path, film: Film) -> None:
    with seeded(film.folder) as magnet:
        async with house(tmp_path) as home:
            source_id, item_id = await home.add(magnet, "In focus")
            await home.show(item_id, focused=item_id)
            ready = await home.until(item_id, "ready")
            assert (ready.title, ready.source_id, ready.priority) == ("In focus", source_id, "focused")
            assert ready.progress == 1.0
            async with home.client.get("/api/preload") as reply:
                (shown,) = (await reply.json())["entries"]
            assert (shown["state"], shown["sourceId"], shown["detail"]) == ("ready", source_id, "")
            async with home.client.get("/api/status") as reply:
                assert (await reply.json())["preloads"] == [shown]
            (torrent,) = home.torrents()
            async with asyncio.timeout(30):  # a beginning is asked for before it tells how much of it is needed
                for piece in torrent.wishes.wanted():
                    await torrent.piece(piece)
            assert not torrent.wishes.wanted(), "it holds, and downloads nothing more"
            budget = (await home.server.status()).preload_budget
            # A piece or two may come before anything is ordered: for a moment the session wants them all.
            assert 0 <= sum(torrent.have) * PIECE - budget.hour_used <= 2 * PIECE
            assert MIB < budget.hour_used < 4 * MIB
    async with running_appliance(make_options(tmp_path)) as appliance:
        assert await appliance.get(source_id, 0, (512 << 10) - 1) == film.data[: 512 << 10]
        assert await appliance.get(source_id, len(film.data) - MIB, len(film.data) - 1) == film.data[-MIB:]


async def test_what_nobody_looks_at_any_more_is_given_up_and_all_is_released(tmp_path: Path, film: Film) -> None:
    other = make_film(tmp_path / "other", MIB, seed=2)
    with seeded(film.folder) as magnet, seeded(other.folder, upload_limit=100 << 10) as slow:
        async with house(tmp_path) as home:
            _, held = await home.add(magnet)
            _, loading_still = await home.add(slow)
            _, searched_for = await home.add(NOBODY)
            await home.show(held, loading_still, searched_for, focused=loading_still)
            await home.until(held, "ready")
            await home.until(loading_still, "loading")
            await home.until(searched_for, "metadata")
            assert len(home.torrents()) == 3
            torrents = home.torrents()
            await home.show()
            await home.snapshots.until(lambda status: not status.preloads)
            async with asyncio.timeout(30):
                await asyncio.gather(*(torrent.removed.wait() for torrent in torrents))
            assert home.torrents() == []
            assert home.server._preloader._tasks == {}
            assert home.server._preloader._preloads == {}


async def test_who_comes_back_in_time_finds_it_going_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "LINGER", 60.0)
    film = make_film(tmp_path / "in", MIB)
    with seeded(film.folder, upload_limit=400 << 10) as magnet:
        async with house(tmp_path) as home:
            _, item_id = await home.add(magnet)
            await home.show(item_id, focused=item_id)
            await home.until(item_id, "loading")
            (torrent,) = home.torrents()
            await home.show()
            await home.show(item_id)
            await home.until(item_id, "ready")
            assert home.torrents() == [torrent]


async def test_a_player_takes_over_and_not_a_byte_comes_twice(tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 4 * MIB)
    with seeded(film.folder, piece_length=64 << 10, upload_limit=MIB) as magnet:
        async with house(tmp_path) as home:
            source_id, item_id = await home.add(magnet)
            await home.show(item_id, focused=item_id)
            await home.snapshots.until(lambda status: 0 < progress_of(status, item_id) < 1)
            (torrent,) = home.torrents()
            before = bytes(torrent.have)
            assert 0 < sum(before) < len(before)
            async with await home.stream(source_id) as reply:
                assert await reply.read() == film.data
            assert home.torrents() == [torrent]
            assert all(now for now, then in zip(torrent.have, before, strict=True) if then)
            await home.snapshots.until(lambda _: torrent.rates.downloaded >= len(film.data))
            # Only the last blocks may have been asked of somebody else as well.
            assert torrent.rates.downloaded <= len(film.data) + 2 * (64 << 10) + 80_000


async def test_nothing_is_got_ready_while_a_player_misses_what_it_needs(tmp_path: Path, film: Film) -> None:
    other = make_film(tmp_path / "other", 8 * MIB, seed=2)
    with seeded(film.folder, upload_limit=2 * MIB) as magnet, seeded(other.folder) as fast:
        async with house(tmp_path) as home:
            playing, _ = await home.add(magnet)
            _, item_id = await home.add(fast)
            async with await home.stream(playing) as reply:
                await reply.content.readexactly(MIB)
                await home.show(item_id, focused=item_id)
                await home.until(item_id, "loading")
                (torrent,) = (torrent for torrent in home.torrents() if not torrent.wishes._schedule.hungry)
                assert torrent.wishes.yielding
                await reply.content.readexactly(4 * MIB)
                assert not any(torrent.have), "a fast swarm has sent nothing in the time that a slow one took for this"
            await home.until(item_id, "ready")


async def test_a_title_that_gets_the_focus_does_not_wait_for_what_is_only_visible(tmp_path: Path, film: Film) -> None:
    slow = make_film(tmp_path / "slow", 2 * MIB, seed=2)
    with seeded(slow.folder, upload_limit=64 << 10) as trickle, seeded(film.folder) as magnet:
        async with house(tmp_path, ONE_AT_A_TIME) as home:
            _, visible = await home.add(trickle)
            _, focused = await home.add(magnet)
            await home.show(visible)
            await home.until(visible, "loading")
            await home.show(visible, focused, focused=focused)
            await home.until(focused, "ready")
            await home.until(visible, "loading")


class HangingFinder:
    """Never answers for one title; knows the others from the real one."""

    def __init__(self, real: SourceFinder, hangs: str) -> None:
        self.real = real
        self.hangs = hangs

    async def default_source(self, item_id: ItemId) -> Source | None:
        if item_id == self.hangs:
            await asyncio.Event().wait()
        return await self.real.default_source(item_id)

    async def refuse(self, source: Source, error: DomainError) -> None:
        await self.real.refuse(source, error)

    def silent(self, source: Source) -> None:
        self.real.silent(source)

    def heard(self, source: Source) -> None:
        self.real.heard(source)


class OneTitle:
    """Has several sources of one title, the best first unless it was silent."""

    def __init__(self, *sources: Source) -> None:
        self.sources = sources
        self.silences = Silences()

    async def default_source(self, item_id: ItemId) -> Source | None:
        del item_id
        return min(self.sources, key=lambda source: source.id in self.silences)

    async def refuse(self, source: Source, error: DomainError) -> None:
        raise AssertionError(source.id) from error

    def silent(self, source: Source) -> None:
        self.silences.note(source.id)

    def heard(self, source: Source) -> None:
        self.silences.heard(source.id)


async def test_what_can_not_be_got_ready_says_so_and_holds_no_slot(
    tmp_path: Path, film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "Patience", lambda: Patience(search=0.5, metadata=0.5, silence=0.5))
    hung, unknown = "tt0000009", "local:00000000-0000-4000-8000-000000000000"
    with seeded(film.folder) as magnet:
        async with house(tmp_path, ONE_AT_A_TIME) as home:
            loader = home.server._preloader._loader
            loader._finder = HangingFinder(loader._finder, hung)
            _, dead = await home.add(NOBODY)
            _, good = await home.add(magnet)
            await home.show(hung, unknown, dead, good, focused=hung)
            await home.until(good, "ready")
            found = {shown.item_id: shown for shown in (await home.server.status()).preloads}
            assert {item: shown.state for item, shown in found.items()} == {
                hung: "failed",
                unknown: "no_source",
                dead: "failed",
                good: "ready",
            }
            assert found[hung].detail == "The providers do not answer."
            assert found[dead].detail == "Nobody answers with this torrent's description."
            assert found[unknown].detail
            assert "abab" not in repr(found)


async def test_when_nobody_has_the_best_source_the_next_best_is_got_ready(
    tmp_path: Path, film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "Patience", lambda: Patience(metadata=0.5))
    with seeded(film.folder) as magnet:
        async with house(tmp_path) as home:
            loader = home.server._preloader._loader
            items = [(await home.add(link))[1] for link in (NOBODY, magnet)]
            dead, good = [await loader._finder.default_source(ItemId(item_id)) for item_id in items]
            assert dead
            assert good
            loader._finder = title = OneTitle(dead, good)
            await home.show(items[0], focused=items[0])
            ready = await home.until(items[0], "ready")
            assert ready.source_id == good.id
            assert dead.id in title.silences
            assert good.id not in title.silences


async def test_a_swarm_that_falls_silent_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "Patience", lambda: Patience(silence=0.5))
    monkeypatch.setattr(worker, "_FIRST_REST", dict.fromkeys(worker._FIRST_REST, 1.0))
    film = make_film(tmp_path / "in", 6 * MIB)
    async with house(tmp_path) as home:
        with seeded(film.folder, upload_limit=256 << 10) as magnet:
            _, item_id = await home.add(magnet)
            await home.show(item_id, focused=item_id)
            await home.until(item_id, "loading")
        failed = await home.until(item_id, "failed")
        assert failed.detail == "The swarm sends no data."
        await home.until(item_id, "metadata", "loading")


async def test_what_is_ready_is_got_ready_anew_when_its_torrent_fails(tmp_path: Path, film: Film) -> None:
    with seeded(film.folder) as magnet:
        async with house(tmp_path) as home:
            _, item_id = await home.add(magnet)
            await home.show(item_id, focused=item_id)
            await home.until(item_id, "ready")
            (torrent,) = home.torrents()
            torrent.fail(DiskFullError("There is no room."))
            await torrent.removed.wait()
            await home.snapshots.until(
                lambda status: state_of(status, item_id) == "ready" and torrent not in home.torrents()
            )
            assert not home.engine.disk_full


async def test_pausing_all_stops_what_is_got_ready_and_not_what_plays(tmp_path: Path, film: Film) -> None:
    slow = make_film(tmp_path / "slow", MIB, seed=2)
    with seeded(film.folder) as magnet, seeded(slow.folder, upload_limit=300 << 10) as trickle:
        async with house(tmp_path) as home:
            playing, _ = await home.add(magnet)
            _, item_id = await home.add(trickle)
            await home.show(item_id, focused=item_id)
            await home.until(item_id, "loading")
            async with await home.stream(playing) as reply:
                await home.server.pause_all()
                paused = await home.until(item_id, "waiting")
                assert paused.detail == ""
                status = await home.server.status()
                assert (status.preload_paused, status.preload_pause_reason) == (True, PreloadPause.USER)
                async with home.client.get("/api/preload") as answer:
                    assert ((await answer.json())["paused"], (await answer.json())["pauseReason"]) == (True, "user")
                assert await reply.read() == film.data
            await home.server.resume_all()
            await home.until(item_id, "ready")
            assert not (await home.server.status()).preload_paused


async def test_the_bytes_of_an_hour_are_not_exceeded(tmp_path: Path, film: Film) -> None:
    other = make_film(tmp_path / "other", 4 * MIB, seed=2)
    with seeded(film.folder) as magnet, seeded(other.folder) as another:
        async with house(tmp_path, PreloadSettings(hourly_mib=3)) as home:
            _, first = await home.add(magnet)
            _, second = await home.add(another)
            await home.show(first, focused=first)
            await home.until(first, "ready")
            await home.show(second, focused=second)
            waiting = await home.snapshots.until(lambda status: any(shown.detail for shown in status.preloads))
            assert waiting.preloads[0].item_id == second
            assert waiting.preloads[0].detail == "This hour's bytes for preloading are used up."
            assert (waiting.preloads[0].state, waiting.preload_budget.hour_limit) == ("waiting", 3 * MIB)
            assert waiting.preload_budget.hour_used <= 3 * MIB


async def test_the_disk_is_not_filled_with_what_nobody_plays(tmp_path: Path, film: Film) -> None:
    other = make_film(tmp_path / "other", 4 * MIB, seed=2)
    with seeded(film.folder) as magnet, seeded(other.folder) as another:
        async with house(tmp_path, PreloadSettings(disk_mib=2)) as home:
            _, first = await home.add(magnet)
            _, second = await home.add(another)
            await home.show(first, focused=first)
            await home.until(first, "ready")
            full = await home.snapshots.until(lambda status: status.preload_pause_reason is PreloadPause.DISK)
            assert full.preload_budget.disk_used >= 2 * MIB
            await home.show(second, focused=second)
            # The first is out of scope, so its bytes make room.
            await home.until(second, "ready")


async def test_turned_off_it_says_so(tmp_path: Path) -> None:
    async with house(tmp_path, PreloadSettings(enabled=False)) as home:
        _, item_id = await home.add(NOBODY)
        await home.show(item_id, focused=item_id)
        assert (await home.until(item_id, "waiting")).priority == "focused"
        assert (await home.server.status()).preload_pause_reason is PreloadPause.DISABLED
        assert home.torrents() == []


async def test_a_device_that_goes_silent_or_is_turned_out_looks_at_nothing(
    tmp_path: Path, film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    with seeded(film.folder) as magnet:
        async with house(tmp_path) as home:
            _, item_id = await home.add(magnet)
            await home.show(item_id, focused=item_id)
            await home.until(item_id, "ready")
            monkeypatch.setattr(scopes, "SILENCE", 0.0)
            await home.snapshots.until(lambda status: not status.preloads)
            monkeypatch.setattr(scopes, "SILENCE", 300.0)
            await home.show(item_id, focused=item_id)
            await home.until(item_id, "ready")
            (device,) = await home.server.devices()
            await home.server.revoke(device.id)
            await home.snapshots.until(lambda status: not status.preloads)
            async with home.client.post("/api/ui/viewport", json=viewport([item_id])) as reply:
                assert reply.status == 401

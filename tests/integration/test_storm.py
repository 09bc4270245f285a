"""Five devices scroll through a thousand titles while something plays. ``--storm 300`` does so for five minutes."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import aiohttp
import pytest
from bench.client import Target
from bench.measure import resident
from bench.player import play
from bench.swarm import Film, make_film, seeded
from fakes.appliance import Appliance, make_options, running_appliance
from fakes.snapshots import Snapshots
from fakes.swarm import MIB, ROOT
from fakes.viewports import viewport

from server.models import Scope
from server.preload import queue
from server.preload.viewport import MOST_WANTS
from server.preload.worker import HELD
from server.settings import PreloadSettings
from server.torrent.engine import TorrentEngine
from server.torrent.torrent import Torrent

DEVICES, TITLES, ON_SCREEN = 5, 1000, 30
LIVE = 20
"""Titles that have a swarm; one in fifty. The others wait for somebody who never comes."""

CONCURRENCY = 3
EVERY = 0.5
"""Seconds between two viewports of a device."""


class Witness:
    """Looks at the engine again and again: what it does, whatever the queue believes."""

    def __init__(self, engine: TorrentEngine) -> None:
        self.most_working = 0
        self.most_joined = 0
        self.worked: set[Torrent | None] = set()
        self._engine = engine

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def _watch(self) -> None:
        while True:
            preloaded = [entry for entry in self._engine._entries.values() if entry.leases and not entry.played]
            working = [
                entry.torrent
                for entry in preloaded
                if entry.torrent is None or entry.torrent.known is None or entry.torrent.wishes._schedule.preparing
            ]
            self.worked.update(working)
            self.most_working = max(self.most_working, len(working))
            self.most_joined = max(self.most_joined, len(preloaded))
            await asyncio.sleep(0.005)


async def devices(appliance: Appliance) -> list[dict[str, str]]:
    sessions = appliance.server._records.sessions
    added = [await sessions.add_device(f"TV {number}", Scope.VIEWER) for number in range(DEVICES)]
    return [{"Authorization": f"Bearer {tokens.access_token}"} for _, tokens in added]


async def add_titles(appliance: Appliance, magnets: Sequence[str]) -> list[str]:
    """Add the titles; return their items."""
    items = []
    for number in range(TITLES):
        live, place = divmod(number, TITLES // LIVE)
        nobody = f"magnet:?xt=urn:btih:{number:040x}&x.pe=127.0.0.1:9"
        source = await appliance.server.add_magnet(magnets[live] if place == 0 else nobody, f"Title {number}")
        items.append(str(source.item_id))
    return items


async def scroll(
    client: aiohttp.ClientSession, headers: dict[str, str], items: list[str], start: int, seconds: float
) -> int:
    """Scroll down, a few titles at each move; return how many moves were taken."""
    loop = asyncio.get_running_loop()
    begun, moves = loop.time(), 0
    while (now := loop.time() - begun) < seconds:
        first = (start + moves * 7) % (TITLES - ON_SCREEN)
        shown = items[first : first + ON_SCREEN]
        body = viewport(shown, shown[moves % ON_SCREEN], visible=ON_SCREEN // 2)
        async with client.post("/api/ui/viewport", json=body, headers=headers) as reply:
            assert reply.status in (202, 429)
            moves += reply.status == 202
        await asyncio.sleep(max(0.0, (now // EVERY + 1) * EVERY + 0.01 - (loop.time() - begun)))
    return moves


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[Film]:
    folder = tmp_path_factory.mktemp("films")
    return [make_film(folder, f"film{number}", 2 * MIB, 64 << 10) for number in range(LIVE)]


async def test_a_storm_of_viewports_leaves_everything_within_its_bounds(
    films: list[Film], tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LINGER", 1.0)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "tests")]))  # for the seeds
    seconds = float(request.config.getoption("--storm"))
    feature = make_film(tmp_path, "feature", int((seconds + 12) * MIB), 256 << 10)
    log, snapshots = tmp_path / "seeds.log", Snapshots()
    options = make_options(tmp_path / "home", preload=PreloadSettings(concurrency=CONCURRENCY))
    with seeded(films, log, limit=2 * MIB) as swarms, seeded([feature], log, limit=4 * MIB) as (playing,):
        async with running_appliance(options, snapshots.put) as appliance, asyncio.timeout(seconds + 120):
            items = await add_titles(appliance, [swarm.magnet for swarm in swarms])
            tokens = await devices(appliance)
            feature_id = await appliance.add(playing.magnet, "The feature")
            preloader = appliance.server._preloader
            witness = Witness(preloader._loader._engine)
            target = Target(appliance.server.port, f"/api/stream/{feature_id}", tokens[0])
            player = asyncio.create_task(asyncio.to_thread(play, target, 0, seconds))
            await snapshots.until(lambda status: bool(status.streams))
            tasks, memory = len(asyncio.all_tasks()), resident(os.getpid())

            async with witness.watching():
                async with asyncio.TaskGroup() as group:
                    scrolling = [
                        group.create_task(scroll(appliance.client, token, items, number * 190, seconds))
                        for number, token in enumerate(tokens)
                    ]
                    while not all(task.done() for task in scrolling):
                        assert len(preloader._queue) <= DEVICES * MOST_WANTS
                        assert len(preloader._preloads) <= len(preloader._queue) + CONCURRENCY + HELD
                        await asyncio.wait(scrolling, timeout=0.5)
                in_scope = {entry.item_id for entry in preloader.entries()}
                assert in_scope < set(items)
                assert sum(task.result() for task in scrolling) >= DEVICES * seconds
                grown = resident(os.getpid()) - memory
                for token in tokens:
                    await quiet(appliance, token)
                await snapshots.until(lambda status: not status.preloads)

            played = await player
            print(  # noqa: T201 - shown with -rP, for the long variant
                f"{seconds:g} s: at most {witness.most_working} worked at once and {witness.most_joined} were joined, "
                f"{len(witness.worked)} in all; memory grew by {grown / MIB:.0f} MiB; {played}"
            )
            assert (played.stalls, played.stalled) == (0, 0.0)
            assert witness.most_working <= CONCURRENCY
            assert witness.most_joined <= CONCURRENCY + HELD + DEVICES
            assert len(witness.worked) > CONCURRENCY, "what is out of scope made room"
            assert grown < 150 * MIB
            assert (preloader._tasks, preloader._preloads) == ({}, {})
            await everything_released(preloader._loader._engine)
            assert len(asyncio.all_tasks()) <= tasks + 2


async def quiet(appliance: Appliance, headers: dict[str, str]) -> None:
    """Show nothing any more, as soon as the device may say so."""
    while True:
        async with appliance.client.post("/api/ui/viewport", json=viewport([]), headers=headers) as reply:
            if reply.status == 202:
                return
            await asyncio.sleep(float(reply.headers["Retry-After"]) / 2)


async def everything_released(engine: TorrentEngine) -> None:
    """Wait until nothing but what was played is in the session."""
    for entry in list(engine._entries.values()):
        if not entry.played:
            assert not entry.leases
            if entry.torrent:
                await entry.torrent.removed.wait()

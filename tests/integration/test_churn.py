"""Viewers that play, leap and leave at random while seeds come and go: the server costs no more than it did at first.

The default is short; ``--churn 1800`` goes on for half an hour.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import aiohttp
import pytest
from fakes.peers import Peer, running_peer
from fakes.server_process import ROOT, Household
from fakes.swarm import MIB, Film, make_film

VIEWERS = 3
LEAPS = 6
ROUNDS = 3
"""At least; those of the first third are there to get warm."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")


@dataclass(frozen=True, slots=True)
class Cost:
    """What the server holds while nobody watches. Memory in bytes."""

    descriptors: int
    threads: int
    memory: int

    @classmethod
    def of(cls, pid: int) -> Cost:
        process = Path(f"/proc/{pid}")
        lines = (process / "status").read_text().splitlines()
        words = {name: value.split()[0] for name, _, value in (line.partition(":") for line in lines) if value.strip()}
        return cls(len(list((process / "fd").iterdir())), int(words["Threads"]), int(words["VmRSS"]) << 10)


class Viewer:
    """Somebody with a film of their own, two seeds of it, and little patience."""

    def __init__(self, client: aiohttp.ClientSession, film: Film, chance: random.Random) -> None:
        self._client = client
        self._film = film
        self._chance = chance
        self._stack = contextlib.ExitStack()
        self._coming_and_going: contextlib.ExitStack = contextlib.ExitStack()
        self._port = 0
        self._magnet = ""
        self._source_id = ""

    async def __aenter__(self) -> Self:
        steady = await asyncio.to_thread(
            self._stack.enter_context, running_peer(self._film.folder, upload_limit=8 * MIB)
        )
        other = await self._seed(0)
        self._port = other.port
        self._magnet = f"{steady.magnet}&x.pe=127.0.0.1:{other.port}"
        await self._add()
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self._coming_and_going.close)
        await asyncio.to_thread(self._stack.close)

    async def watch(self) -> None:
        """Start over with nothing on the disk, and play here and there; one of the seeds goes away and comes back."""
        async with self._client.delete(f"/api/sources/{self._source_id}") as reply:
            assert reply.status == 204
        await self._add()
        for leap in range(LEAPS):
            if leap == LEAPS // 2:
                await asyncio.to_thread(self._coming_and_going.close)
            await self._leap()
        await self._seed(self._port)

    async def _leap(self) -> None:
        data = self._film.data
        start = self._chance.randrange(len(data))
        enough = min(self._chance.choice([1, 70_000, 2 * MIB]), len(data) - start)
        headers = {"Range": f"bytes={start}-"}
        async with self._client.get(f"/api/stream/{self._source_id}", headers=headers) as reply:
            assert reply.status == 206, await reply.text()
            assert await reply.content.readexactly(enough) == data[start : start + enough]
            reply.close()  # in the middle of a film

    async def _add(self) -> None:
        async with self._client.post("/api/sources", json={"magnet": self._magnet}) as reply:
            assert reply.status == 201, await reply.text()
            self._source_id = (await reply.json())["id"]

    async def _seed(self, port: int) -> Peer:
        self._coming_and_going = contextlib.ExitStack()
        peer = running_peer(self._film.folder, upload_limit=8 * MIB, port=port)
        return await asyncio.to_thread(self._coming_and_going.enter_context, peer)


async def renewed(client: aiohttp.ClientSession, grant: dict[str, str]) -> dict[str, str]:
    """Sign in anew, as devices do: an access token is good for a quarter of an hour."""
    body = {"grantType": "refresh_token", "refreshToken": grant["refreshToken"]}
    async with client.post("/api/auth/token", json=body) as reply:
        assert reply.status == 200, await reply.text()
        fresh: dict[str, str] = await reply.json()
    client.headers["Authorization"] = f"Bearer {fresh['accessToken']}"
    return fresh


@contextlib.asynccontextmanager
async def serving(household: Household) -> AsyncIterator[tuple[str, int]]:
    """Serve from a process of its own; gives the URL and the process id."""
    command = household.command("serve", "--host", "127.0.0.1", "--port", "0", "--no-discovery")
    with household.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log)
    try:
        assert process.stdout
        yield (await process.stdout.readline()).decode().split()[-1], process.pid
        process.terminate()
        assert await process.wait() == 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_viewers_and_seeds_that_come_and_go_leave_nothing_behind(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    household = Household(tmp_path / "home")
    await asyncio.to_thread(household.prepare)
    grant = await asyncio.to_thread(household.run, "devices", "add", "A TV")
    costs: list[Cost] = []
    async with contextlib.AsyncExitStack() as stack:
        url, pid = await stack.enter_async_context(serving(household))
        client = await stack.enter_async_context(aiohttp.ClientSession(url))
        client.headers["Authorization"] = f"Bearer {grant['accessToken']}"
        films = [make_film(tmp_path / "in", 6 * MIB, seed=seed, name=f"film {seed}") for seed in range(VIEWERS)]
        viewers = [
            await stack.enter_async_context(Viewer(client, film, random.Random(index)))
            for index, film in enumerate(films)
        ]
        end = time.monotonic() + request.config.getoption("--churn")
        while len(costs) < ROUNDS or time.monotonic() < end:
            await asyncio.gather(*(viewer.watch() for viewer in viewers))
            costs.append(await asyncio.to_thread(Cost.of, pid))
            grant = await renewed(client, grant)
    third = len(costs) // 3
    early, late = costs[third : 2 * third], costs[2 * third :]
    sys.stdout.write(f"{len(costs)} rounds, first, middle and last: {costs[0]} {early[-1]} {late[-1]}\n")
    assert statistics.median(cost.descriptors for cost in late) <= max(cost.descriptors for cost in early) + 4
    assert statistics.median(cost.threads for cost in late) <= max(cost.threads for cost in early) + 4
    assert statistics.median(cost.memory for cost in late) <= max(cost.memory for cost in early) * 1.05 + 8 * MIB

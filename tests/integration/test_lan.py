"""Several computers on one network: found, played from, and found again when the network has changed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fakes.mdns
import pytest
from fakes.lan import Computer, Lan, made_lan, obstacle
from fakes.mdns import AAAA, PTR, SRV, A
from fakes.server_process import ROOT, Household

OBSTACLE = obstacle()
pytestmark = pytest.mark.skipif(OBSTACLE is not None, reason=str(OBSTACLE))

SERVICE = "_miauflix._tcp.local"
PATIENCE = 60.0
PLAY = """
import sys, urllib.request
url, token = sys.argv[1:]
headers = {"Authorization": "Bearer " + token, "Range": "bytes=0-99999"}
with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as reply:
    print(reply.status, len(reply.read()))
"""


@pytest.fixture
def lan() -> Iterator[Lan]:
    with made_lan() as lan:
        yield lan


@dataclass(frozen=True, slots=True)
class Finder:
    """A program on a computer that looks for servers, and what it has heard."""

    lines: asyncio.StreamReader
    heard: list[dict[str, Any]] = field(default_factory=list)

    async def hears(self, **wanted: object) -> dict[str, Any]:
        """Return the first record, from the start on, that has the wanted fields."""
        for record in self.heard:
            if wanted.items() <= record.items():
                return record
        async with asyncio.timeout(PATIENCE):
            while line := await self.lines.readline():
                self.heard.append(json.loads(line))
                if wanted.items() <= self.heard[-1].items():
                    return self.heard[-1]
        pytest.fail("The client has ended.")


@contextlib.asynccontextmanager
async def looking(computer: Computer, address: str) -> AsyncIterator[Finder]:
    program = str(Path(fakes.mdns.__file__))
    command = computer.command(sys.executable, program, "--on", address, SERVICE)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    try:
        yield Finder(process.stdout)
    finally:
        process.kill()
        await process.communicate()


@dataclass(frozen=True, slots=True)
class Box:
    """A computer that serves the demo title."""

    port: int
    token: str
    source: str

    async def plays(self, computer: Computer, address: str) -> bool:
        """Return whether another computer can play the title from an address."""
        host = f"[{address}]" if ":" in address else address
        url = f"http://{host}:{self.port}/api/stream/{self.source}"
        command = computer.command(sys.executable, "-c", PLAY, url, self.token)
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        answer, _ = await process.communicate()
        return answer.split() == [b"206", b"100000"]


@contextlib.asynccontextmanager
async def serving(computer: Computer, folder: Path, *words: str) -> AsyncIterator[Box]:
    """Serve the demo title on a computer of the network."""
    household = Household(folder)
    household.prepare()
    command = computer.command(*household.command("demo", "--headless", "--port", "0", *words))
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    assert process.stdout
    try:
        ready = (await process.stdout.readline()).decode()
        assert ready.startswith("Miauflix is ready at http://")
        token = (await asyncio.to_thread(household.run, "devices", "add", "A TV"))["accessToken"]
        (source,) = await asyncio.to_thread(household.run, "sources", "list")
        yield Box(int(ready.rpartition(":")[2]), token, source["id"])
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def test_a_tv_finds_the_server_again_wherever_the_network_moves_it(lan: Lan, tmp_path: Path) -> None:
    box, tv, phone = lan.computer("box"), lan.computer("tv"), lan.computer("phone")
    lan.switch("wire", box, tv)
    lan.switch("air", box, phone)
    box.add_address("wire", "192.168.77.1/24")
    tv.add_address("wire", "192.168.77.2/24")
    tv.add_address("wire", "fd77::2/64")
    phone.add_address("air", "10.77.0.2/24")
    async with serving(box, tmp_path / "home", "--host", "::") as server, looking(tv, "192.168.77.2") as finder:
        where = await finder.hears(type=SRV, name=f"Miauflix.{SERVICE}")
        assert (where["target"], where["port"]) == ("miauflix.local", server.port)
        await finder.hears(type=A, name="miauflix.local", address="192.168.77.1")
        assert await server.plays(tv, "192.168.77.1")

        box.remove_addresses("wire")  # as when the router hands out another one
        box.add_address("wire", "192.168.77.9/24")
        box.add_address("wire", "fd77::9/64")
        for kind, address in ((A, "192.168.77.9"), (AAAA, "fd77::9")):
            await finder.hears(type=kind, name="miauflix.local", address=address)
            assert await server.plays(tv, address)

        box.ip("link", "set", "wire", "down")  # the cable is pulled out, and the address goes
        box.remove_addresses("wire")
        box.add_address("air", "10.77.0.1/24")
        async with looking(phone, "10.77.0.2") as other:
            await other.hears(type=A, name="miauflix.local", address="10.77.0.1")
        assert await server.plays(phone, "10.77.0.1")

        box.ip("link", "set", "wire", "up")
        box.add_address("wire", "192.168.77.5/24")
        await finder.hears(type=A, name="miauflix.local", address="192.168.77.5")
        assert await server.plays(tv, "192.168.77.5")
        assert await server.plays(phone, "10.77.0.1")


async def test_two_servers_on_one_network_are_told_apart(
    lan: Lan, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if not request.config.getoption("--long"):
        pytest.skip("takes --long; on loopback tests/server/test_discovery.py tries the same")
    first, second, tv = lan.computer("first"), lan.computer("second"), lan.computer("tv")
    lan.switch("wire", first, second, tv)
    for number, computer in enumerate((first, second, tv), 1):
        computer.add_address("wire", f"192.168.77.{number}/24")
        computer.add_address("wire", f"fd77::{number}/64")
    async with (
        serving(first, tmp_path / "first", "--host", "::") as one,
        looking(tv, "192.168.77.3") as finder,
    ):
        await finder.hears(type=SRV, name=f"Miauflix.{SERVICE}", target="miauflix.local", port=one.port)
        await finder.hears(type=AAAA, name="miauflix.local", address="fd77::1")
        async with serving(second, tmp_path / "second", "--host", "::") as two:
            await finder.hears(type=PTR, target=f"Miauflix-2.{SERVICE}")
            await finder.hears(type=SRV, name=f"Miauflix-2.{SERVICE}", target="miauflix-2.local", port=two.port)
            await finder.hears(type=AAAA, name="miauflix-2.local", address="fd77::2")
            for server, address in ((one, "fd77::1"), (two, "fd77::2"), (two, "192.168.77.2")):
                assert await server.plays(tv, address)

"""The application behind real sockets, with fakes behind its routes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import aiohttp
from aiohttp import web
from fakes.board import FakeBoard
from fakes.door import Door
from fakes.finding import MemoryFinding
from fakes.library import MemoryLibrary
from fakes.preloads import idle_preloader
from fakes.stores import MemoryProgress, MemoryStreams

from server.api.app import Services, create_app
from server.api.connections import Limits
from server.api.hosts import own_names
from server.api.runner import create_runner
from server.catalogue.catalogue import Catalogue
from server.catalogue.posters import Posters
from server.household import Household
from server.models import Device, Scope
from server.playback import Playback
from server.progress import WatchProgress


@dataclass
class Site:
    """A running server, and a client that keeps no cookies."""

    client: aiohttp.ClientSession
    port: int
    door: Door
    library: MemoryLibrary
    finding: MemoryFinding
    board: FakeBoard
    streams: MemoryStreams
    runner: web.AppRunner

    async def add_device(self, scope: Scope = Scope.VIEWER) -> tuple[Device, dict[str, str]]:
        """Return a device and the headers it sends."""
        device, tokens = await self.door.sessions.add_device("TV", scope)
        return device, {"Authorization": f"Bearer {tokens.access_token}"}

    async def raw(self, request: bytes) -> bytes:
        """Send bytes and return everything that comes back until the server closes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            async with asyncio.timeout(20):
                return await reader.read()
        finally:
            writer.close()
            await writer.wait_closed()


@dataclass
class Plan:
    """What a test adds to the application before it starts."""

    routes: list[web.RouteDef] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)


@asynccontextmanager
async def open_site(web_dir: Path, plan: Plan) -> AsyncIterator[Site]:
    door, library, board, streams = Door(), MemoryLibrary(), FakeBoard(), MemoryStreams()
    preloader, finding = idle_preloader(), MemoryFinding(library)
    services = Services(
        library=library,
        finder=finding,
        choices=finding,
        catalogue=cast("Catalogue", None),  # tested with the whole server
        posters=cast("Posters", None),
        playback=cast("Playback", None),  # nothing is played here
        devices=Household(door.devices, streams, preloader),
        sessions=door.sessions,
        passes=door.passes,
        pairing=door.desk,
        status=board,
        progress=WatchProgress(MemoryProgress(), door.clock),
        preloads=preloader,
        web_dir=web_dir,
        host_names=own_names("living-room"),
    )
    app = create_app(services)
    app.add_routes(plan.routes)
    runner = create_runner(app, plan.limits)
    await runner.setup()
    try:
        tcp = web.TCPSite(runner, "127.0.0.1", 0)
        await tcp.start()
        jar = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{tcp.port}", cookie_jar=jar) as client:
            yield Site(client, tcp.port, door, library, finding, board, streams, runner)
    finally:
        await runner.cleanup()

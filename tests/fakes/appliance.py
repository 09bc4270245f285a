"""A real server on loopback with everything a test needs to talk to it."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from server.bootstrap import Server, running_server
from server.events import Event
from server.settings import (
    ArchiveSettings,
    CatalogueSettings,
    CinemetaSettings,
    EngineSettings,
    Options,
    PreloadSettings,
    ServerSettings,
    Settings,
    StorageSettings,
    StreamSettings,
)
from server.source_settings import ArchiveProviderSettings, SourcesSettings

RESOURCES = Path(__file__).parents[2] / "resources"
ON_LOOPBACK = EngineSettings(listen="127.0.0.1:0", dht=False, utp=False, allow_private_peers=True)


NOWHERE = CatalogueSettings(CinemetaSettings(enabled=False), ArchiveSettings(enabled=False))
NOBODY = SourcesSettings(internet_archive=ArchiveProviderSettings(enabled=False))


def make_options(
    folder: Path,
    *,
    stream: StreamSettings | None = None,
    storage: StorageSettings | None = None,
    preload: PreloadSettings | None = None,
    catalogue: CatalogueSettings = NOWHERE,
    sources: SourcesSettings = NOBODY,
    **changes: Any,
) -> Options:
    """Return options for a server that keeps everything in ``folder``, announces nothing and looks nothing up."""
    settings = Settings(
        server=ServerSettings(host="127.0.0.1", port=0, discovery=False),
        engine=ON_LOOPBACK,
        stream=stream or StreamSettings(),
        storage=storage or StorageSettings(),
        preload=preload or PreloadSettings(),
        catalogue=catalogue,
        sources=sources,
    )
    folder.mkdir(exist_ok=True)
    options = Options(settings, data_dir=folder / "data", resources=RESOURCES, key_file=folder / "key.json")
    return dataclasses.replace(options, **changes)


@dataclass(frozen=True, slots=True)
class Appliance:
    """A running server and a client that is paired with it."""

    server: Server
    client: aiohttp.ClientSession

    async def add(self, magnet: str, title: str = "A film") -> str:
        """Add a source and return its id."""
        async with self.client.post("/api/sources", json={"magnet": magnet, "title": title}) as reply:
            assert reply.status == 201, await reply.text()
            return str((await reply.json())["id"])

    async def get(self, source_id: str, first: int, last: int) -> bytes:
        """Return the bytes from ``first`` to ``last`` of the video."""
        headers = {"Range": f"bytes={first}-{last}"}
        async with self.client.get(f"/api/stream/{source_id}", headers=headers) as reply:
            assert reply.status == 206, await reply.text()
            return await reply.read()


def ignore(_: Event) -> None:
    """Take no note of an event."""


@contextlib.asynccontextmanager
async def running_appliance(options: Options, publish: Callable[[Event], None] = ignore) -> AsyncIterator[Appliance]:
    """Run a server and pair a client with it."""
    async with running_server(options, publish, environ={}) as server:
        url = f"http://127.0.0.1:{server.port}"
        secret = (await server.pairing_link()).partition("#pair=")[2]
        grant = {"grantType": "device_code", "deviceCode": secret}
        async with (
            aiohttp.ClientSession(url) as stranger,
            stranger.post("/api/auth/token", json=grant) as reply,
        ):
            assert reply.status == 200, await reply.text()
            token = msgspec.json.decode(await reply.read())["accessToken"]
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession(url, headers=headers) as client:
            yield Appliance(server, client)

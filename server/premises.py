"""Where a running server lives: its data folder, its port, and the addresses under which it is reached."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import filelock
from aiohttp import web

from server import discovery
from server.api.app import create_app
from server.api.runner import create_runner
from server.api.services import Services
from server.discovery import Discovery
from server.errors import DataFolderInUseError, PortBusyError, StartError
from server.settings import ServerSettings

_BOTH = ("0.0.0.0", "::")  # noqa: S104 - meant: asyncio's "::" is IPv6 alone, while people expect it to be everything

RUNNING = "server.json"
"""Name of the file in the data folder that tells the command line where the running server listens."""


@dataclass(slots=True)
class Reach:
    """Where the server is reached; filled in while it starts."""

    host: str
    port: int = 0
    discovery: Discovery | None = None

    def own_url(self) -> str:
        """Return the address under which this machine itself reaches the server."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)  # noqa: S104 - compared
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def urls(self) -> tuple[str, ...]:
        """Return the addresses that browsers use, best first; the machine's own when it has no other. Blocking."""
        if not self.port:
            return ()
        found = discovery.urls(discovery.reachable_now(self.host), self.port)
        return found or (f"http://127.0.0.1:{self.port}",)


@contextlib.asynccontextmanager
async def serving(services: Services, settings: ServerSettings) -> AsyncIterator[int]:
    """Serve HTTP; gives the port."""

    async def end_streams(_: web.Application) -> None:
        services.playback.close()

    app = create_app(services)
    app.on_shutdown.append(end_streams)
    runner = create_runner(app)
    await runner.setup()
    try:
        await _listen(runner, settings)
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: ServerSettings) -> None:
    port = settings.port
    try:
        for host in _BOTH if settings.host == "::" else (settings.host,):
            await web.TCPSite(runner, host, port).start()
            port = runner.addresses[0][1]
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortBusyError(
                f"Port {settings.port} is taken by another program. Choose another with --port or in the settings."
            ) from error
        raise StartError(f"Can't listen on {settings.host}, port {settings.port}: {error.strerror}.") from error


@contextlib.asynccontextmanager
async def findable(data_dir: Path, reach: Reach) -> AsyncIterator[None]:
    """Leave a note of the own address in the data folder, for the command line."""
    loop = asyncio.get_running_loop()
    note = data_dir / RUNNING
    await loop.run_in_executor(None, note.write_text, json.dumps({"url": reach.own_url()}))
    try:
        yield
    finally:
        await loop.run_in_executor(None, functools.partial(note.unlink, missing_ok=True))


@contextlib.asynccontextmanager
async def owning(data_dir: Path) -> AsyncIterator[None]:
    """Hold the data folder: two servers on one database would each believe they know all that is played.

    Raises DataFolderInUseError, StartError.
    """
    loop = asyncio.get_running_loop()
    lock = filelock.FileLock(data_dir / "server.lock", thread_local=False)

    def acquire() -> None:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(timeout=0)

    try:
        await loop.run_in_executor(None, acquire)
    except filelock.Timeout:
        raise DataFolderInUseError(
            f"Miauflix runs already on {data_dir}. Use that one, or choose another folder with --data-dir."
        ) from None
    except OSError as error:
        raise StartError(f"The data folder {data_dir} can't be used: {error.strerror}.") from error
    try:
        yield
    finally:
        await loop.run_in_executor(None, lock.release)

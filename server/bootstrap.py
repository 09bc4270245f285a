"""Composition root: starts the server step by step and stops it in the reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import os
import socket
from collections.abc import AsyncIterator, Mapping, Sequence

from server import demo, discovery
from server.api.hosts import own_names
from server.api.services import Services
from server.clock import utc_now
from server.discovery import Service
from server.events import Event, Notice, ProviderStatus, Publish, Status
from server.household import Household
from server.models import Device, DeviceId, NewerRelease, Pairing, Scope, Source
from server.playback import Playback
from server.preload.budget import HourlyBudget
from server.preload.loading import Loader
from server.preload.metered import MeteredNetwork
from server.preload.playable import PlayableFinder
from server.preload.queue import PreloadQueue
from server.preload.worker import Circumstances, DiskRoom, Preloader
from server.premises import Reach, findable, owning, serving
from server.records import Records, open_records
from server.recovery import Vault
from server.rotation import Outcome, Progress, unwatched
from server.settings import VERSION, Options, PreloadSettings, Settings
from server.sources.library import Library
from server.sources.silence import Silences
from server.sourcing import open_sourcing, try_provider
from server.status import StatusBoard, Surroundings
from server.torrent.engine import TorrentEngine
from server.torrent.quota import DownloadQuota
from server.updates import Updates, read_channel


def ignore(_: Event) -> None:
    """Take an event and do nothing: for a server that nobody watches."""


class Server:
    """The running server, for those who share its process. Every method belongs to the server's loop."""

    def __init__(
        self,
        port: int,
        *,
        records: Records,
        library: Library,
        board: StatusBoard,
        household: Household,
        preloader: Preloader,
        updates: Updates,
    ) -> None:
        """Made by ``running_server``."""
        self.port = port
        self._records = records
        self._library = library
        self._board = board
        self._household = household
        self._preloader = preloader
        self._updates = updates

    @property
    def urls(self) -> tuple[str, ...]:
        """Addresses under which browsers on the LAN reach the server, best first; they follow the network."""
        return self._board.current().urls

    @property
    def url(self) -> str:
        """The address to show to people."""
        return self.urls[0]

    @property
    def vault(self) -> Vault:
        """The keys of the data folder, and copies of them."""
        return self._records.vault

    async def status(self) -> Status:
        """Take a snapshot."""
        return await self._board.refresh()

    async def pairing_link(self) -> str:
        """Make a link that lets one browser in, once, within ten minutes."""
        return f"{self.url}/#pair={await self._records.pairing.link_secret()}"

    async def pairings(self) -> Sequence[Pairing]:
        """List the devices that wait for approval."""
        return await self._records.pairing.pending()

    async def approve(self, user_code: str) -> None:
        """Let the device in. Raises PairingNotFoundError."""
        await self._records.pairing.approve(user_code)

    async def deny(self, user_code: str) -> None:
        """Send the device away. Raises PairingNotFoundError."""
        await self._records.pairing.deny(user_code)

    async def devices(self) -> Sequence[Device]:
        """List the devices that were let in."""
        return await self._household.list()

    async def rename(self, device_id: DeviceId, name: str) -> None:
        """Give a device another name. Raises DeviceNotFoundError, InvalidRequestError, SafeModeError."""
        await self._household.rename(device_id, name)

    async def set_scope(self, device_id: DeviceId, scope: Scope) -> None:
        """Let a device approve others and manage them, or no longer. Raises DeviceNotFoundError, SafeModeError."""
        await self._household.set_scope(device_id, scope)

    async def revoke(self, device_id: DeviceId) -> None:
        """Turn a device out at once, mid-stream too. Raises DeviceNotFoundError, SafeModeError."""
        await self._household.revoke(device_id)

    async def pause_all(self) -> None:
        """Get nothing more ready for later; what plays goes on."""
        self._preloader.pause(paused=True)
        await self._board.refresh()

    async def resume_all(self) -> None:
        """Get ready again what people look at."""
        self._preloader.pause(paused=False)
        await self._board.refresh()

    async def add_magnet(self, magnet: str, title: str | None = None) -> Source:
        """Add a source. Raises InvalidSourceError, SourceExistsError."""
        return await self._library.add_magnet(magnet, title)

    async def add_torrent(self, data: bytes, title: str | None = None) -> Source:
        """Add a source. Raises InvalidSourceError, NoVideoError, SourceExistsError."""
        return await self._library.add_torrent(data, title)

    async def try_provider(self, settings: Settings, name: str) -> ProviderStatus:
        """Ask one provider, as these settings have it, for a well-known title and say how that went."""
        return await try_provider(settings.sources, name, self._records)

    async def provider_keys(self) -> Sequence[str]:
        """List the providers that have an API key."""
        return await self._records.provider_keys.names()

    async def set_provider_key(self, provider: str, key: str) -> None:
        """Keep a provider's API key, encrypted; forget it when it is empty. Raises SafeModeError, DiskFullError."""
        if key:
            await self._records.provider_keys.save(provider, key)
        else:
            await self._records.provider_keys.delete(provider)

    async def rotate_torrent_key(self, progress: Progress = unwatched) -> Outcome:
        """Encrypt all identifiers anew under a new key, while everything plays on. Raises RotationError, StartError."""
        return await self._records.rotation.rotate_torrent_key(progress)

    async def rotate_database_key(self, progress: Progress = unwatched) -> None:
        """Give the database a new key; calls that need it wait meanwhile. Raises RotationError, StartError."""
        await self._records.rotation.rotate_database_key(progress)

    @property
    def update(self) -> NewerRelease | None:
        """A newer Miauflix, once known: what it brings, and the page where people get it. A notice tells of it too."""
        return self._updates.available

    async def check_for_updates(self) -> NewerRelease | None:
        """Ask the makers now, because the user wants to know. None when this is the newest. Raises UpdateCheckError."""
        return await self._updates.check()


@contextlib.asynccontextmanager
async def running_server(
    options: Options, publish: Publish = ignore, environ: Mapping[str, str] = os.environ
) -> AsyncIterator[Server]:
    """Run the server for as long as the context lasts. Raises StartError when it can't start."""
    if options.demo:
        options = demo.on_loopback(options)
    settings = options.settings
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(owning(options.data_dir))
        records = await stack.enter_async_context(open_records(options, environ, publish))
        await records.rotation.resume()
        engine = await stack.enter_async_context(
            TorrentEngine.running(settings.engine, options.download_dir, records.downloads)
        )
        caps = int(settings.storage.cap_gib * (1 << 30)), settings.preload.disk_mib << 20
        quota = DownloadQuota(engine, records.downloads, options.download_dir, *caps)
        await stack.enter_async_context(quota.running())
        silences = Silences()
        playback = Playback(engine, records.sources, settings.stream, silences)
        await stack.enter_async_context(playback.watched())
        sourcing = await stack.enter_async_context(open_sourcing(options, records, silences))
        network = MeteredNetwork()
        playable = PlayableFinder(sourcing.finder, sourcing.catalogue, records.progress, utc_now)
        preloader = _preloader(settings.preload, engine, playable, quota, network)
        await stack.enter_async_context(network.watched(preloader.wake))
        await stack.enter_async_context(preloader.running())
        household = Household(records.devices, playback, preloader)
        await stack.enter_async_context(household.watched())
        library = Library(records.sources, playback.discard)
        updates = Updates(await asyncio.to_thread(read_channel, options.resources))
        await stack.enter_async_context(updates.running(allowed=settings.updates.check))
        reach = Reach(settings.server.host)
        surroundings = Surroundings(
            storage=lambda: quota.status,
            urls=reach.urls,
            notices=lambda: _notices(records, quota, reach, updates),
            preloads=preloader,
            providers=sourcing.finder.providers,
        )
        board = StatusBoard(engine, playback, records.sources, surroundings, publish)
        services = Services(
            library=library,
            finder=sourcing.finder,
            choices=records.sources,
            catalogue=sourcing.catalogue,
            posters=sourcing.posters,
            playback=playback,
            devices=household,
            sessions=records.sessions,
            passes=records.passes,
            pairing=records.pairing,
            status=board,
            progress=records.progress,
            preloads=preloader,
            web_dir=options.resources / "web",
            host_names=own_names(socket.gethostname()),
        )
        if options.demo:
            await stack.enter_async_context(demo.seeded_title(options.resources, records.sources))
        reach.port = await stack.enter_async_context(serving(services, settings.server))
        await stack.enter_async_context(board.running())
        if settings.server.discovery:
            service = Service(settings.server.name, records.id, VERSION, reach.port)
            addresses = functools.partial(discovery.reachable_now, reach.host)
            reach.discovery = await stack.enter_async_context(discovery.advertise(service, addresses))
        await stack.enter_async_context(findable(options.data_dir, reach))
        yield Server(
            reach.port,
            records=records,
            library=library,
            board=board,
            household=household,
            preloader=preloader,
            updates=updates,
        )


@contextlib.asynccontextmanager
async def lasting_server(
    options: Options, publish: Publish = ignore, environ: Mapping[str, str] = os.environ
) -> AsyncIterator[Server]:
    """Run the server as ``running_server`` does, as what its process is there for.

    What was loaded until then stays, so the garbage collector need not look at it: a full round through all of it holds
    up everybody for 50 ms, and the first one fell into the first Play.
    """
    async with running_server(options, publish, environ) as server:
        gc.freeze()
        try:
            yield server
        finally:
            gc.unfreeze()


def _preloader(
    settings: PreloadSettings,
    engine: TorrentEngine,
    finder: PlayableFinder,
    quota: DownloadQuota,
    network: MeteredNetwork,
) -> Preloader:
    limit = settings.disk_mib << 20
    budget = HourlyBudget(settings.hourly_mib << 20)
    return Preloader(
        Loader(engine, finder, budget),
        PreloadQueue(settings.concurrency),
        budget,
        Circumstances(disk=lambda: DiskRoom(quota.unused, limit, quota.full), metered=lambda: network.is_metered),
        enabled=settings.enabled,
    )


async def _notices(records: Records, quota: DownloadQuota, reach: Reach, updates: Updates) -> tuple[Notice, ...]:
    of_discovery = reach.discovery.notices if reach.discovery else ()
    return await records.notices() + quota.notices + of_discovery + updates.notices

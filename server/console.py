"""The commands that look at or change what is kept, beside a running server or without one. They print JSON."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from server.api.schemas import DeviceJson, SourceJson
from server.auth.names import clean_name
from server.bootstrap import ignore
from server.errors import DomainError, InvalidSourceError, NothingKeptError, ServerNotRunningError
from server.models import DeviceId, Scope
from server.premises import RUNNING
from server.records import Records, open_records
from server.settings import Options
from server.sources.library import Library
from server.terminal import print_json
from server.torrent.metainfo import MAX_TORRENT_FILE
from server.vault.keys import is_filled

_STATUS_WITHIN = aiohttp.ClientTimeout(total=10)


async def add_device(options: Options, name: str) -> None:
    """Make a device and print its tokens."""
    async with _records(options) as records:
        device, tokens = await records.sessions.add_device(name, Scope.VIEWER)
    print_json({"deviceId": device.id, "accessToken": tokens.access_token, "refreshToken": tokens.refresh_token})


async def list_devices(options: Options) -> None:
    """Print the devices that were let in, and those that wait for approval with their code."""
    async with _kept(options) as records:
        devices, waiting = await records.devices.list(), await records.pairing.pending()
    let_in: list[Any] = [msgspec.to_builtins(msgspec.convert(d, DeviceJson, from_attributes=True)) for d in devices]
    print_json(
        let_in + [{"id": None, "name": p.device_name, "code": p.user_code, "address": p.address} for p in waiting]
    )


async def approve(options: Options, code: str) -> None:
    """Let in the device that shows the code. Raises PairingNotFoundError."""
    async with _kept(options) as records:
        await records.pairing.approve(code)


async def revoke(options: Options, device_id: str) -> None:
    """Turn the device out. Raises DeviceNotFoundError."""
    async with _kept(options) as records:
        await records.devices.revoke(DeviceId(device_id))


async def rename(options: Options, device_id: str, name: str) -> None:
    """Give a device another name. Raises DeviceNotFoundError."""
    async with _kept(options) as records:
        await records.devices.rename(DeviceId(device_id), clean_name(name))


async def set_scope(options: Options, device_id: str, scope: Scope) -> None:
    """Make a device an administrator, or one no longer. Raises DeviceNotFoundError."""
    async with _kept(options) as records:
        await records.devices.set_scope(DeviceId(device_id), scope)


async def add_source(options: Options, source: str, title: str | None) -> None:
    """Add a magnet link or a torrent file and print the source. Raises InvalidSourceError, SourceExistsError."""
    async with _records(options) as records:
        library = Library(records.sources)
        if source.lower().startswith("magnet:"):
            added = await library.add_magnet(source, title)
        else:
            added = await library.add_torrent(await asyncio.to_thread(_read, Path(source)), title)
    print_json(msgspec.to_builtins(SourceJson.of(added)))


async def list_sources(options: Options) -> None:
    """Print the sources."""
    async with _kept(options) as records:
        sources = await Library(records.sources).list()
    print_json([msgspec.to_builtins(SourceJson.of(source)) for source in sources])


async def show_status(options: Options) -> None:
    """Print the running server's snapshot. Raises ServerNotRunningError."""
    url = await asyncio.to_thread(_running_url, options.data_dir)
    async with _records(options) as records:
        device, tokens = await records.sessions.add_device("Command line", Scope.VIEWER)
        try:
            print_json(await _get(f"{url}/api/status", tokens.access_token))
        finally:
            await records.devices.revoke(device.id)


async def _get(url: str, token: str) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    try:
        async with aiohttp.ClientSession(timeout=_STATUS_WITHIN) as client, client.get(url, headers=headers) as reply:
            if not reply.ok:
                raise DomainError(f"The running server answered with status {reply.status}.")
            return await reply.json()
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise ServerNotRunningError from error


@contextlib.asynccontextmanager
async def _records(options: Options) -> AsyncIterator[Records]:
    async with open_records(options, os.environ, ignore) as records:
        yield records


@contextlib.asynccontextmanager
async def _kept(options: Options) -> AsyncIterator[Records]:
    """Open what is kept already: who only looks at it, or names some of it, has mistyped a folder where nothing is.

    Raises NothingKeptError.
    """
    if not await asyncio.to_thread(is_filled, options.database_path):
        raise NothingKeptError
    async with _records(options) as records:
        yield records


def _running_url(data_dir: Path) -> str:
    try:
        return str(json.loads((data_dir / RUNNING).read_text("utf-8"))["url"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ServerNotRunningError from error


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:  # it may be the film itself: one byte too many tells as much as all
            return file.read(MAX_TORRENT_FILE + 1)
    except OSError as error:
        raise InvalidSourceError(
            f"{path} is no magnet link, and no file that can be read: {error.strerror}."
        ) from error

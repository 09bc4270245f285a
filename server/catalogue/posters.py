"""Posters: fetched by the appliance, kept on its disk under names that say nothing, shown to its devices."""

from __future__ import annotations

import asyncio
import functools
import hmac
import logging
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from yarl import URL

from server.errors import NotFoundError
from server.http.errors import HttpError
from server.http.polite import Pace, PoliteClient, Service

LIMIT: Final = 3 << 20
"""Bytes of the largest picture that is taken."""
ROOM: Final = 256 << 20
"""Bytes that all pictures may take on the disk; of more, the oldest go."""

_AT_ONCE: Final = 8
_PACE: Final = Pace(30, 1)  # a shelf is full of them
_SECONDS: Final = 10.0
_TURNS_AWAY: Final = frozenset({429})  # 403 is said of single pictures
_LOOK_EVERY: Final = 50  # pictures between two looks at the room they take
_KEY_BYTES: Final = 16
_KINDS: Final = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"))

_log = logging.getLogger(__name__)


class PosterStore(Protocol):
    """Knows where pictures are."""

    async def poster(self, key: str) -> str | None:
        """Return where the picture is that is shown under a key."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture for a browser."""

    data: bytes = field(repr=False)
    media_type: str


def key_of(secret: bytes, url: str) -> str:
    """Return the name of the picture at an address, which tells nobody what it is."""
    return hmac.digest(secret, url.encode(errors="replace"), "sha256")[:_KEY_BYTES].hex()


class Posters:
    """Gives out pictures by their keys."""

    def __init__(
        self, client: PoliteClient, store: PosterStore, folder: Path, typed: Sequence[str] = (), room: int = ROOM
    ) -> None:
        """``typed``: addresses of services that the user entered, whose pictures may be of the own network."""
        self._client = client
        self._store = store
        self._folder = folder
        self._typed = {URL(url).origin() for url in typed}
        self._room = room
        self._fetching: dict[str, asyncio.Task[Picture]] = {}
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._written = 0

    async def get(self, key: str) -> Picture:
        """Return a picture, from the disk or the internet. Raises NotFoundError."""
        url = await self._store.poster(key)
        if url is None:
            raise NotFoundError("There is no such picture.")
        data = await asyncio.get_running_loop().run_in_executor(None, _read, self._folder / key)
        if data and (media_type := _media_type(data)):
            return Picture(data, media_type)
        if key not in self._fetching:
            task = self._fetching[key] = asyncio.ensure_future(self._fetch(key, url))
            task.add_done_callback(lambda done: self._fetched(key, done))
        return await asyncio.shield(self._fetching[key])

    async def close(self) -> None:
        """End what is being fetched."""
        tasks = list(self._fetching.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _fetched(self, key: str, task: asyncio.Task[Picture]) -> None:
        del self._fetching[key]
        if not task.cancelled():
            task.exception()  # whoever asked for it was told, if still there

    async def _fetch(self, key: str, url: str) -> Picture:
        origin = URL(url).origin()
        service = Service(
            str(origin),
            typed=origin in self._typed,
            seconds=_SECONDS,
            pace=_PACE,
            turns_away_with=_TURNS_AWAY,
            key="pictures",  # one that can't be had is no reason to leave the catalogue of the same host alone
        )
        try:
            async with self._places:
                reply = await self._client.get(service, url, limit=LIMIT)
        except HttpError as error:
            raise NotFoundError("The picture can't be fetched at present.") from error
        media_type = _media_type(reply.body)
        if not reply.whole or media_type is None:
            raise NotFoundError("What is there is no picture, or too large.")
        await asyncio.get_running_loop().run_in_executor(None, self._write, key, reply.body)
        return Picture(reply.body, media_type)

    def _write(self, key: str, data: bytes) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._written % _LOOK_EVERY == 0:
                _make_room(self._folder, self._room)
            self._written += 1
            descriptor, draft = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            Path(draft).replace(self._folder / key)
        except OSError as error:  # it is shown all the same
            _log.warning("A picture could not be kept: %s", error.strerror)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _make_room(folder: Path, room: int) -> None:
    """Delete the oldest files beyond so many bytes."""
    files = sorted(folder.iterdir(), key=functools.partial(_age))
    sizes = [file.stat().st_size for file in files]
    excess = sum(sizes) - room
    for file, size in zip(files, sizes, strict=True):
        if excess <= 0:
            break
        file.unlink(missing_ok=True)
        excess -= size


def _age(file: Path) -> int:
    return file.stat().st_mtime_ns


def _media_type(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _KINDS if data.startswith(start)), None)

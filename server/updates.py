"""Tells that a newer Miauflix is there, when the user allows asking. Nothing is ever downloaded or installed.

The announcement is a small JSON file on a web server, ``{"signed": …, "signature": …}``: base64 of the signed bytes and
of their Ed25519 signature, so that whoever holds only the web server can announce nothing. Where it lies, and the
public key, come with the package (``updates.json`` among its resources); a checkout has neither, and never asks.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.errors import UpdateCheckError
from server.events import Notice, NoticeCode
from server.http.client import HttpClient
from server.http.errors import HttpError
from server.models import NewerRelease
from server.settings import VERSION

CHANNEL: Final = "updates.json"
"""The channel's file among the resources of a package."""
MAX_BYTES: Final = 64 << 10
"""An announcement is a few kilobytes; more are not read."""

_INTERVAL: Final = 24 * 3600.0
_SHOWN: Final = 3
_log = logging.getLogger(__name__)

Connect = Callable[[], AbstractAsyncContextManager[HttpClient]]
Note = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Version = Annotated[str, msgspec.Meta(pattern=r"^\d{1,4}(\.\d{1,4}){1,3}$")]


class Channel(msgspec.Struct, frozen=True, rename="camel"):
    """Where a package's announcements lie, and by whom they have to be signed."""

    url: Annotated[str, msgspec.Meta(pattern="^https://")]
    public_key: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]


class Announcement(msgspec.Struct, frozen=True):
    """What is said of a release."""

    version: Version
    date: date
    page: Annotated[str, msgspec.Meta(pattern="^https://", max_length=500)]
    """Where people read about it and get it."""
    notes: Annotated[tuple[Note, ...], msgspec.Meta(max_length=20)] = ()
    """What is new, the most important first."""


class Signed(msgspec.Struct, frozen=True):
    """An announcement as it lies on the web server; bytes are base64 in JSON."""

    signed: bytes
    signature: bytes


def read_channel(resources: Path) -> Channel | None:
    """Return the package's channel; None where there is none. Blocking."""
    try:
        return msgspec.json.decode((resources / CHANNEL).read_bytes(), type=Channel)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        _log.warning("%s among the resources can't be read: there will be no word of updates", CHANNEL)
        return None


def open_announcement(data: bytes, public_key: bytes) -> Announcement:
    """Check the signature and return what was signed. Raises UpdateCheckError."""
    try:
        envelope = msgspec.json.decode(data, type=Signed)
        Ed25519PublicKey.from_public_bytes(public_key).verify(envelope.signature, envelope.signed)
        return msgspec.json.decode(envelope.signed, type=Announcement)
    except InvalidSignature:
        raise UpdateCheckError("What the server says of updates is not by the makers of Miauflix.") from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise UpdateCheckError("What the server says of updates can't be understood.") from None


def is_newer(version: str, than: str) -> bool:
    """Compare two versions number by number."""
    return _numbers(version) > _numbers(than)


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


class Updates:
    """Asks the channel for announcements and remembers the newest release, for as long as the server runs."""

    def __init__(
        self, channel: Channel | None, *, connect: Connect = HttpClient.running, current: str = VERSION
    ) -> None:
        self._channel = channel
        self._connect = connect
        self._current = current
        self.available: NewerRelease | None = None
        """A release newer than the one that runs, once known."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The news, when there are any."""
        return (_notice(self.available),) if self.available else ()

    async def check(self) -> NewerRelease | None:
        """Ask now, whatever the settings say: somebody wants to know. None when this is the newest release.

        Raises UpdateCheckError.
        """
        if self._channel is None:
            raise UpdateCheckError("This Miauflix was not made from a package, so nobody announces updates for it.")
        try:
            async with self._connect() as client:
                reply = await client.get(self._channel.url, limit=MAX_BYTES)
        except HttpError as error:
            raise UpdateCheckError(f"Updates can't be asked for now: {error}") from error
        if reply.status != 200 or not reply.whole:  # noqa: PLR2004 - HTTP's own number
            raise UpdateCheckError(f"Updates can't be asked for now: the server answered with {reply.status}.")
        said = open_announcement(reply.body, self._channel.public_key)
        newer = NewerRelease(said.version, said.date, said.page, said.notes)
        self.available = newer if is_newer(said.version, self._current) else None
        return self.available

    @contextlib.asynccontextmanager
    async def running(self, *, allowed: bool, interval: float = _INTERVAL) -> AsyncIterator[None]:
        """Ask now and each ``interval`` seconds until the context ends, where that is allowed and possible."""
        if not allowed or self._channel is None:
            yield
            return
        task = asyncio.create_task(self._keep_asking(interval), name="updates")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def _keep_asking(self, interval: float) -> None:
        while True:
            try:
                await self.check()
            except UpdateCheckError as error:
                _log.info("%s", error.detail)
            await asyncio.sleep(interval)


def _notice(news: NewerRelease) -> Notice:
    shown = "; ".join(note.rstrip(".") for note in news.notes[:_SHOWN])
    new = f" New: {shown}." if shown else ""
    return Notice(NoticeCode.UPDATE_AVAILABLE, f"Miauflix {news.version} is there.{new} Get it at {news.page}")

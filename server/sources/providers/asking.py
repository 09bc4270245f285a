"""Puts questions to one service, and turns whatever goes wrong into the providers' own errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Final
from xml.etree.ElementTree import Element

from server.http.client import MAX_REDIRECTS, HttpReply
from server.http.errors import HostBlockedError, HostRestingError, HttpError
from server.http.polite import PoliteClient, Service
from server.redaction import redact
from server.sources import values
from server.sources.provider import (
    ProviderBlockedError,
    ProviderMalformedError,
    ProviderRefusedError,
    ProviderRestingError,
    ProviderUnreachableError,
)
from server.sources.providers.rows import off_loop
from server.sources.salvage import Document, UnreadableError, read_json, read_xml

_NO_KEY: Final = 401
_QUOTED: Final = 120


class Asker:
    """Asks one service."""

    def __init__(self, client: PoliteClient, service: Service) -> None:
        self._client = client
        self.service = service

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        insist: bool = False,
        redirects: int = MAX_REDIRECTS,
    ) -> HttpReply:
        """Get a URL, or a path below the service's. Raises ProviderError."""
        with translated():
            return await self._client.get(self.service, url, params=params, insist=insist, redirects=redirects)

    async def json(self, path: str, params: Mapping[str, str], rows: str, *, insist: bool = False) -> Document:
        """Get an object with a list named ``rows`` in it, as much as there is of it. Raises ProviderError."""
        reply = await self.get(path, params, insist=insist)
        return await off_loop(lambda: self.read_json(reply, rows))

    def read_json(self, reply: HttpReply, rows: str) -> Document:
        """Return what an answer holds. Raises ProviderMalformedError, ProviderRefusedError."""
        self._check(reply)
        try:
            return read_json(reply.body, rows)
        except UnreadableError as error:
            raise ProviderMalformedError(f"{self.service.host}: {error}") from error

    async def xml(
        self, url: str, params: Mapping[str, str], *tags: str, insist: bool = False
    ) -> tuple[list[Element], bool]:
        """Get elements of an XML document, and whether it is whole. Raises ProviderError."""
        reply = await self.get(url, params, insist=insist)
        self._check(reply)
        try:
            found, whole = await off_loop(lambda: read_xml(reply.body, *tags))
        except UnreadableError as error:
            raise ProviderMalformedError(f"{self.service.host}: {error}") from error
        return found, whole and reply.whole

    @asynccontextmanager
    async def minding_limits(self) -> AsyncIterator[None]:
        """Leave the service alone when what is done with its answer ends in ProviderBlockedError."""
        try:
            yield
        except ProviderBlockedError as error:
            await self._client.turned_away(self.service, error.retry_after)
            raise

    def is_page(self, reply: HttpReply) -> bool:
        """Whether an answer is a web page, for people, in place of data."""
        start = reply.body[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith((b"<!doctype html", b"<html")) or (
            reply.media_type == "text/html" and start[:1] == b"<"
        )

    def _check(self, reply: HttpReply) -> None:
        if reply.status == _NO_KEY:
            raise ProviderRefusedError(f"{self.service.host} wants an API key, or another one.")
        if self.is_page(reply):
            raise ProviderMalformedError(
                f"{self.service.host} answers with a web page (status {reply.status}). Is its address right?"
            )


@contextmanager
def translated() -> Iterator[None]:
    """Raise what goes wrong with a request as a ProviderError."""
    try:
        yield
    except HostRestingError as error:
        raise ProviderRestingError(str(error), error.retry_at) from error
    except HostBlockedError as error:
        raise ProviderBlockedError(str(error), error.retry_after) from error
    except HttpError as error:
        raise ProviderUnreachableError(str(error)) from error


def quoted(text: object) -> str:
    """Return what a server says of itself, fit for people and logs: short, and without what could be a secret."""
    said = redact(values.text(text, _QUOTED)).rstrip(".")
    return f"“{said}”" if said else "nothing more"

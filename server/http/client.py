"""A client for what servers of the internet say: it goes where it may, waits so long and reads so much.

Private addresses are reached only at an origin that the user typed. A host is resolved once, every address is checked,
and the connection goes to a checked one; each redirect is checked anew. There are two pools, so that no connection that
was opened for a typed origin serves anybody else.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from server.http.addresses import IPAddress, is_public, parse
from server.http.errors import AddressRefusedError, HostUnreachableError, HttpError
from server.settings import VERSION
from server.tls import client_context

MAX_BODY: Final = 5 << 20
"""Bytes that are read of an answer, after decompression."""
CONNECT_SECONDS: Final = 5.0
"""Longest wait for a connection, look-up of the name included."""
DEFAULT_SECONDS: Final = 8.0
"""Longest wait for a whole answer, redirects included."""
MAX_REDIRECTS: Final = 5

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_CHUNK: Final = 64 << 10

IsAllowed = Callable[[IPAddress], bool]


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What a server answered."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """By name, in whatever case."""
    body: bytes = field(repr=False)
    whole: bool = True
    """False when the connection broke, time ran out or the limit was reached while the body was read."""
    location: str | None = field(default=None, repr=False)
    """Where a redirect leads that was not followed: ``magnet:``, or any when no redirects were to be followed."""

    @property
    def media_type(self) -> str:
        """Return the media type in lower case, without its parameters; empty when there is none."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class _Bounds:
    """How many bytes an answer may have, and until when, in the loop's time, it may come."""

    size: int
    until: float


class HttpClient:
    """Gets URLs. Made by ``HttpClient.running``."""

    def __init__(self, public: aiohttp.ClientSession, typed: aiohttp.ClientSession, is_allowed: IsAllowed) -> None:
        self._public = public
        self._typed = typed
        self._is_allowed = is_allowed

    @classmethod
    @asynccontextmanager
    async def running(
        cls, *, is_allowed: IsAllowed = is_public, resolver: AbstractResolver | None = None
    ) -> AsyncIterator[HttpClient]:
        """Open a client, and close its connections at exit.

        ``is_allowed`` says which addresses anybody may lead to; ``resolver`` replaces the system's.
        """
        inner = resolver or aiohttp.ThreadedResolver()
        tls = await asyncio.to_thread(client_context)
        async with _session(_CheckingResolver(inner, is_allowed), tls) as public, _session(inner, tls) as typed:
            yield cls(public, typed, is_allowed)

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        typed: str | None = None,
        seconds: float = DEFAULT_SECONDS,
        limit: int = MAX_BODY,
        redirects: int = MAX_REDIRECTS,
    ) -> HttpReply:
        """Get a URL, whatever status it answers with.

        ``typed`` is a URL that the user entered: its origin alone may have a private address. ``headers`` go to the
        first origin only. Raises HostUnreachableError, AddressRefusedError, HttpError.
        """
        target = _parsed(url).update_query(params or {})
        typed_origin = _parsed(typed).origin() if typed else None
        until = asyncio.get_running_loop().time() + seconds
        try:
            return await self._follow(target, typed_origin, headers or {}, redirects, _Bounds(limit, until))
        except TimeoutError as error:
            raise HostUnreachableError(f"{target.host} did not answer within {seconds:g} s.") from error

    async def _follow(
        self,
        target: URL,
        typed_origin: URL | None,
        headers: Mapping[str, str],
        redirects: int,
        bounds: _Bounds,
    ) -> HttpReply:
        first = target.origin()
        for hops_left in range(redirects, -1, -1):
            session = self._session_for(target, typed_origin)
            reply = await _exchange(session, target, headers if target.origin() == first else {}, bounds)
            if reply.status not in _REDIRECTS or not reply.location:
                return reply
            following = _joined(target, reply.location)
            if following.scheme not in {"http", "https"} or redirects == 0:
                return reply
            if hops_left:
                target = _parsed(str(following))
        raise HttpError(f"{first.host} redirects in circles.")

    def _session_for(self, target: URL, typed_origin: URL | None) -> aiohttp.ClientSession:
        """Return the pool for this URL. Names are checked when they are resolved, bare addresses here."""
        if target.origin() == typed_origin:
            return self._typed
        address = parse(target.host or "")
        if address is not None and not self._is_allowed(address):
            raise AddressRefusedError(_refusal(target.host))
        return self._public


class _ForbiddenAddressError(OSError):
    """A name leads to an address that may not be reached; an OSError, since aiohttp passes on nothing else."""


class _CheckingResolver(AbstractResolver):
    """Resolves names, and refuses those of which any address may not be reached."""

    def __init__(self, inner: AbstractResolver, is_allowed: IsAllowed) -> None:
        self._inner = inner
        self._is_allowed = is_allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses, all of them checked."""
        found = await self._inner.resolve(host, port, family)
        for result in found:
            address = parse(result["host"])
            if address is None or not self._is_allowed(address):
                raise _ForbiddenAddressError
        return found

    async def close(self) -> None:
        """Do nothing: the resolver inside belongs to who made it."""


def _session(resolver: AbstractResolver, tls: ssl.SSLContext) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=resolver, ssl=tls),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(connect=CONNECT_SECONDS),
        headers={"User-Agent": f"Miauflix/{VERSION}"},
    )


async def _exchange(session: aiohttp.ClientSession, url: URL, headers: Mapping[str, str], bounds: _Bounds) -> HttpReply:
    """Send one request and read the answer, as much as there is of it. Raises TimeoutError."""
    try:
        async with asyncio.timeout_at(bounds.until):
            response = await session.get(url, headers=headers, allow_redirects=False)
        async with response:
            location = response.headers.get("Location") if response.status in _REDIRECTS else None
            body, whole = (b"", True) if location else await _read(response, bounds)
            return HttpReply(response.status, response.headers, body, whole, location)
    except aiohttp.ClientConnectorDNSError as error:
        if isinstance(error.os_error, _ForbiddenAddressError):
            raise AddressRefusedError(_refusal(url.host)) from error
        raise HostUnreachableError(f"There is no address for {url.host}: check the name and the network.") from error
    except aiohttp.InvalidURL:  # whose text is the URL
        raise AddressRefusedError(f"{url.host} is no address that can be asked.") from None
    except aiohttp.ClientSSLError as error:
        raise HostUnreachableError(f"{url.host} has no valid certificate.") from error
    except aiohttp.ConnectionTimeoutError as error:
        raise HostUnreachableError(f"No connection to {url.host} within {CONNECT_SECONDS:g} s.") from error
    except aiohttp.ClientConnectorError as error:
        raise HostUnreachableError(f"No connection to {url.host}: {error.strerror}.") from error
    except (aiohttp.ClientError, ValueError):  # a ValueError: headers that aiohttp can't make sense of
        # whose text may be the URL, with a key in it
        raise HostUnreachableError(f"{url.host} broke off, or does not speak HTTP.") from None


async def _read(response: aiohttp.ClientResponse, bounds: _Bounds) -> tuple[bytes, bool]:
    """Return the body up to where it breaks off, and whether it is whole."""
    body = bytearray()
    try:
        async with asyncio.timeout_at(bounds.until):
            async for chunk in response.content.iter_chunked(_CHUNK):
                body += chunk
                if len(body) > bounds.size:
                    return bytes(body[: bounds.size]), False
    except (aiohttp.ClientError, TimeoutError):
        if not body:
            raise
        return bytes(body), False
    return bytes(body), True


def _parsed(url: str) -> URL:
    """Return the URL, which has to be http. Raises AddressRefusedError."""
    try:
        parsed = URL(url)
        if parsed.scheme in {"http", "https"} and parsed.host and parsed.port:
            return parsed
    except ValueError:
        pass
    raise AddressRefusedError("That is no address of a web server: it must start with http:// or https://.")


def _joined(base: URL, location: str) -> URL:
    try:
        return base.join(URL(location))
    except ValueError:
        raise AddressRefusedError(f"{base.host} redirects to something that is no address.") from None


def _refusal(host: str | None) -> str:
    return f"{host} leads to an address of the own network, which only an address that you entered may do."

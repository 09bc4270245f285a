"""Connections below the routes: how many, how long they may take to ask, and what is told of malformed requests."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web

from server.api.errors import http_problem_response, problem_response
from server.api.middleware import SECURITY_HEADERS
from server.errors import DomainError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What connections may do. Times in seconds."""

    header_timeout: float = 10.0
    """For a request's headers to arrive, from its first byte or from the start of the connection."""
    keep_alive: float = 75.0
    per_address: int = 32
    in_all: int = 256


class Connection(web.RequestHandler):
    """One connection. What a client sent is neither logged nor echoed when it makes no sense."""

    __slots__ = ("_deadline", "_limits", "_owner", "active_at", "address")

    def __init__(self, owner: LimitedServer, limits: Limits, **kwargs: Any) -> None:
        super().__init__(owner, **kwargs)
        self._owner = owner
        self._limits = limits
        self._deadline: asyncio.TimerHandle | None = None
        self.address = ""
        self.active_at = 0.0
        """When bytes came last, as a time of the loop."""

    @property
    def is_idle(self) -> bool:
        """Whether it waits for a request. Between a request's arrival and its handler's start, it does not."""
        return self._waiter is not None and not self._messages

    @property
    def is_kept(self) -> bool:
        """Whether it was good for an answer already, and is kept for another request."""
        return self.is_idle and self._request_count > 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or drop it when there are too many."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self.address = peer[0] if peer else ""
        self.active_at = asyncio.get_running_loop().time()
        if self._owner.admit(self):
            self._await_headers()
        else:
            self.drop()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Give the place free."""
        self._stop_waiting()
        self._owner.release(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; those that don't complete a request's headers start the clock."""
        self.active_at = asyncio.get_running_loop().time()
        requests = self._request_count
        super().data_received(data)
        if self._request_count > requests:
            self._stop_waiting()
        elif self.is_idle:
            self._await_headers()

    def drop(self) -> None:
        """Close at once, without a word, and without waiting for a client that takes nothing."""
        if self.transport is not None:
            self.transport.abort()
        self.force_close()

    def drop_kept_siblings(self) -> None:
        """Drop the connections of the same address that are kept for another request."""
        self._owner.drop_kept(self.address)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - it quotes what the client sent
    ) -> web.StreamResponse:
        """Return the answer to what could not be parsed or handled, and close the connection after it."""
        log.info("%s from %s, answered with %d", type(exc).__name__, request.remote, status)
        if request.writer.output_size > 0:
            raise ConnectionError("The answer was sent in part.")
        response = http_problem_response(web.HTTPBadRequest()) if status == 400 else problem_response(DomainError())  # noqa: PLR2004
        response.headers.update(SECURITY_HEADERS)
        response.force_close()
        return response

    def log_exception(self, *_args: Any, **kwargs: Any) -> None:
        """Log the kind of an error only: its message may quote what the client sent."""
        log.error("%s on a connection", type(kwargs.get("exc_info")).__name__)

    def _await_headers(self) -> None:
        if self._deadline is None:
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(self._limits.header_timeout, self.drop)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class LimitedServer(web.Server):
    """Makes the connections and counts them. Where there is no room for another, an idle one makes it."""

    def __init__(self, server: web.Server, limits: Limits, **kwargs: Any) -> None:
        """Take over the handler of a server that was made by ``web.AppRunner``."""
        # A client that leaves ends its handler at once, even one that waits for a swarm.
        super().__init__(
            server.request_handler, request_factory=server.request_factory, handler_cancellation=True, **kwargs
        )
        self._limits = limits
        self._arguments = kwargs
        self._admitted: set[Connection] = set()

    def __call__(self) -> Connection:
        """Return the protocol for a connection that was accepted."""
        return Connection(self, self._limits, loop=asyncio.get_running_loop(), **self._arguments)

    def admit(self, connection: Connection) -> bool:
        """Count a connection in and return whether it may stay."""
        siblings = [other for other in self._admitted if other.address == connection.address]
        if len(siblings) >= self._limits.per_address and not self._make_room(siblings):
            return False
        if len(self._admitted) >= self._limits.in_all and not self._make_room(self._admitted):
            return False
        self._admitted.add(connection)
        return True

    def release(self, connection: Connection) -> None:
        """Count a connection out."""
        self._admitted.discard(connection)

    def drop_kept(self, address: str) -> None:
        """Drop an address's connections kept for another request; a new one may bring its first."""
        for connection in [other for other in self._admitted if other.address == address and other.is_kept]:
            self.release(connection)
            connection.drop()

    def _make_room(self, connections: Collection[Connection]) -> bool:
        """Drop an idle connection: of the address that has the most, the one that was silent for the longest."""
        counts = Counter(connection.address for connection in connections)
        idle = [connection for connection in connections if connection.is_idle]
        if not idle:
            return False
        victim = min(idle, key=lambda connection: (-counts[connection.address], connection.active_at))
        self.release(victim)
        victim.drop()
        return True


async def end_after_timeout(request: web.Request, response: web.StreamResponse) -> None:
    """Keep no connection of a client that is answered with 408; a signal of aiohttp, sent just before the headers are.

    Browsers take that for the last word of a connection that was kept for too long, and ask the same again on the next
    one they keep: with six of them, people would be told of a time-out after seven.
    """
    if response.status != HTTPStatus.REQUEST_TIMEOUT:
        return
    response.force_close()
    response.headers["Connection"] = "close"  # it was decided on just before signals are sent
    if isinstance(request.protocol, Connection):
        request.protocol.drop_kept_siblings()

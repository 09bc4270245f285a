"""Connections below the routes: how many, how long they may take to ask, and what is told of malformed requests."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
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

    __slots__ = ("_address", "_deadline", "_limits", "_owner")

    def __init__(self, owner: LimitedServer, limits: Limits, **kwargs: Any) -> None:
        super().__init__(owner, **kwargs)
        self._owner = owner
        self._limits = limits
        self._deadline: asyncio.TimerHandle | None = None
        self._address: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or drop it when there are too many."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self._address = peer[0] if peer else ""
        if self._owner.admit(self._address):
            self._await_headers()
        else:
            self.force_close()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Give the place free."""
        self._stop_waiting()
        if self._address is not None:
            self._owner.release(self._address)
            self._address = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; those that don't complete a request's headers start the clock."""
        requests = self._request_count
        super().data_received(data)
        if self._request_count > requests:
            self._stop_waiting()
        elif not self._request_in_progress and not self._messages:
            self._await_headers()

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
            self._deadline = loop.call_later(self._limits.header_timeout, self.force_close)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class LimitedServer(web.Server):
    """Makes the connections and counts them."""

    def __init__(self, server: web.Server, limits: Limits, **kwargs: Any) -> None:
        """Take over the handler of a server that was made by ``web.AppRunner``."""
        # A client that leaves ends its handler at once, even one that waits for a swarm.
        super().__init__(
            server.request_handler, request_factory=server.request_factory, handler_cancellation=True, **kwargs
        )
        self._limits = limits
        self._arguments = kwargs
        self._open: Counter[str] = Counter()

    def __call__(self) -> Connection:
        """Return the protocol for a connection that was accepted."""
        return Connection(self, self._limits, loop=asyncio.get_running_loop(), **self._arguments)

    def admit(self, address: str) -> bool:
        """Count a connection in and return whether it may stay."""
        self._open[address] += 1
        return self._open[address] <= self._limits.per_address and self._open.total() <= self._limits.in_all

    def release(self, address: str) -> None:
        """Count a connection out."""
        self._open[address] -= 1
        if not self._open[address]:
            del self._open[address]

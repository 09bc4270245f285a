"""What the servers of all protocols have in common: they listen, note what is asked, and get into trouble."""

from __future__ import annotations

import asyncio
import contextlib
import enum
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Self

from aiohttp import web
from fakes.sites.torrent import FakeTorrent

CHALLENGE = "<html><head><title>Just a moment...</title></head><body>cf-chl-opt</body></html>"
PAGE = "<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>"


class Trouble(enum.Enum):
    """Ways in which a server fails."""

    HANG = "hang"
    """Takes the request and says nothing."""
    SLOW = "slow"
    """Answers after ``seconds``, or once ``go`` is set."""
    CUT = "cut"
    """Sends ``rows`` whole rows, then half of one, then nothing, and closes."""
    HTML = "html"
    """Answers with a web page and status 200."""
    NOT_FOUND = "not found"
    """Answers with a web page and status 404."""
    CHALLENGE = "challenge"
    """Status 403 with a page that wants a browser."""
    LIMITED = "limited"
    """Status 429 with ``Retry-After: seconds``."""
    ERROR = "error"
    """Status 500, or ``status``."""
    REDIRECT = "redirect"
    """Status 302 to ``to``."""
    DROP = "drop"
    """Closes the connection without an answer."""
    BODY = "body"
    """Status 200 with ``body``, whatever that is."""


@dataclass
class _Plan:
    trouble: Trouble
    times: int | None
    rows: int
    seconds: float
    to: str
    body: bytes
    status: int


@dataclass
class Rows:
    """An answer whose rows can be counted: what is before, between and after them."""

    head: bytes
    rows: Sequence[bytes]
    tail: bytes
    between: bytes = b","
    media_type: str = "application/json"

    def whole(self) -> bytes:
        return self.head + self.between.join(self.rows) + self.tail

    def cut(self, rows: int) -> bytes:
        """Return so many whole rows and half of the next one."""
        half = self.rows[rows][: len(self.rows[rows]) // 2] if rows < len(self.rows) else b""
        return self.head + self.between.join([*self.rows[:rows], half])


class ProviderSite:
    """A server of one protocol; a subclass says what it answers."""

    port: int

    def __init__(self, host: str) -> None:
        self.host = host
        self.torrents: list[FakeTorrent] = []
        self.requests: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.error_headers: dict[str, str] = {}
        """What comes with status 500."""
        self.go = asyncio.Event()
        self._plan: _Plan | None = None
        self._asked = asyncio.Condition()

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Self]:
        site = cls(host)
        runner = web.ServerRunner(web.Server(site._handle, access_log=None))
        await runner.setup()
        try:
            tcp = web.TCPSite(runner, host, port)
            await tcp.start()
            site.port = tcp.port
            yield site
        finally:
            site.go.set()
            await runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def add(self, *torrents: FakeTorrent) -> None:
        self.torrents += torrents

    def trouble(
        self,
        trouble: Trouble,
        *,
        times: int | None = None,
        rows: int = 0,
        seconds: float = 1,
        to: str = "",
        body: bytes = b"",
        status: int = 500,
    ) -> None:
        """Get into trouble, for the next ``times`` requests or until ``well`` is called."""
        self._plan = _Plan(trouble, times, rows, seconds, to, body, status)

    def well(self) -> None:
        """Answer as it should from now on."""
        self._plan = None

    async def asked(self, times: int = 1) -> None:
        """Wait until so many requests have come."""
        async with self._asked:
            await self._asked.wait_for(lambda: len(self.requests) >= times)

    async def answer(self, request: web.BaseRequest) -> Rows | web.StreamResponse:
        """Return what the protocol answers."""
        raise NotImplementedError

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        async with self._asked:
            self.requests.append(request.path_qs)
            self.headers.append(dict(request.headers))
            self._asked.notify_all()
        plan = self._next_plan()
        if plan is not None and (failure := self._failure(plan)):
            return failure
        if plan is not None and plan.trouble in {Trouble.HANG, Trouble.SLOW}:
            await self._wait(None if plan.trouble is Trouble.HANG else plan.seconds)
        if plan is not None and plan.trouble in {Trouble.HANG, Trouble.DROP}:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        answer = await self.answer(request)
        if plan is not None and plan.trouble is Trouble.CUT:
            return await _cut(request, answer, plan.rows)
        return web.Response(body=answer.whole(), content_type=answer.media_type) if isinstance(answer, Rows) else answer

    def _failure(self, plan: _Plan) -> web.Response | None:
        """Return what is answered in place of what was asked; None when something else happens."""
        waiting = {"Retry-After": f"{plan.seconds:g}"}
        failures: dict[Trouble, Callable[[], web.Response]] = {
            Trouble.REDIRECT: lambda: web.Response(status=302, headers={"Location": plan.to}),
            Trouble.LIMITED: lambda: web.Response(status=429, text="Slow down", headers=waiting),
            Trouble.BODY: lambda: web.Response(body=plan.body, content_type="application/json"),
            Trouble.CHALLENGE: lambda: web.Response(status=403, text=CHALLENGE, content_type="text/html"),
            Trouble.ERROR: lambda: web.Response(status=plan.status, text="Internal Error", headers=self.error_headers),
            Trouble.HTML: lambda: web.Response(text=PAGE, content_type="text/html"),
            Trouble.NOT_FOUND: lambda: web.Response(status=404, text=PAGE, content_type="text/html"),
        }
        return failures[plan.trouble]() if plan.trouble in failures else None

    async def _wait(self, seconds: float | None) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.go.wait()

    def _next_plan(self) -> _Plan | None:
        plan = self._plan
        if plan is not None and plan.times is not None:
            plan.times -= 1
            if plan.times <= 0:
                self._plan = None
        return plan


async def _cut(request: web.BaseRequest, answer: Rows | web.StreamResponse, rows: int) -> web.StreamResponse:
    """Promise the whole answer and send a part of it."""
    assert isinstance(answer, Rows), "only answers with rows can be cut off"
    headers = {"Content-Length": str(len(answer.whole())), "Content-Type": answer.media_type}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    await response.write(answer.cut(rows))
    assert request.transport is not None
    request.transport.close()
    return response

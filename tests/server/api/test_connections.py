from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import pytest
from aiohttp import web
from fakes.site import Plan, Site

from server.api.connections import Limits
from server.errors import TorrentTimeoutError

Open = Callable[[Plan], AbstractAsyncContextManager[Site]]

SECRET = b"c0ffee" * 8


@asynccontextmanager
async def connect(site: Site) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


def get(site: Site) -> bytes:
    return f"GET /health HTTP/1.1\r\nHost: localhost:{site.port}\r\n\r\n".encode()


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /" + SECRET + b" HTTP/9.9\r\n\r\n",
        b"GET /" + SECRET + b"\x00 HTTP/1.1\r\n\r\n",
        SECRET + b"\r\n\r\n",
        b"G\xffT /" + SECRET + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nBad Header " + SECRET + b"\r\n\r\n",
        b"GET /" + SECRET + b"x" * 9000 + b" HTTP/1.1\r\n\r\n",
        b"GET http://[::" + SECRET + b"/ HTTP/1.1\r\n\r\n",
    ],
    ids=lambda line: repr(line[:16] + b".." + line[-16:]),
)
async def test_malformed_requests_are_neither_echoed_nor_logged(
    site: Site, request_line: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await site.raw(request_line)
    assert answer.split()[1] == b"400"
    assert b"application/problem+json" in answer
    assert b"aiohttp" not in answer
    assert SECRET not in answer
    assert SECRET.decode() not in caplog.text


async def test_headers_that_drip_are_not_waited_for(open_site: Open) -> None:
    async with open_site(Plan(limits=Limits(header_timeout=0.3))) as site, connect(site) as (reader, writer):
        writer.write(get(site)[:20])
        async with asyncio.timeout(20):
            assert await reader.read() == b""


async def test_silence_at_the_start_is_not_waited_for(open_site: Open) -> None:
    async with open_site(Plan(limits=Limits(header_timeout=0.3))) as site, connect(site) as (reader, _):
        async with asyncio.timeout(20):
            assert await reader.read() == b""


async def test_the_second_request_may_not_drip_either(open_site: Open) -> None:
    async with open_site(Plan(limits=Limits(header_timeout=0.3))) as site, connect(site) as (reader, writer):
        writer.write(get(site))
        assert await reader.readuntil(b"}")
        writer.write(get(site)[:20])
        async with asyncio.timeout(20):
            assert await reader.read() == b""


async def test_slow_answers_and_idle_connections_outlive_the_header_timeout(open_site: Open) -> None:
    released = asyncio.Event()

    async def wait(_request: web.Request) -> web.Response:
        await released.wait()
        return web.Response(text="done")

    async with open_site(Plan([web.get("/api/wait", wait)], Limits(header_timeout=0.2))) as site:
        _, headers = await site.add_device()
        async with connect(site) as (reader, writer):
            writer.write(get(site))
            assert await reader.readuntil(b"}")
            waiting = asyncio.create_task(site.client.get("/api/wait", headers=headers))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.shield(waiting), 0.6)
            released.set()
            assert (await waiting).status == 200
            writer.write(get(site))
            assert await reader.readuntil(b"}")


async def hold(_request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize("limits", [Limits(per_address=2), Limits(in_all=2)], ids=["address", "all"])
async def test_no_more_connections_than_agreed(open_site: Open, limits: Limits) -> None:
    arrived = asyncio.Semaphore(0)

    async def wait(_request: web.Request) -> web.Response:
        arrived.release()
        return await hold(_request)

    async with open_site(Plan([web.get("/api/wait", wait)], limits)) as site:
        _, headers = await site.add_device()
        request = get(site).replace(b"/health", b"/api/wait").replace(b"\r\n\r\n", b"\r\nAuthorization: %b\r\n\r\n")
        async with connect(site) as (_, first), connect(site) as (_, second):
            for writer in (first, second):
                writer.write(request % headers["Authorization"].encode())
                await arrived.acquire()
            assert await answer_of(site, get(site)) == b""
        async with asyncio.timeout(20):
            while not await answer_of(site, get(site)):
                pass


@pytest.mark.parametrize("limits", [Limits(per_address=2), Limits(in_all=2)], ids=["address", "all"])
async def test_an_idle_connection_makes_room(open_site: Open, limits: Limits) -> None:
    async with (
        open_site(Plan(limits=limits)) as site,
        connect(site) as (first, first_writer),
        connect(site) as (second, second_writer),
    ):
        for reader, writer in ((second, second_writer), (first, first_writer)):
            writer.write(get(site))
            assert await reader.readuntil(b"}")
        assert (await answer_of(site, get(site))).startswith(b"HTTP/1.1 200")
        assert await gather_end(second) == b"", "it was silent for the longest"
        first_writer.write(get(site))
        assert await first.readuntil(b"}")


async def test_whoever_has_the_most_connections_makes_room_first(open_site: Open) -> None:
    async with open_site(Plan(limits=Limits(in_all=4))) as site, AsyncExitStack() as stack:
        address = ("127.0.0.1", site.port)
        tv, tv_writer = await asyncio.open_connection(*address, local_addr=("127.0.0.2", 0))
        stack.callback(tv_writer.close)
        tv_writer.write(get(site))
        assert await tv.readuntil(b"}")
        flood = [await stack.enter_async_context(connect(site)) for _ in range(12)]
        assert (await answer_of(site, get(site))).startswith(b"HTTP/1.1 200")
        tv_writer.write(get(site))
        assert await tv.readuntil(b"}")
        for reader, _ in flood[:9]:
            assert await gather_end(reader) == b""


async def test_no_connection_is_kept_with_a_client_that_is_told_of_a_timeout(open_site: Open) -> None:
    """Browsers would ask again on each, and wait for the same time-out once more."""

    async def give_up(_request: web.Request) -> web.Response:
        raise TorrentTimeoutError("Nobody answers.")

    async with open_site(Plan([web.get("/api/late", give_up)])) as site, AsyncExitStack() as stack:
        _, headers = await site.add_device()
        (asking, asks), (kept, keeps), (new, begins) = [
            await stack.enter_async_context(connect(site)) for _ in range(3)
        ]
        for reader, writer in ((asking, asks), (kept, keeps)):
            writer.write(get(site))
            assert await reader.readuntil(b"}")
        late = get(site).replace(b"/health", b"/api/late").removesuffix(b"\r\n")
        asks.write(late + f"Authorization: {headers['Authorization']}\r\n\r\n".encode())
        answer = await gather_end(asking)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"\r\nConnection: close\r\n" in answer
        assert await gather_end(kept) == b""
        begins.write(get(site))
        assert await new.readuntil(b"}"), "its first request may be under way: browsers do not send that again"


@pytest.mark.parametrize("turns", range(8))
async def test_a_connection_that_was_just_asked_something_is_not_dropped_for_a_timeout(
    open_site: Open, turns: int
) -> None:
    """Whichever turn of the loop the time-out falls on, between the request's arrival and its handler's start."""
    asked, over = asyncio.Event(), asyncio.Event()

    async def give_up(_request: web.Request) -> web.Response:
        asked.set()
        await over.wait()
        raise TorrentTimeoutError("Nobody answers.")

    async with open_site(Plan([web.get("/api/late", give_up)])) as site, AsyncExitStack() as stack:
        _, headers = await site.add_device()
        (asking, asks), (new, begins) = [await stack.enter_async_context(connect(site)) for _ in range(2)]
        late = get(site).replace(b"/health", b"/api/late").removesuffix(b"\r\n")
        asks.write(late + f"Authorization: {headers['Authorization']}\r\n\r\n".encode())
        await asked.wait()
        begins.write(get(site))
        for _ in range(turns):
            await asyncio.sleep(0)
        over.set()
        assert (await gather_end(asking)).startswith(b"HTTP/1.1 408")
        assert (await gather_answer(new)).startswith(b"HTTP/1.1 200")


async def gather_answer(reader: asyncio.StreamReader) -> bytes:
    """Return a small JSON answer, or what came of it before the server closed."""
    try:
        async with asyncio.timeout(20):
            return await reader.readuntil(b"}")
    except asyncio.IncompleteReadError as error:
        return error.partial
    except ConnectionError:
        return b""


async def gather_end(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the server closes, in whichever way."""
    try:
        async with asyncio.timeout(20):
            return await reader.read()
    except ConnectionError:
        return b""


async def answer_of(site: Site, request: bytes) -> bytes:
    """Send a request on a connection of its own; return the answer, nothing when it was dropped."""
    try:
        return await site.raw(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    except ConnectionError:
        return b""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from aiohttp import web
from fakes.site import Plan, Site

from server.api.connections import Limits

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


@pytest.mark.parametrize("limits", [Limits(per_address=2), Limits(in_all=2)], ids=["address", "all"])
async def test_no_more_connections_than_agreed(open_site: Open, limits: Limits) -> None:
    async with open_site(Plan(limits=limits)) as site:
        async with connect(site) as (first, first_writer), connect(site) as (second, second_writer):
            for reader, writer in ((first, first_writer), (second, second_writer)):
                writer.write(get(site))
                assert await reader.readuntil(b"}")
            assert await site.raw(b"") == b""
        assert (await site.raw(get(site).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))).startswith(
            b"HTTP/1.1 200"
        )

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from aiohttp import web
from fakes.resolver import PRIVATE, PUBLIC, FakeResolver, plays_public

from server.http.client import MAX_BODY, HttpClient
from server.http.errors import AddressRefusedError, HostUnreachableError, HttpError
from server.settings import VERSION


class World:
    """One web server that is reached as a public and as a private one, and a client."""

    client: HttpClient
    port: int

    def __init__(self, resolver: FakeResolver) -> None:
        self.resolver = resolver
        self.seen: list[web.BaseRequest] = []
        self.end = asyncio.Event()

    def url(self, path: str, host: str = "public.example") -> str:
        return f"http://{host}:{self.port}{path}"

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.seen.append(request)
        return await answer(request, self.end)


async def answer(request: web.BaseRequest, end: asyncio.Event) -> web.StreamResponse:
    match request.path:
        case "/hop":
            raise web.HTTPFound(request.query["to"])
        case "/circle":
            raise web.HTTPFound("/circle")
        case "/large":
            return web.Response(body=b"x" * (MAX_BODY + 1))
        case "/bomb":
            body = gzip.compress(bytes(MAX_BODY * 8))
            return web.Response(body=body, headers={"Content-Encoding": "gzip"})
        case "/cut" | "/stall":
            response = web.StreamResponse(headers={"Content-Length": "100"})
            await response.prepare(request)
            await response.write(b"half of")
            if request.path == "/stall":
                await end.wait()
            assert request.transport is not None
            request.transport.close()
            return response
        case "/hang":
            await end.wait()
    return web.Response(text="hello", headers={"X-Agent": request.headers["User-Agent"]})


async def listen_on_both(runner: web.ServerRunner) -> int:
    """Listen on one port of both addresses; one that is free on the first may be taken on the second."""
    for _ in range(10):
        site = web.TCPSite(runner, PUBLIC, 0)
        await site.start()
        try:
            await web.TCPSite(runner, PRIVATE, site.port).start()
        except OSError:
            await site.stop()
        else:
            return site.port
    raise AssertionError("no port is free on both addresses")


@pytest.fixture
async def world() -> AsyncIterator[World]:
    resolver = FakeResolver(
        {
            "public.example": [PUBLIC],
            "other.example": [PUBLIC],
            "rebound.example": [PUBLIC, PRIVATE],
            "lan.example": [PRIVATE],
            "mapped.example": ["::ffff:127.0.0.1"],
        }
    )
    world = World(resolver)
    runner = web.ServerRunner(web.Server(world.answer))
    await runner.setup()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        stack.callback(world.end.set)
        world.port = await listen_on_both(runner)
        world.client = await stack.enter_async_context(HttpClient.running(is_allowed=plays_public, resolver=resolver))
        yield world


async def test_an_answer(world: World) -> None:
    reply = await world.client.get(world.url("/"), params={"q": "ä b&c"}, headers={"Accept": "text/plain"})
    assert (reply.status, reply.body, reply.whole, reply.location) == (200, b"hello", True, None)
    assert (reply.media_type, reply.headers["x-agent"]) == ("text/plain", f"Miauflix/{VERSION}")
    assert (world.seen[0].query["q"], world.seen[0].headers["Accept"]) == ("ä b&c", "text/plain")


@pytest.mark.parametrize(
    "host", ["lan.example", "rebound.example", "mapped.example", PRIVATE, "[::1]", "169.254.169.254"]
)
async def test_private_addresses_are_refused(world: World, host: str) -> None:
    with pytest.raises(AddressRefusedError, match="of the own network"):
        await world.client.get(world.url("/secret", host))
    assert world.seen == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
async def test_odd_spellings_of_addresses_lead_nowhere(world: World, host: str) -> None:
    with pytest.raises(HttpError):
        await world.client.get(world.url("/secret", host))
    assert world.seen == []


@pytest.mark.parametrize("host", ["lan.example", PRIVATE])
async def test_a_private_address_that_the_user_typed_is_reached(world: World, host: str) -> None:
    reply = await world.client.get(world.url("/api", host), typed=world.url("/base", host))
    assert reply.body == b"hello"


@pytest.mark.parametrize("host", ["lan.example", "rebound.example", PRIVATE, "169.254.169.254", "[::1]"])
async def test_redirects_to_private_addresses_are_refused(world: World, host: str) -> None:
    hop = world.url("/hop")
    with pytest.raises(AddressRefusedError):
        await world.client.get(hop, params={"to": world.url("/secret", host)}, typed=hop)
    assert [request.path for request in world.seen] == ["/hop"]


async def test_a_second_hop_is_checked_as_the_first(world: World) -> None:
    second = f"/hop?to={world.url('/secret', 'lan.example')}"
    with pytest.raises(AddressRefusedError):
        await world.client.get(world.url("/hop"), params={"to": second})
    assert [request.path for request in world.seen] == ["/hop", "/hop"]


async def test_a_typed_origin_is_typed_with_its_port_and_scheme(world: World) -> None:
    for typed in (f"http://lan.example:{world.port + 1}/", f"https://lan.example:{world.port}/"):
        with pytest.raises(AddressRefusedError):
            await world.client.get(world.url("/secret", "lan.example"), typed=typed)
    assert world.seen == []


async def test_a_connection_to_a_typed_origin_serves_nobody_else(world: World) -> None:
    url = world.url("/", "lan.example")
    assert (await world.client.get(url, typed=url)).status == 200
    with pytest.raises(AddressRefusedError):
        await world.client.get(url)


async def test_a_name_is_resolved_once_for_check_and_connection(world: World) -> None:
    await world.client.get(world.url("/"))
    assert world.resolver.asked == ["public.example"]


async def test_redirects_are_followed_and_keep_headers_to_their_origin(world: World) -> None:
    headers = {"X-Api-Key": "secret"}
    target = f"/hop?to={world.url('/end', 'other.example')}"
    reply = await world.client.get(world.url("/hop"), params={"to": target}, headers=headers)
    assert reply.body == b"hello"
    assert [request.headers.get("X-Api-Key") for request in world.seen] == ["secret", "secret", None]


async def test_a_redirect_to_a_magnet_link_is_handed_over(world: World) -> None:
    reply = await world.client.get(world.url("/hop"), params={"to": "magnet:?xt=urn:btih:00"})
    assert (reply.status, reply.location) == (302, "magnet:?xt=urn:btih:00")


async def test_redirects_can_be_left_alone(world: World) -> None:
    reply = await world.client.get(world.url("/hop"), params={"to": "/end"}, redirects=0)
    assert (reply.status, reply.location) == (302, "/end")


async def test_circles_end(world: World) -> None:
    with pytest.raises(HttpError, match=r"public\.example redirects in circles"):
        await world.client.get(world.url("/circle"))
    assert len(world.seen) == 6


@pytest.mark.parametrize("path", ["/large", "/bomb"])
async def test_bodies_are_capped(world: World, path: str) -> None:
    reply = await world.client.get(world.url(path))
    assert (len(reply.body), reply.whole) == (MAX_BODY, False)


async def test_what_came_of_a_broken_answer_is_kept(world: World) -> None:
    reply = await world.client.get(world.url("/cut"))
    assert (reply.body, reply.whole) == (b"half of", False)


async def test_what_came_of_a_stalled_answer_is_kept(world: World) -> None:
    reply = await world.client.get(world.url("/stall"), seconds=0.5)
    assert (reply.body, reply.whole) == (b"half of", False)


async def test_time_runs_out(world: World) -> None:
    with pytest.raises(HostUnreachableError, match=r"public\.example did not answer within 0\.3 s"):
        await world.client.get(world.url("/hang?apikey=secret"), seconds=0.3)


async def test_an_unknown_name(world: World) -> None:
    with pytest.raises(HostUnreachableError, match=r"no address for nowhere\.example"):
        await world.client.get(world.url("/?apikey=secret", "nowhere.example"))


async def test_nobody_there(world: World) -> None:
    url = f"http://{PUBLIC}:1/?apikey=secret"
    with pytest.raises(HostUnreachableError, match=r"No connection to") as caught:
        await world.client.get(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "magnet:?xt=1", "http://", "http://[::1", "ftp://x/", "", "x"])
async def test_what_is_no_web_address(world: World, url: str) -> None:
    with pytest.raises(AddressRefusedError, match=r"no address of a web server"):
        await world.client.get(url)


async def test_something_that_is_not_http(world: World) -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 smtp.example ESMTP\r\n")
        writer.close()

    server = await asyncio.start_server(babble, PUBLIC, 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(HostUnreachableError, match="does not speak HTTP"):
            await world.client.get(f"http://public.example:{port}/")

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import aiohttp
import pytest
from aiohttp import web
from fakes.problems import read_problem
from fakes.site import Plan, Site

from server.api.middleware import DEVICE
from server.errors import OverBudgetError, StreamClosedError
from server.models import Device, Scope

Open = Callable[[Plan], AbstractAsyncContextManager[Site]]

SECRET = "c0ffee" * 8


async def fail(_request: web.Request) -> web.Response:
    raise RuntimeError(SECRET)


async def fail_kindly(_request: web.Request) -> web.Response:
    raise OverBudgetError(9)


async def fail_late(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"} if "length" in request.query else {})
    await response.prepare(request)
    await response.write(b"x" * 10)
    raise StreamClosedError


async def test_without_a_token_every_call_is_refused(site: Site) -> None:
    for method, path in (
        ("GET", "/api/sources"),
        ("GET", "/api/sources/x"),
        ("DELETE", "/api/sources/x"),
        ("GET", "/api/stream/x"),
        ("HEAD", "/api/stream/x"),
        ("GET", "/api/devices"),
        ("DELETE", "/api/devices/x"),
        ("GET", "/api/status"),
        ("GET", "/api/events"),
        ("DELETE", "/api/auth/session"),
    ):
        async with site.client.request(method, path) as response:
            assert response.status == 401, path
            assert response.headers["WWW-Authenticate"] == "Bearer"
            if method != "HEAD":
                assert (await read_problem(response))["code"] == "unauthorized"


async def test_what_is_open_is_open(site: Site) -> None:
    for path in ("/health", "/", "/app.js", "/api/openapi.json"):
        async with site.client.get(path) as response:
            assert response.status == 200, path


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer x.y.z", "Token abc"])
async def test_other_credentials_are_refused_even_beside_a_good_cookie(site: Site, header: str) -> None:
    _, headers = await site.add_device()
    cookie = f"miauflix_access={headers['Authorization'].removeprefix('Bearer ')}"
    async with site.client.get("/api/sources", headers={"Cookie": cookie}) as response:
        assert response.status == 200
    async with site.client.get("/api/sources", headers={"Cookie": cookie, "Authorization": header}) as response:
        assert response.status == 401


async def test_an_expired_token_has_a_code_of_its_own(site: Site) -> None:
    _, headers = await site.add_device()
    site.door.clock.advance(minutes=15)
    async with site.client.get("/api/sources", headers=headers) as response:
        assert response.status == 401
        assert (await read_problem(response))["code"] == "token_expired"


async def test_a_revoked_device_is_refused_at_once(site: Site) -> None:
    device, headers = await site.add_device()
    await site.door.devices.revoke(device.id)
    async with site.client.get("/api/sources", headers=headers) as response:
        assert response.status == 401


async def test_a_viewer_may_not_manage_devices(site: Site) -> None:
    _, headers = await site.add_device(Scope.VIEWER)
    for method, path in (
        ("GET", "/api/devices"),
        ("PATCH", "/api/devices/x"),
        ("DELETE", "/api/devices/x"),
        ("GET", "/api/pairings"),
        ("PUT", "/api/pairings/ABCD"),
    ):
        async with site.client.request(method, path, json={}, headers=headers) as response:
            assert response.status == 403
            assert (await read_problem(response))["code"] == "forbidden"


async def test_unknown_addresses_and_methods_are_problems_too(site: Site) -> None:
    for method, path, status, code in (
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/api/auth/device", 405, "method_not_allowed"),
        ("PUT", "/api/sources", 405, "method_not_allowed"),
    ):
        async with site.client.request(method, path, json={}) as response:
            assert response.status == status, path
            assert (await read_problem(response))["code"] == code
            assert ("Allow" in response.headers) == (status == 405)


@pytest.mark.parametrize(
    "host", ["evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "miauflix.local.evil.example:{port}"]
)
async def test_a_foreign_host_is_refused_whatever_it_asks(site: Site, host: str) -> None:
    for path in ("/", "/health", "/api/sources", "/api/nothing"):
        async with site.client.get(path, headers={"Host": host.format(port=site.port)}) as response:
            assert response.status == 403
            assert (await read_problem(response))["code"] == "host_not_allowed"


@pytest.mark.parametrize("host", ["localhost", "miauflix.local", "living-room", "[::1]", "10.1.2.3"])
async def test_own_hosts_pass(site: Site, host: str) -> None:
    async with site.client.get("/health", headers={"Host": f"{host}:{site.port}"}) as response:
        assert response.status == 200


@pytest.mark.parametrize("hosts", [b"", b"Host: localhost:%d\r\nHost: evil.example\r\n"])
async def test_no_host_and_two_hosts_are_refused(site: Site, hosts: bytes) -> None:
    lines = hosts.replace(b"%d", str(site.port).encode())
    answer = await site.raw(b"GET /health HTTP/1.1\r\n" + lines + b"Connection: close\r\n\r\n")
    assert answer.split()[1] in {b"400", b"403"}


async def test_an_older_protocol_is_no_way_round_the_host(site: Site) -> None:
    assert (await site.raw(b"GET /health HTTP/1.0\r\n\r\n")).split()[1] == b"403"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
async def test_changes_that_another_site_asks_for_are_refused(site: Site, headers: dict[str, str]) -> None:
    _, authorization = await site.add_device()
    for method, path in (("POST", "/api/sources"), ("DELETE", "/api/sources/x"), ("POST", "/api/auth/token")):
        async with site.client.request(method, path, json={}, headers=headers | authorization) as response:
            assert response.status == 403
            assert (await read_problem(response))["code"] == "cross_origin"


async def test_changes_of_the_own_page_pass(site: Site) -> None:
    _, authorization = await site.add_device()
    headers = authorization | {"Origin": f"http://127.0.0.1:{site.port}", "Sec-Fetch-Site": "same-origin"}
    async with site.client.delete("/api/auth/session", headers=headers) as response:
        assert response.status == 204


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream", "application/jsonp", "text/json"],
)
async def test_other_bodies_than_json_are_refused(site: Site, kind: str) -> None:
    _, authorization = await site.add_device()
    for path in ("/api/sources", "/api/auth/device", "/api/auth/token"):
        async with site.client.post(
            path, data=b'{"name":"TV"}', headers=authorization | {"Content-Type": kind}
        ) as response:
            assert response.status == 415
            assert (await read_problem(response))["code"] == "unsupported_media_type"


async def test_every_answer_has_the_security_headers(site: Site) -> None:
    for path in ("/", "/app.js", "/api/sources", "/health", "/nothing"):
        async with site.client.get(path) as response:
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert response.headers["X-Frame-Options"] == "DENY"
            policy = response.headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in policy
            assert not re.search("unsafe|blob:|http:|https:|\\*", policy)
            assert "aiohttp" not in response.headers["Server"]
    async with site.client.get("/api/sources") as response:
        assert response.headers["Cache-Control"] == "no-store"


async def test_the_unforeseen_is_a_500_without_its_message(open_site: Open, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_site(Plan([web.get("/api/fail/{what}", fail)])) as site:
        _, headers = await site.add_device()
        async with site.client.get(f"/api/fail/{SECRET}", headers=headers) as response:
            assert response.status == 500
            assert (await read_problem(response))["code"] == "internal_error"
            assert SECRET not in await response.text()
    assert "RuntimeError in GET /api/fail/{what}" in caplog.text
    assert SECRET not in caplog.text


async def test_errors_of_other_routes_use_the_table(open_site: Open) -> None:
    async with open_site(Plan([web.get("/api/busy", fail_kindly)])) as site:
        _, headers = await site.add_device()
        async with site.client.get("/api/busy", headers=headers) as response:
            assert (response.status, response.headers["Retry-After"]) == (503, "9")


@pytest.mark.parametrize("query", ["", "?length"])
async def test_a_failure_after_the_headers_breaks_the_connection(open_site: Open, query: str) -> None:
    async with open_site(Plan([web.get("/api/late", fail_late)])) as site:
        _, headers = await site.add_device()
        async with site.client.get(f"/api/late{query}", headers=headers) as response:
            assert response.status == 200
            with pytest.raises(aiohttp.ClientError):
                await response.read()


async def test_handlers_know_who_asks(open_site: Open) -> None:
    seen: list[Device] = []

    async def look(request: web.Request) -> web.Response:
        seen.append(request[DEVICE])
        return web.Response()

    async with open_site(Plan([web.get("/api/look", look)])) as site:
        device, headers = await site.add_device()
        async with site.client.get("/api/look", headers=headers) as response:
            assert response.status == 200
        assert [found.id for found in seen] == [device.id]

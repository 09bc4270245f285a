from __future__ import annotations

import sys
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import aiohttp
import pytest
import segno
from fakes.problems import read_problem
from fakes.site import Site

from server.events import PairingRequested
from server.models import Scope

SVG = "{http://www.w3.org/2000/svg}"


async def begin(site: Site, name: str = "Samsung TV") -> dict[str, Any]:
    async with site.client.post("/api/auth/device", json={"name": name}) as response:
        assert response.status == 201
        started: dict[str, Any] = await response.json()
        return started


def cookies_of(response: aiohttp.ClientResponse) -> SimpleCookie:
    cookies = SimpleCookie()
    for header in response.headers.getall("Set-Cookie"):
        cookies.load(header)
    return cookies


async def test_a_tv_asks_is_approved_and_comes_in(site: Site) -> None:
    started = await begin(site)
    assert set(started) == {
        "deviceCode",
        "userCode",
        "verificationUri",
        "verificationUriComplete",
        "verificationQr",
        "approvalCommand",
        "expiresIn",
        "interval",
    }
    assert (started["expiresIn"], started["interval"]) == (300, 2)
    assert site.door.events == [PairingRequested(started["userCode"], "Samsung TV", "127.0.0.1")]
    grant = {"grantType": "device_code", "deviceCode": started["deviceCode"]}
    async with site.client.post("/api/auth/token", json=grant) as response:
        assert response.status == 400
        assert (await read_problem(response))["code"] == "authorization_pending"
    async with site.client.post("/api/auth/token", json=grant) as response:
        assert (await read_problem(response))["code"] == "slow_down"
    await site.door.desk.approve(started["userCode"])
    async with site.client.post("/api/auth/token", json=grant) as response:
        assert response.status == 200
        tokens = await response.json()
    assert (tokens["tokenType"], tokens["expiresIn"]) == ("Bearer", 900)
    headers = {"Authorization": f"Bearer {tokens['accessToken']}"}
    async with site.client.get("/api/sources", headers=headers) as response:
        assert response.status == 200


async def test_a_phone_scans_where_to_go(site: Site) -> None:
    host = {"Host": f"10.1.2.3:{site.port}"}
    async with site.client.post("/api/auth/device", json={"name": "TV"}, headers=host) as response:
        started = await response.json()
    page = f"http://10.1.2.3:{site.port}/"
    assert started["verificationUri"] == page
    assert started["verificationUriComplete"] == f"{page}#code={started['userCode']}"
    kind, _, image = started["verificationQr"].partition(",")
    assert kind.startswith("data:image/svg+xml")
    drawn = ET.fromstring(unquote(image))
    wanted = ET.fromstring(segno.make(started["verificationUriComplete"], micro=False).svg_inline(scale=4))
    assert [path.get("d") for path in wanted.iter("path")][-1] in [path.get("d") for path in drawn.iter(f"{SVG}path")]


@pytest.mark.parametrize(
    ("packaged", "program"),
    [(True, "miauflix"), (False, "py run" if sys.platform == "win32" else "./run")],
    ids=["package", "checkout"],
)
async def test_the_command_that_lets_a_device_in_is_the_one_that_is_there(
    site: Site,
    packaged: bool,  # noqa: FBT001 - a table
    program: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "frozen", packaged, raising=False)
    started = await begin(site)
    assert started["approvalCommand"] == f"{program} devices approve {started['userCode']}"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
async def test_whoever_asks_on_the_computer_itself_is_given_its_address_on_the_lan(site: Site, host: str) -> None:
    headers = {"Host": f"{host}:{site.port}"}
    async with site.client.post("/api/auth/device", json={"name": "TV"}, headers=headers) as response:
        assert (await response.json())["verificationUri"] == "http://192.168.1.10:8620/"


async def test_a_device_learns_what_it_is(site: Site) -> None:
    device, headers = await site.add_device(Scope.ADMIN)
    async with site.client.get("/api/auth/session", headers=headers) as response:
        shown = await response.json()
    assert (shown["id"], shown["name"], shown["scope"]) == (device.id, "TV", "admin")
    async with site.client.get("/api/auth/session") as response:
        assert response.status == 401


async def test_a_denied_and_a_late_device_are_told_apart(site: Site) -> None:
    started = await begin(site)
    await site.door.desk.deny(started["userCode"])
    grant = {"grantType": "device_code", "deviceCode": started["deviceCode"]}
    async with site.client.post("/api/auth/token", json=grant) as response:
        assert (response.status, (await read_problem(response))["code"]) == (400, "access_denied")
    late = await begin(site)
    site.door.clock.advance(minutes=5)
    grant = {"grantType": "device_code", "deviceCode": late["deviceCode"]}
    async with site.client.post("/api/auth/token", json=grant) as response:
        assert (response.status, (await read_problem(response))["code"]) == (400, "expired_token")


async def test_cookies_carry_the_session_and_scripts_can_not_read_them(site: Site) -> None:
    grant = {"grantType": "device_code", "deviceCode": await site.door.desk.link_secret()}
    async with site.client.post("/api/auth/token", json=grant) as response:
        cookies = cookies_of(response)
        tokens = await response.json()
    access, refresh = cookies["miauflix_access"], cookies["miauflix_refresh"]
    assert (access.value, refresh.value) == (tokens["accessToken"], tokens["refreshToken"])
    assert (access["path"], refresh["path"]) == ("/api", "/api/auth")
    for cookie in (access, refresh):
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        assert not cookie["domain"]
    async with site.client.get("/api/sources", headers={"Cookie": f"miauflix_access={access.value}"}) as response:
        assert response.status == 200


async def test_a_browser_that_is_in_stays_the_same_device_when_it_follows_a_link(site: Site) -> None:
    device, tokens = await site.door.sessions.add_device("Phone", Scope.ADMIN)
    for refresh_token, same in ((tokens.refresh_token, True), ("forged", False)):
        grant = {"grantType": "device_code", "deviceCode": await site.door.desk.link_secret()}
        cookie = {"Cookie": f"miauflix_refresh={refresh_token}"}
        async with site.client.post("/api/auth/token", json=grant, headers=cookie) as response:
            assert response.status == 200
            headers = {"Authorization": f"Bearer {(await response.json())['accessToken']}"}
        async with site.client.get("/api/auth/session", headers=headers) as response:
            assert ((await response.json())["id"] == device.id) is same


async def test_the_refresh_token_comes_from_the_body_or_the_cookie(site: Site) -> None:
    _, tokens = await site.door.sessions.add_device("TV", (await site.add_device())[0].scope)
    cookie = {"Cookie": f"miauflix_refresh={tokens.refresh_token}"}
    async with site.client.post("/api/auth/token", json={"grantType": "refresh_token"}, headers=cookie) as response:
        assert response.status == 200
        renewed = await response.json()
        assert cookies_of(response)["miauflix_refresh"].value == renewed["refreshToken"]
    body = {"grantType": "refresh_token", "refreshToken": renewed["refreshToken"]}
    async with site.client.post("/api/auth/token", json=body) as response:
        assert response.status == 200


@pytest.mark.parametrize("token", [None, "", "unknown"])
async def test_no_or_an_unknown_refresh_token_is_an_invalid_grant(site: Site, token: str | None) -> None:
    async with site.client.post(
        "/api/auth/token", json={"grantType": "refresh_token", "refreshToken": token}
    ) as response:
        assert response.status == 400
        assert (await read_problem(response))["code"] == "invalid_grant"


async def test_signing_out_ends_the_device_and_its_cookies(site: Site) -> None:
    _, headers = await site.add_device()
    async with site.client.delete("/api/auth/session", headers=headers) as response:
        assert response.status == 204
        cookies = cookies_of(response)
    for name, path in (("miauflix_access", "/api"), ("miauflix_refresh", "/api/auth")):
        assert (cookies[name].value, cookies[name]["max-age"], cookies[name]["path"]) == ("", "0", path)
    async with site.client.get("/api/sources", headers=headers) as response:
        assert response.status == 401


async def test_too_many_pairings_say_when_to_come_again(site: Site) -> None:
    for _ in range(5):
        await begin(site)
    async with site.client.post("/api/auth/device", json={"name": "TV"}) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "60")
        assert (await read_problem(response))["code"] == "too_many_pairings"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("  Living \t room\n TV ", "Living room TV"),
        ("Küche 📺", "Küche 📺"),
        ("safe\u202egnp.exe\x00", "safe gnp.exe"),
        ("x" * 200, "x" * 64),
    ],
)
async def test_names_are_shown_without_characters_that_deceive(site: Site, name: str, shown: str) -> None:
    await begin(site, name)
    [pairing] = await site.door.desk.pending()
    assert pairing.device_name == shown


@pytest.mark.parametrize("name", ["", " ", "\u200b\u202e", "x" * 201])
async def test_names_that_can_not_be_read_are_refused(site: Site, name: str) -> None:
    async with site.client.post("/api/auth/device", json={"name": name}) as response:
        assert response.status == 400
        assert (await read_problem(response))["code"] == "invalid_request"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"{",
        b'{"grantType":"password"}',
        b'{"grantType":"device_code"}',
        b'{"grantType":"device_code","deviceCode":7}',
        b'{"grantType":"device_code","deviceCode":' + b"9" * 50_000 + b"}",
        b'{"grantType":"refresh_token","refreshToken":' + b"[" * 60_000,
        b'{"a":' * 10_000,
        b"[" * 60_000,
        b'{"grantType":"refresh_token","refreshToken":"\xff\xfe"}',
        b'{"grantType":"refresh_token","refreshToken":"\\ud800"}',
        b'{"grantType":"device_code","deviceCode":"' + b"x" * 201 + b'"}',
    ],
    ids=lambda body: repr(body[:48]),
)
async def test_bodies_of_another_form_are_refused(site: Site, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    async with site.client.post("/api/auth/token", data=body, headers=headers) as response:
        assert response.status == 400
        assert (await read_problem(response))["code"] == "invalid_request"


async def test_large_bodies_are_refused(site: Site) -> None:
    body = b'{"name":"' + b"x" * 65_536 + b'"}'
    headers = {"Content-Type": "application/json"}
    async with site.client.post("/api/auth/device", data=body, headers=headers) as response:
        assert response.status == 413
        assert (await read_problem(response))["code"] == "payload_too_large"

"""The door, tried from outside: a server of its own process, raw bytes, and its log afterwards."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
import jwt
import pytest
from fakes.server_process import Household
from fakes.swarm import MIB, make_film, seeded

from server.auth.tokens import AccessTokens, MediaTokens
from server.clock import utc_now
from server.models import Device, DeviceId, Scope, SourceId
from server.vault.keys import derive
from server.vault.record import KeyRecord

NEEDLE = "c0ffee" * 8
"""Put into whatever a client sends; must not come back, and not be in the log."""


OUTSPOKEN = """
import sys
from pathlib import Path
from server import cli, logs
logs.chatters = lambda _: False
sys.exit(cli.main(sys.argv[1:], resources=Path("resources")))
"""


class Outspoken(Household):
    """Logs what the libraries say as well, which terminals are spared: the access log, and how requests fail."""

    def command(self, *words: str) -> list[str]:
        python, _, _, *rest = super().command(*words)
        return [python, "-c", OUTSPOKEN, *rest]


@dataclass
class Target:
    """A server, two of its sources, a device that may come in and one that may not any more."""

    port: int
    log: Path
    sources: tuple[str, str]
    device: dict[str, str]
    revoked: dict[str, str]
    root: bytes = field(repr=False)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(self, request_line: str, *headers: str, body: bytes = b"", host: str | None = None) -> tuple[int, bytes]:
        """Send a request as it is; return status and everything that came."""
        lines = [f"{request_line} HTTP/1.1", f"Host: {self.host if host is None else host}", *headers]
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return self.send("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)

    def send(self, request: bytes) -> tuple[int, bytes]:
        with closing(socket.create_connection(("127.0.0.1", self.port), timeout=20)) as connection:
            connection.sendall(request)
            answer = b""
            while data := connection.recv(1 << 16):
                answer += data
        assert b"Server: Miauflix" in answer
        assert NEEDLE.encode() not in answer
        return int(answer.split()[1]), answer

    def add(self, magnet: str) -> str:
        """Add a source and return its id."""
        status, answer = self.ask("POST /api/sources", self.bearer(), body=json.dumps({"magnet": magnet}).encode())
        assert status == 201
        return str(json.loads(answer.partition(b"\r\n\r\n")[2])["id"])

    def bearer(self) -> str:
        return f"Authorization: Bearer {self.device['accessToken']}"


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("hardening")
    household = Outspoken(folder / "home")
    household.prepare()
    films = [make_film(folder / f"in{number}", MIB, name=f"Film {number}") for number in (1, 2)]
    with (
        seeded(films[0].folder, piece_length=64 << 10) as first,
        seeded(films[1].folder, piece_length=64 << 10) as second,
        household.serving() as url,
    ):
        device, revoked = household.run("devices", "add", "TV"), household.run("devices", "add", "Old TV")
        record = KeyRecord.from_json((household.folder / "key.json").read_text("utf-8"))
        target = Target(int(url.rpartition(":")[2]), household.log, ("", ""), device, revoked, record.root)
        target.sources = target.add(first), target.add(second)
        assert target.ask("DELETE /api/auth/session", f"Authorization: Bearer {revoked['accessToken']}")[0] == 204
        yield target


@pytest.fixture(autouse=True)
def nothing_in_the_log(target: Target) -> Iterator[None]:
    """After each test the log must hold none of what came in."""
    before = target.log.stat().st_size
    yield
    said = target.log.read_bytes()[before:].decode()
    assert "server.api" in said or "aiohttp.access" in said, "the log tells of it"
    for secret in (NEEDLE, *target.sources, *target.device.values(), *target.revoked.values(), "eyJ", "Traceback"):
        assert secret not in said


def code_of(answer: bytes) -> str:
    return str(json.loads(answer.partition(b"\r\n\r\n")[2])["code"])


HOSTS = [
    f"{NEEDLE}.example",
    f"127.0.0.1.{NEEDLE}.example:{{port}}",
    f"{NEEDLE}.local:{{port}}",
    "127.0.0.1:1",
    "127.0.0.1",
    "2130706433:{port}",
    "127.0.0.1:{port}@evil.example",
    "",
]


@pytest.mark.parametrize("host", HOSTS)
def test_another_name_than_ours_is_refused(target: Target, host: str) -> None:
    host = host.format(port=target.port)
    for line in ("GET /", "GET /api/status", "POST /api/auth/device"):
        status, answer = target.ask(line, target.bearer(), host=host)
        assert (status, code_of(answer)) == (403, "host_not_allowed")


def test_a_rebound_name_is_refused_however_it_is_sent(target: Target) -> None:
    evil = f"{NEEDLE}.example"
    for lines, wanted in (
        ([f"GET http://{evil}/api/status HTTP/1.1", f"Host: {evil}"], 403),
        (["GET /api/status HTTP/1.1", f"Host: {evil}", f"X-Forwarded-Host: {target.host}"], 403),
        (["GET /api/status HTTP/1.1", f"Host: {target.host}", f"Host: {evil}"], 400),
        (["GET /api/status HTTP/1.0"], 403),
    ):
        request = "\r\n".join([*lines, target.bearer(), "Connection: close", "", ""])
        assert target.send(request.encode())[0] == wanted


ORIGINS = [
    f"Origin: http://{NEEDLE}.example",
    "Origin: null",
    "Origin: http://127.0.0.1:1",
    "Origin: file://",
    "Sec-Fetch-Site: cross-site",
    "Sec-Fetch-Site: same-site",
    f"Sec-Fetch-Site: {NEEDLE}",
]


@pytest.mark.parametrize("origin", ORIGINS)
def test_what_a_page_of_another_site_asks_for_is_refused(target: Target, origin: str) -> None:
    for line in (f"DELETE /api/sources/{target.sources[0]}", "POST /api/auth/device", "PUT /api/progress/tt1"):
        status, answer = target.ask(line, target.bearer(), origin, body=b"{}")
        assert (status, code_of(answer)) == (403, "cross_origin")
    status, answer = target.ask("GET /api/sources", f"Cookie: miauflix_access={target.device['accessToken']}", origin)
    assert status == 200, "reading is safe: browsers neither send our cookie there nor show the answer"
    assert b"Access-Control" not in answer


def test_no_other_site_is_told_that_it_may(target: Target) -> None:
    origin = ["Origin: http://evil.example", "Access-Control-Request-Method: DELETE"]
    status, answer = target.ask("OPTIONS /api/sources", *origin)
    assert (status, code_of(answer)) == (405, "method_not_allowed")
    assert b"Access-Control" not in answer


def test_whatever_is_answered_has_the_headers(target: Target) -> None:
    asked = [
        target.ask("GET /"),
        target.ask("GET /api/status"),
        target.ask("GET /api/status", target.bearer()),
        target.ask("GET /nothing"),
        target.ask("GET /", host="evil.example"),
        target.ask("GET /api/stream/x"),
        target.send(b"nonsense\r\n\r\n"),
    ]
    for _, answer in asked:
        for header in (
            b"X-Frame-Options: DENY",
            b"X-Content-Type-Options: nosniff",
            b"Referrer-Policy: no-referrer",
            b"frame-ancestors 'none'",
            b"Cross-Origin-Resource-Policy: same-origin",
        ):
            assert header in answer
        assert b"aiohttp" not in answer
        assert b"Python" not in answer


BODIES = {
    "deep lists": b"[" * 60_000,
    "deep objects": b'{"a":' * 12_000,
    "a huge integer": b'{"grantType":"device_code","deviceCode":' + b"9" * 60_000 + b"}",
    "a huge exponent": b'{"grantType":"device_code","deviceCode":1e999999999}',
    "no text": b'{"grantType":"device_code","deviceCode":"\xff"}',
    "half a surrogate": b'{"grantType":"device_code","deviceCode":"\\ud800"}',
    "nothing known": json.dumps({"grantType": NEEDLE, NEEDLE: NEEDLE}).encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_bodies_that_are_made_to_hurt_are_malformed_requests(target: Target, body: bytes) -> None:
    for line in ("POST /api/auth/token", "POST /api/sources", "PUT /api/progress/tt1", "POST /api/auth/device"):
        status, answer = target.ask(line, target.bearer(), body=body)
        assert (status, code_of(answer)) == (400, "invalid_request")


def test_bodies_beyond_the_limit_are_refused(target: Target) -> None:
    too_long = b'{"name":"' + b"x" * (64 << 10) + b'"}'
    assert target.ask("POST /api/auth/device", body=too_long)[0] == 413
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(too_long), too_long)
    head = f"POST /api/auth/device HTTP/1.1\r\nHost: {target.host}\r\nContent-Type: application/json\r\n"
    assert target.send(head.encode() + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunked)[0] == 413


MALFORMED = {
    "two lengths": b"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "length, chunks": b"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0",
    "a header without a colon": b"GET / HTTP/1.1\r\nHost: {host}\r\n{needle}\r\n\r\n",
    "a long line": b"GET /{needle}" + b"x" * 9000 + b" HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a long header": b"GET / HTTP/1.1\r\nHost: {host}\r\nX: {needle}" + b"x" * 9000 + b"\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00 {needle}\r\n\r\n",
    "a wrong version": b"GET /{needle} HTTP/7.3\r\nHost: {host}\r\n\r\n",
    "no address": b"GET http://[{needle} HTTP/1.1\r\nHost: {host}\r\n\r\n",
}


@pytest.mark.parametrize("request_bytes", MALFORMED.values(), ids=MALFORMED)
def test_malformed_requests_are_refused_and_not_repeated(target: Target, request_bytes: bytes) -> None:
    filled = request_bytes.replace(b"{host}", target.host.encode()).replace(b"{needle}", NEEDLE.encode())
    status, answer = target.send(filled)
    assert (status, code_of(answer)) == (400, "invalid_request")


def test_a_thousand_guessed_codes_let_nobody_in(target: Target) -> None:
    _, answer = target.ask("POST /api/auth/device", body=b'{"name":"A TV"}')
    started = json.loads(answer.partition(b"\r\n\r\n")[2])
    guesses = [started["userCode"], *(f"{NEEDLE}{number}" for number in range(999))]
    refused = []
    with closing(socket.create_connection(("127.0.0.1", target.port), timeout=60)) as connection:
        stream = connection.makefile("rb")
        for guess in guesses:
            body = json.dumps({"grantType": "device_code", "deviceCode": guess}).encode()
            head = f"POST /api/auth/token HTTP/1.1\r\nHost: {target.host}\r\nContent-Type: application/json\r\n"
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            status, length = int(stream.readline().split()[1]), 0
            while (line := stream.readline().strip()) != b"":
                length = int(line.split()[1]) if line.lower().startswith(b"content-length:") else length
            refused.append((status, json.loads(stream.read(length))["code"]))
    assert set(refused) == {(400, "invalid_grant")}
    assert len(refused) == 1000


def test_codes_are_not_approved_by_who_only_watches(target: Target) -> None:
    for code in ("ABCD", NEEDLE[:16], "%2e%2e"):
        status, answer = target.ask(f"PUT /api/pairings/{code}", target.bearer(), body=b'{"approved":true}')
        assert (status, code_of(answer)) == (403, "forbidden")


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    head, claims, signature = token.split(".")
    return (*(json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, claims)), signature)


def encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def forged_tokens(target: Target) -> dict[str, str]:
    """Return tokens that must not pass; those signed with the server's own key are wrong in one thing each."""
    _, claims, signature = parts_of(target.device["accessToken"])
    own, foreign = derive(target.root, "auth/access-token"), b"k" * 32
    device = Device(DeviceId(target.device["deviceId"]), "TV", Scope.VIEWER, utc_now())
    media = MediaTokens(derive(target.root, "auth/media-token")).issue(device, SourceId(target.sources[0]), utc_now())
    good = AccessTokens(own).issue(device, utc_now())
    return {
        "of a revoked device": target.revoked["accessToken"],
        "expired": AccessTokens(own).issue(device, utc_now() - timedelta(minutes=15, seconds=1)),
        "without a signature": f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded(claims)}.",
        "without a signature, in capitals": f"{encoded({'alg': 'NONE'})}.{encoded(claims)}.{signature}",
        "of another key": jwt.encode(claims, foreign, algorithm="HS256"),
        "of another algorithm": jwt.encode(claims, own + own, algorithm="HS512"),
        "for another audience": jwt.encode(claims | {"aud": "media"}, own, algorithm="HS256"),
        "for several audiences": jwt.encode(claims | {"aud": []}, own, algorithm="HS256"),
        "of another issuer": jwt.encode(claims | {"iss": "evil"}, own, algorithm="HS256"),
        "of a later generation": jwt.encode(claims | {"gen": 7}, own, algorithm="HS256"),
        "of nobody": jwt.encode(claims | {"sub": NEEDLE}, own, algorithm="HS256"),
        "that never expires": jwt.encode({k: v for k, v in claims.items() if k != "exp"}, own, algorithm="HS256"),
        "that expires at infinity": jwt.encode(claims | {"exp": 10**400}, own, algorithm="HS256"),
        "with a changed claim": f"{good.split('.')[0]}.{encoded(claims | {'scope': 'admin'})}.{good.split('.')[2]}",
        "for media": media,
        "to refresh with": target.device["refreshToken"],
        "cut off": good[:-3],
        "much too long": good + "a" * 4000,
        "nonsense": NEEDLE,
    }


def test_forged_and_stale_tokens_are_refused(target: Target) -> None:
    assert target.ask("GET /api/sources", target.bearer())[0] == 200
    for name, token in forged_tokens(target).items():
        for credential in (f"Authorization: Bearer {token}", f"Cookie: miauflix_access={token}"):
            status, answer = target.ask("GET /api/sources", credential)
            wanted = "token_expired" if name == "expired" else "unauthorized"
            assert (status, code_of(answer)) == (401, wanted), name
            assert token.encode() not in answer


def test_a_media_token_opens_one_video_for_one_device(target: Target) -> None:
    first, second = target.sources
    status, answer = target.ask(f"POST /api/sources/{first}/media-url", target.bearer(), body=b"{}")
    assert status == 200
    url = json.loads(answer.partition(b"\r\n\r\n")[2])["url"]
    assert target.ask(f"GET {url}", "Range: bytes=0-9")[0] == 206
    token = url.split("/")[4]
    device = Device(DeviceId(target.revoked["deviceId"]), "Old TV", Scope.VIEWER, utc_now())
    tokens = MediaTokens(derive(target.root, "auth/media-token"))
    late = tokens.issue(
        Device(DeviceId(target.device["deviceId"]), "TV", Scope.VIEWER, utc_now()),
        SourceId(first),
        utc_now() - timedelta(hours=12, seconds=1),
    )
    for path, code in (
        (f"{second}/{token}/video.mkv", "unauthorized"),
        (f"{first}/{tokens.issue(device, SourceId(first), utc_now())}/video.mkv", "unauthorized"),
        (f"{first}/{late}/video.mkv", "token_expired"),
        (f"{first}/{target.device['accessToken']}/video.mkv", "unauthorized"),
        (f"{first}/{token[:-2]}/video.mkv", "unauthorized"),
    ):
        status, answer = target.ask(f"GET /api/stream/{path}", target.bearer())
        assert (status, code_of(answer)) == (401, code)
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        status, answer = target.ask(f"{method} {url}", body=b"{}")
        assert (status, code_of(answer)) == (405, "method_not_allowed")


@asynccontextmanager
async def slow(target: Target, number: int, first: bytes) -> AsyncIterator[asyncio.StreamReader]:
    """Open a connection that sends a beginning and nothing more, from one of several addresses."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", target.port, local_addr=(f"127.0.1.{1 + number // 25}", 0)
    )
    writer.write(first)
    try:
        yield reader
    finally:
        writer.close()


async def until_dropped(reader: asyncio.StreamReader) -> None:
    with contextlib.suppress(ConnectionError):
        assert await reader.read() == b""


async def play(target: Target, source: str, ends: asyncio.Event) -> list[float]:
    """Play, seeking on a new connection each time, until told to end; return how long each answer took."""
    took: list[float] = []
    headers = {"Authorization": f"Bearer {target.device['accessToken']}"}
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(f"http://{target.host}", headers=headers, connector=connector) as client:
        while not ends.is_set():
            began, place = monotonic(), len(took) % 8 << 16
            part = {"Range": f"bytes={place}-{place + 0xFFFF}"}
            async with client.get(f"/api/stream/{source}", headers=part) as reply:
                assert (reply.status, len(await reply.read())) == (206, 1 << 16)
            took.append(monotonic() - began)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ends.wait(), 0.05)  # a player takes its time
    return took


async def test_a_flood_of_slow_connections_stalls_nobody_and_is_gone_soon(target: Target) -> None:
    beginning = f"GET / HTTP/1.1\r\nHost: {target.host}\r\nX-Slow: ".encode()
    whole = f"GET /health HTTP/1.1\r\nHost: {target.host}\r\n\r\n".encode()
    ends = asyncio.Event()
    async with asyncio.timeout(90), contextlib.AsyncExitStack() as stack:
        players = [asyncio.create_task(play(target, source, ends)) for source in target.sources]
        for number in range(300):
            await stack.enter_async_context(slow(target, number, whole))
        dripping = [await stack.enter_async_context(slow(target, number, beginning)) for number in range(300, 500)]
        began = monotonic()
        await asyncio.gather(*map(until_dropped, dripping))
        assert monotonic() - began < 20
        ends.set()
        took = [*await players[0], *await players[1]]
    assert len(took) > 20
    assert max(took) < 5, "a player has more than that in its buffer"

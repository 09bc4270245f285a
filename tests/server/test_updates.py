"""Word of updates: from a real HTTPS server with a certificate, signed with a real key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import date
from functools import partial
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from fakes.certificates import make_authority
from fakes.resolver import PUBLIC, FakeResolver, plays_public
from hypothesis import given
from hypothesis import strategies as st

from installer.announce import make_key, sign
from server.errors import UpdateCheckError
from server.events import NoticeCode
from server.http.client import HttpClient
from server.models import NewerRelease
from server.updates import CHANNEL, MAX_BYTES, Announcement, Channel, Updates, is_newer, open_announcement, read_channel

HOST = "updates.example"
PAGE = "https://miauflix.example/releases"
NEWS = Announcement("1.1.0", date(2026, 12, 1), PAGE, ("Plays more.", "Weighs less"))
PASSPHRASE = b"for the test"


@pytest.fixture(scope="module")
def keys() -> tuple[bytes, bytes]:
    return make_key(PASSPHRASE)


class Makers:
    """The makers' web server: what it says, and how often it was asked."""

    def __init__(self, keys: tuple[bytes, bytes]) -> None:
        self._private, self._public = keys
        self.port = 0
        self.says(NEWS)
        self.status = 200
        self.asked: asyncio.Queue[web.BaseRequest] = asyncio.Queue()

    def says(self, announcement: Announcement) -> None:
        self.body = sign(announcement, self._private, PASSPHRASE)

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.asked.put_nowait(request)
        return web.Response(body=self.body, status=self.status)

    def connect(self) -> AbstractAsyncContextManager[HttpClient]:
        return HttpClient.running(is_allowed=plays_public, resolver=FakeResolver({HOST: [PUBLIC]}))

    def updates(self, current: str = "1.0.0") -> Updates:
        channel = Channel(f"https://{HOST}:{self.port}/miauflix.json", self._public)
        return Updates(channel, connect=self.connect, current=current)


@pytest.fixture
async def makers(keys: tuple[bytes, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Makers]:
    authority = make_authority(tmp_path, HOST)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    makers = Makers(keys)
    runner = web.ServerRunner(web.Server(makers.answer))
    await runner.setup()
    await web.TCPSite(runner, PUBLIC, 0, ssl_context=authority.server).start()
    makers.port = runner.addresses[0][1]
    yield makers
    await runner.cleanup()


async def test_a_newer_release_is_told_of(makers: Makers) -> None:
    updates = makers.updates()
    assert await updates.check() == NewerRelease(NEWS.version, NEWS.date, NEWS.page, NEWS.notes)
    assert updates.available is not None
    (notice,) = updates.notices
    assert notice.code is NoticeCode.UPDATE_AVAILABLE
    assert notice.text == f"Miauflix 1.1.0 is there. New: Plays more; Weighs less. Get it at {PAGE}"


@pytest.mark.parametrize("current", ["1.1.0", "1.1", "1.2.0", "2.0"])
async def test_the_newest_release_hears_nothing(makers: Makers, current: str) -> None:
    updates = makers.updates(current)
    assert await updates.check() is None
    assert updates.notices == ()


async def test_a_notice_goes_once_the_release_is_withdrawn(makers: Makers) -> None:
    updates = makers.updates()
    await updates.check()
    makers.says(Announcement("1.0.0", date(2026, 12, 2), PAGE))
    await updates.check()
    assert updates.notices == ()


async def test_nobody_else_can_announce(makers: Makers) -> None:
    forger, _ = make_key(PASSPHRASE)
    makers.body = sign(NEWS, forger, PASSPHRASE)
    updates = makers.updates()
    with pytest.raises(UpdateCheckError, match="not by the makers"):
        await updates.check()
    assert updates.notices == ()


async def test_a_changed_word_is_noticed(makers: Makers) -> None:
    envelope = msgspec.json.decode(makers.body)
    envelope["signed"] = msgspec.json.encode(msgspec.json.encode(NEWS).replace(b"1.1.0", b"9.9.9")).decode().strip('"')
    makers.body = msgspec.json.encode(envelope)
    with pytest.raises(UpdateCheckError, match="not by the makers"):
        await makers.updates().check()


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"signed":"?","signature":"?"}', b"\xff" * 10, b"[]"])
async def test_nonsense_is_an_error_and_nothing_more(makers: Makers, body: bytes) -> None:
    makers.body = body
    with pytest.raises(UpdateCheckError, match="can't be understood"):
        await makers.updates().check()


async def test_an_endless_answer_is_not_read_to_its_end(makers: Makers) -> None:
    makers.body = b" " * (MAX_BYTES + 1)
    with pytest.raises(UpdateCheckError, match="can't be asked"):
        await makers.updates().check()


async def test_a_server_in_trouble_is_an_error(makers: Makers) -> None:
    makers.status = 503
    with pytest.raises(UpdateCheckError, match="answered with 503"):
        await makers.updates().check()


async def test_a_server_without_a_trusted_certificate_is_not_believed(
    makers: Makers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(UpdateCheckError, match="no valid certificate"):
        await makers.updates().check()
    assert makers.asked.empty()


async def test_it_asks_at_the_start_and_again_later_when_allowed(makers: Makers) -> None:
    async with makers.updates().running(allowed=True, interval=0.01), asyncio.timeout(30):
        await makers.asked.get()
        await makers.asked.get()


async def test_trouble_does_not_end_the_asking(makers: Makers) -> None:
    makers.status = 500
    updates = makers.updates()
    async with updates.running(allowed=True, interval=0.01), asyncio.timeout(30):
        await makers.asked.get()
        makers.status = 200
        while updates.available is None:
            await makers.asked.get()


async def test_nobody_is_asked_unless_that_is_allowed(makers: Makers) -> None:
    before = asyncio.all_tasks()
    async with makers.updates().running(allowed=False):
        assert asyncio.all_tasks() == before
    async with Updates(None).running(allowed=True):
        assert asyncio.all_tasks() == before
    assert makers.asked.empty()


async def test_a_checkout_says_that_there_is_nobody_to_ask() -> None:
    with pytest.raises(UpdateCheckError, match="not made from a package"):
        await Updates(None).check()


def test_the_channel_comes_with_the_package(tmp_path: Path, keys: tuple[bytes, bytes]) -> None:
    assert read_channel(tmp_path) is None
    channel = Channel("https://miauflix.example/news.json", keys[1])
    (tmp_path / CHANNEL).write_bytes(msgspec.json.encode(channel))
    assert read_channel(tmp_path) == channel


@pytest.mark.parametrize("text", ["", "[]", '{"url":"http://clear.example","publicKey":""}'])
def test_a_broken_channel_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / CHANNEL).write_text(text, encoding="utf-8")
    assert read_channel(tmp_path) is None


@given(st.binary(max_size=300))
def test_whatever_a_server_says_is_taken_or_refused(data: bytes) -> None:
    with pytest.raises(UpdateCheckError):
        open_announcement(data, bytes(32))


NUMBERS = st.lists(st.integers(0, 9999), min_size=2, max_size=4)


@given(NUMBERS, NUMBERS)
def test_versions_are_compared_by_their_numbers(one: list[int], other: list[int]) -> None:
    written = partial(str.join, ".")
    padded_one, padded_other = ([*numbers, 0, 0, 0][:4] for numbers in (one, other))
    assert is_newer(written(map(str, one)), written(map(str, other))) is (padded_one > padded_other)

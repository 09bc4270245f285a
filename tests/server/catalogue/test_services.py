from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from fakes.rests import MemoryRests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.catalogue.cinemeta import Cinemeta
from server.catalogue.internet_archive import InternetArchive
from server.catalogue.service import CatalogueService, JsonService, moment, number, text, texts, web_address
from server.catalogue.tmdb import Tmdb
from server.errors import CatalogueUnavailableError
from server.http.client import HttpClient
from server.http.polite import Backoff, PoliteClient
from server.models import ItemId, TitleKind
from server.titles import Title

TITLE = ItemId("tt0083658")


@dataclass
class Scripted:
    """Answers whatever it is told to."""

    body: bytes = b"{}"
    status: int = 200
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.requests.append((request.path_qs, request.headers.get("Authorization")))
        return web.Response(body=self.body, status=self.status)


@pytest.fixture
async def site() -> AsyncIterator[Scripted]:
    site = Scripted()
    runner = web.ServerRunner(web.Server(site.answer))
    await runner.setup()
    tcp = web.TCPSite(runner, "127.0.0.1", 0)
    await tcp.start()
    site.url = f"http://127.0.0.1:{tcp.port}"
    yield site
    await runner.cleanup()


@pytest.fixture
async def server(site: Scripted) -> AsyncIterator[JsonService]:
    async with HttpClient.running() as http:
        client = await PoliteClient.remembering(http, MemoryRests(), backoff=Backoff(0.001, 0.001, 0))
        yield JsonService(client, site.url, typed=True)


def services(server: JsonService, key: str | None = "k" * 32) -> list[CatalogueService]:
    async def find_key() -> str | None:
        return key

    return [Cinemeta(server), InternetArchive(server, "http://archive.example"), Tmdb(server, find_key)]


class NeverAsked(JsonService):
    """Gives JSON that is not of any server."""

    def __init__(self, value: Any) -> None:
        self.value = value

    async def get(self, path: str, params: dict[str, str] | None = None, **headers: str) -> Any:  # noqa: ARG002 - as it is
        return self.value


NAMES = st.sampled_from(
    re.findall(
        r"\w+",
        "metas meta id imdb_id name year videos season number poster genres released releaseInfo background response "
        "docs identifier title metadata runtime subject date numFound description movie_results tv_results "
        "poster_path overview release_date",
    )
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just("tt0083658")
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=8), max_leaves=25
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(value=ANYTHING)
async def test_no_answer_is_too_strange(value: Any) -> None:
    for service in services(NeverAsked(value)):
        listing = await service.titles("x", TitleKind.MOVIE, 1)
        assert all(isinstance(title, Title) and title.title for title in listing.titles)
        for title_id in (TITLE, ItemId("archive:x")):
            details = await service.details(title_id)
            assert details is None or details.title.title


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 200), (b"<html>", 200), (b"{", 200), (b"\xff", 200), (b"no", 403), (b"{}", 500)]
)
async def test_what_is_no_catalogue_counts_as_out_of_reach(
    site: Scripted, server: JsonService, body: bytes, status: int
) -> None:
    site.body, site.status = body, status
    with pytest.raises(CatalogueUnavailableError):
        await Cinemeta(server).titles("x", TitleKind.MOVIE, 1)


async def test_what_is_not_there_is_no_failure(site: Scripted, server: JsonService) -> None:
    site.body, site.status = b"<html>Not found</html>", 404
    for service in services(server):
        assert (await service.titles("x", TitleKind.MOVIE, 1)).titles == ()
        assert await service.details(TITLE) is None


async def test_tmdb_is_asked_with_the_users_key_of_either_kind(site: Scripted, server: JsonService) -> None:
    film = {"title": "Blade Runner", "release_date": "1982-06-25", "overview": "Rain.", "poster_path": "/a.jpg"}
    site.body = json.dumps({"movie_results": [film], "tv_results": []}).encode()
    *_, old = services(server, "0123456789abcdef")
    details = await old.details(TITLE)
    assert details
    assert (details.title.title, details.title.year, details.overview) == ("Blade Runner", 1982, "Rain.")
    assert details.title.poster == "https://image.tmdb.org/t/p/w500/a.jpg"
    *_, new = services(server, "a.b.c")
    assert await new.details(TITLE) == details
    assert site.requests == [
        (f"/3/find/{TITLE}?external_source=imdb_id&api_key=0123456789abcdef", None),
        (f"/3/find/{TITLE}?external_source=imdb_id", "Bearer a.b.c"),
    ]
    *_, without = services(server, None)
    assert await without.details(TITLE) is None
    assert len(site.requests) == 2


async def test_words_of_a_query_can_not_change_what_is_asked(site: Scripted, server: JsonService) -> None:
    await InternetArchive(server, site.url).titles('x) OR mediatype:(texts) "', TitleKind.MOVIE, 1)
    await Cinemeta(server).titles("../../x?y", TitleKind.SHOW, 1)
    (archive, _), (cinemeta, _) = site.requests
    assert "title:(x+OR+mediatype+texts)+AND" in archive
    assert cinemeta == "/catalog/series/top/search=..%2F..%2Fx%3Fy.json"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("117 min", 117), ("2005-2013", 2005), (1982, 1982), (None, None), ("n/a", None), ([], None), (["12"], 12)],
)
def test_numbers(value: Any, expected: int | None) -> None:
    assert number(value) == expected


def test_values_are_cleaned() -> None:
    assert text("  <b>Bold</b>\n words ") == "Bold words"
    assert text("x" * 9000) == "x" * 5000
    assert texts("Drama, Sci-Fi; Drama") == ("Drama", "Sci-Fi")
    assert moment("1982-06-25") == moment("1982-06-25T00:00:00Z")
    assert moment("soon") is None
    assert web_address("https://x.example/a.jpg") == "https://x.example/a.jpg"
    assert [web_address(value) for value in ("javascript:alert(1)", "/a.jpg", None, "http://x.example/a b")] == [
        None
    ] * 4

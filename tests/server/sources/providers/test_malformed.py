"""Whatever a server answers: a provider raises nothing but its own errors, and makes up no torrent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, cast

from fakes.sites.archive import ArchiveItem
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.http.client import HttpReply
from server.http.polite import PoliteClient, Service
from server.models import ItemId
from server.sources.provider import EpisodeQuery, MovieQuery, ProviderError, Release, TorrentProvider
from server.sources.providers.eztv import EztvProvider
from server.sources.providers.internet_archive import InternetArchiveProvider
from server.sources.providers.therarbg import TheRarbgProvider
from server.sources.providers.torrentapi import TorrentApiProvider
from server.sources.providers.torznab import TorznabProvider
from server.sources.providers.yts import YtsProvider

TT = "tt0017136"
FILM = MovieQuery(ItemId(TT), "Metropolis", 1927, TT)
EPISODE = EpisodeQuery(ItemId(f"{TT}:1:2"), "Metropolis", 1, 2, imdb_id=TT)
HASHES = [f"{number:02x}" * 20 for number in range(1, 6)]
SERVICE = Service("http://public.example")


class Canned:
    """Answers everything with one body, save what the protocol needs before it comes to that."""

    def __init__(self, body: bytes, before: Mapping[str, bytes]) -> None:
        self.body = body
        self.before = before

    async def get(self, _: Service, url: str, *, params: Mapping[str, str] | None = None, **__: Any) -> HttpReply:
        asked = f"{url} {params}"
        body = next((body for part, body in self.before.items() if part in asked), self.body)
        return HttpReply(200, {}, body, whole=True)

    async def turned_away(self, *_: object) -> None:
        pass


async def no_keys() -> Mapping[str, str]:
    return {}


CAPS = (
    b'<caps><searching><search available="yes"/><tv-search available="yes" supportedParams="q,season,ep,imdbid"/>'
    b'<movie-search available="yes" supportedParams="q,imdbid"/></searching></caps>'
)
ITEM = ArchiveItem()
PROVIDERS: dict[str, tuple[Callable[[PoliteClient], TorrentProvider], dict[str, bytes]]] = {
    "yts": (lambda client: YtsProvider(client, SERVICE), {}),
    "eztv": (lambda client: EztvProvider(client, SERVICE), {}),
    "torrentapi": (lambda client: TorrentApiProvider(client, SERVICE), {"get_token": b'{"token":"t"}'}),
    "therarbg": (lambda client: TheRarbgProvider(client, SERVICE), {}),
    "torznab": (lambda client: TorznabProvider("x", client, SERVICE, no_keys), {"'caps'": CAPS}),
    "archive": (lambda client: InternetArchiveProvider(client, SERVICE), {"_archive.torrent": ITEM.torrent}),
}

# --- answers that are nearly right

magnets = st.sampled_from(HASHES).map("magnet:?xt=urn:btih:{}&dn=x".format)
names = st.sampled_from(["Metropolis.1927.1080p.BluRay", "Metropolis S01E02 720p WEB", "Metropolis.S01.Complete", ""])
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
counts = st.sampled_from(["1,234", "n/a", "", "12", 7, -1, 1.5, None, 10**30, "9" * 400])
ids = st.sampled_from([TT, "17136", 17136, "tt0000001", "", None, 0])
GOOD: dict[str, st.SearchStrategy[Any]] = {
    "hash": st.sampled_from(HASHES),
    "info_hash": st.sampled_from([each.upper() for each in HASHES]),
    "magnet_url": magnets,
    "download": magnets,
    "title": names,
    "filename": names,
    "name": names,
    "imdb_id": ids,
    "imdb_code": ids,
    "episode_info": st.fixed_dictionaries({"imdb": ids}),
    **dict.fromkeys(["seeds", "seeders", "peers", "leechers", "size", "size_bytes", "season", "episode"], counts),
    **dict.fromkeys(["date_uploaded_unix", "date_released_unix", "pubdate", "timestamp", "year"], counts),
    "identifier": st.sampled_from(["night_of_the_living_dead", "x", "../x", ""]),
    "files": st.lists(st.fixed_dictionaries({"name": st.sampled_from(["film.mp4", "x"]), "size": counts}), max_size=2),
    "trackers": st.lists(st.just("udp://t.example:1") | junk, max_size=2),
}
fields = st.sampled_from(list(GOOD)).flatmap(lambda name: st.tuples(st.just(name), GOOD[name] | junk))
plain_rows = st.lists(fields, max_size=14).map(dict) | junk
rows = st.lists(
    st.tuples(plain_rows, st.lists(plain_rows, max_size=4)).map(
        lambda pair: pair[0] | {"torrents": pair[1]} if isinstance(pair[0], dict) else pair[0]
    ),
    max_size=5,
)
LISTS = ["movies", "torrents", "torrent_results", "trb_posts", "docs", "files"]


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    listed = {name: draw(rows | junk) for name in LISTS}
    document: dict[str, Any] = {"status": draw(st.sampled_from(["ok", "error", None])), "imdb_id": draw(ids)}
    document |= {"error_code": draw(st.sampled_from([20, 5, 4, "x", 99]))} if draw(st.booleans()) else {}
    document |= {"server": draw(st.sampled_from(["ia1.example", "127.0.0.1", "a b", 3])), "metadata": draw(junk)}
    document |= {"dir": draw(st.sampled_from(["/3/items/night_of_the_living_dead", "/3/../x", 7]))}
    document |= listed | {"data": listed, "response": listed}
    return json.dumps(document).encode()


@st.composite
def feeds(draw: st.DrawFn) -> bytes:
    attributes = st.sampled_from(["infohash", "magneturl", "seeders", "peers", "imdbid", "season", "episode", "size"])
    values = st.sampled_from([*HASHES, "12", "n/a", TT]) | magnets.map(lambda text: text.replace("&", "&amp;"))
    items = []
    for _ in range(draw(st.integers(0, 5))):
        inner = f"<title>{draw(names)}</title><size>{draw(counts)}</size><pubDate>{draw(counts)}</pubDate>"
        for _ in range(draw(st.integers(0, 4))):
            inner += f'<torznab:attr name="{draw(attributes)}" value="{draw(values)}"/>'
        link = draw(st.sampled_from(["", "<link>file:///x</link>", "<link/>", '<enclosure url="x" length="-1"/>']))
        items.append(f"<item>{inner}{link}</item>")
    body = '<rss xmlns:torznab="x"><channel>' + "".join(items) + "</channel></rss>"
    return body.encode(errors="replace")


@st.composite
def damaged(draw: st.DrawFn, bodies: st.SearchStrategy[bytes]) -> bytes:
    """Cut a piece out of an answer, put something in, or leave it as it is."""
    body = draw(bodies)
    start = draw(st.integers(0, len(body)))
    end = draw(st.integers(start, len(body)))
    return draw(st.sampled_from([body, body[:start], body[:start] + draw(st.binary(max_size=9)) + body[end:]]))


answers = damaged(documents()) | damaged(feeds()) | st.binary(max_size=60)


async def ask(kind: str, body: bytes) -> list[Release]:
    make, before = PROVIDERS[kind]
    found: list[Release] = []
    for query in (FILM, EPISODE):
        provider = make(cast("PoliteClient", Canned(body, before)))
        with suppress(ProviderError):
            if isinstance(query, MovieQuery):
                found += (await provider.search_movie(query)).releases
            else:
                found += (await provider.search_episode(query)).releases
    return found


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=answers)
def test_no_answer_makes_a_provider_stumble_or_invent(body: bytes) -> None:
    text = body.decode(errors="replace").lower()
    for kind in PROVIDERS:
        for release in asyncio.run(ask(kind, body)):
            assert release.name
            assert release.identifiers is not None
            info_hash = release.identifiers.info_hash
            assert info_hash == ITEM.btih if kind == "archive" else info_hash in text
            # another film's may be echoed, which the aggregator then leaves out; but it was in the answer
            assert release.imdb_id in {None, TT} or str(release.imdb_id).removeprefix("tt").lstrip("0") in text
            assert release.seeders is None or 0 <= release.seeders <= 10**8
            assert release.size_bytes is None or release.size_bytes > 0


def test_the_answers_hold_torrents_that_are_found() -> None:
    """The test above would prove nothing if no answer were ever good enough."""
    good = {"hash": HASHES[0], "info_hash": HASHES[0], "magnet_url": f"magnet:?xt=urn:btih:{HASHES[0]}", "imdb_id": TT}
    named = {"title": "Metropolis S01E02", "name": "Metropolis S01E02", "download": good["magnet_url"]}
    row = good | named
    lists: dict[str, Any] = {key: [row] for key in LISTS}
    lists["movies"] = [{"imdb_code": TT, "title": "M", "torrents": [row]}]
    body = json.dumps({"status": "ok", "imdb_id": TT, **lists}).encode()
    item = f'<item><title>M S01E02</title><attr name="infohash" value="{HASHES[0]}"/></item>'
    feed = f"<rss><channel>{item}</channel></rss>"
    for kind in ("yts", "eztv", "torrentapi", "therarbg"):
        assert asyncio.run(ask(kind, body)), kind
    assert asyncio.run(ask("torznab", feed.encode()))

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fakes.sites.site import Trouble
from fakes.sites.torrent import FakeTorrent
from fakes.sites.yts import YtsSite

from server.http.polite import PoliteClient, Service
from server.models import ItemId, Quality
from server.sources.provider import (
    Answer,
    EpisodeQuery,
    MovieQuery,
    ProviderBlockedError,
    ProviderError,
    ProviderMalformedError,
    ProviderRefusedError,
    ProviderRestingError,
    ProviderUnreachableError,
)
from server.sources.providers.yts import YtsProvider

QUERY = MovieQuery(ItemId("tt0017136"), "Metropolis", 1927, "tt0017136")


@pytest.fixture
async def site() -> AsyncIterator[YtsSite]:
    async with YtsSite.running() as site:
        yield site


@pytest.fixture
def provider(client: PoliteClient, site: YtsSite) -> YtsProvider:
    return YtsProvider(client, Service(site.url, typed=True, seconds=5))


async def test_a_film(provider: YtsProvider, site: YtsSite) -> None:
    torrent = FakeTorrent(seeders=120, leechers=7, size=3 << 30)
    site.add(torrent, FakeTorrent(resolution="720p", kind="web", codec="x265"), FakeTorrent(imdb_id="tt0000001"))
    answer = await provider.search_movie(QUERY)
    assert answer.dropped == 0
    best, other = answer.releases
    assert (best.provider, best.name) == ("yts", "Metropolis (1927) 1080p bluray")
    assert (best.quality, best.resolution, best.codec) == (Quality.BLURAY, "1080p", "h264")
    assert (best.seeders, best.leechers, best.size_bytes) == (120, 7, 3 << 30)
    assert (best.imdb_id, best.year, best.season, best.episode) == ("tt0017136", 1927, None, None)
    assert best.published_at == datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
    assert best.identifiers is not None
    assert best.identifiers.info_hash == torrent.info_hash
    assert (best.identifiers.magnet or "").startswith(f"magnet:?xt=urn:btih:{torrent.info_hash}&dn=Metropolis")
    assert (other.quality, other.resolution, other.codec) == (Quality.WEB, "720p", "hevc")
    assert site.requests == ["/api/v2/list_movies.json?query_term=tt0017136&limit=50"]


async def test_a_film_by_its_title(provider: YtsProvider, site: YtsSite) -> None:
    site.add(FakeTorrent())
    answer = await provider.search_movie(replace(QUERY, imdb_id=None))
    assert [release.year for release in answer.releases] == [1927]


async def test_nothing_found_has_no_films(provider: YtsProvider, site: YtsSite) -> None:
    assert await provider.search_movie(QUERY) == Answer()
    assert len(site.requests) == 2  # its details, too


async def test_a_film_that_only_its_details_list(provider: YtsProvider, site: YtsSite) -> None:
    site.unlisted = True
    site.add(FakeTorrent())
    assert len((await provider.search_movie(QUERY)).releases) == 1


async def test_a_film_without_torrents(provider: YtsProvider, site: YtsSite) -> None:
    site.add(FakeTorrent())
    site.without_torrents = True
    assert (await provider.search_movie(QUERY)).releases == ()


async def test_it_has_no_episodes(provider: YtsProvider, site: YtsSite) -> None:
    query = EpisodeQuery(ItemId("tt1:1:2"), "A Show", 1, 2, imdb_id="tt0000001")
    assert await provider.search_episode(query) == Answer()
    assert site.requests == []


async def test_a_cut_off_answer_with_39_whole_rows_of_100(provider: YtsProvider, site: YtsSite) -> None:
    site.add(*(FakeTorrent() for _ in range(100)))
    site.trouble(Trouble.CUT, rows=39)
    answer = await provider.search_movie(QUERY)
    assert len(answer.releases) == 39
    assert answer.dropped == 1
    hashes = [release.identifiers.info_hash for release in answer.releases if release.identifiers]
    assert hashes == [torrent.info_hash for torrent in site.torrents[:39]]
    assert {release.imdb_id for release in answer.releases} == {"tt0017136"}


async def test_5xx_twice_then_well(provider: YtsProvider, site: YtsSite) -> None:
    site.add(FakeTorrent())
    site.trouble(Trouble.ERROR, times=2)
    assert len((await provider.search_movie(QUERY)).releases) == 1


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble.ERROR, ProviderUnreachableError),
        (Trouble.DROP, ProviderUnreachableError),
        (Trouble.HTML, ProviderMalformedError),
        (Trouble.NOT_FOUND, ProviderMalformedError),
        (Trouble.CHALLENGE, ProviderBlockedError),
        (Trouble.LIMITED, ProviderBlockedError),
        (Trouble.BODY, ProviderMalformedError),
    ],
    ids=str,
)
async def test_troubles(provider: YtsProvider, site: YtsSite, trouble: Trouble, error: type[ProviderError]) -> None:
    site.trouble(trouble)
    with pytest.raises(error) as caught:
        await provider.search_movie(QUERY)
    assert "127.0.0.1" in str(caught.value)
    if error in {ProviderBlockedError, ProviderUnreachableError}:
        with pytest.raises(ProviderRestingError):
            await provider.search_movie(QUERY)
        site.well()
        assert await provider.search_movie(replace(QUERY, insist=True)) == Answer()


async def test_a_server_that_hangs(client: PoliteClient, site: YtsSite) -> None:
    provider = YtsProvider(client, Service(site.url, typed=True, seconds=0.05))
    site.trouble(Trouble.HANG)
    with pytest.raises(ProviderUnreachableError, match=r"did not answer within 0\.05 s"):
        await provider.search_movie(QUERY)


async def test_a_clone_that_answers_with_a_message(provider: YtsProvider, site: YtsSite) -> None:
    site.message = "Too many attempts for c12fe1c06bba254a9dc9f519b335aa7c1367a88a."
    with pytest.raises(ProviderRefusedError, match="Too many attempts for …"):
        await provider.search_movie(QUERY)


async def test_an_error_in_the_envelope(provider: YtsProvider, site: YtsSite) -> None:
    site.trouble(Trouble.BODY, body=b'{"status":"error","status_message":"Query failed"}')
    with pytest.raises(ProviderRefusedError, match="Query failed"):
        await provider.search_movie(QUERY)


async def test_odd_values_become_unknown_and_odd_rows_are_counted(provider: YtsProvider, site: YtsSite) -> None:
    good = {"hash": "C12FE1C06BBA254A9DC9F519B335AA7C1367A88A", "seeds": "1,234", "peers": "n/a", "size": "1.88 GB"}
    unknown = {"hash": "A" * 40, "seeds": 999, "size_bytes": "", "size": "?", "date_uploaded_unix": "soon"}
    rows = [good, unknown, {"hash": "nope"}, {"hash": "0" * 40}, 7, None, {}]
    film = {"imdb_code": "tt0017136", "title": "Metropolis", "year": "1927", "torrents": rows}
    body = {"status": "ok", "data": {"movies": [film, "film", {"imdb_code": "tt0017136", "torrents": None}]}}
    site.trouble(Trouble.BODY, body=json.dumps(body).encode())
    answer = await provider.search_movie(QUERY)
    first, second = answer.releases
    assert (first.seeders, first.leechers, first.size_bytes, first.year) == (1234, None, 2018634629, 1927)
    assert (second.seeders, second.size_bytes, second.published_at) == (None, None, None)
    assert second.quality is Quality.UNKNOWN
    assert answer.dropped == 6


@pytest.mark.parametrize("url", ["http://[::1", "http://a:99999", "http://:80", "nowhere", ""])
async def test_an_address_that_is_none(client: PoliteClient, url: str) -> None:
    with pytest.raises(ProviderUnreachableError):
        await YtsProvider(client, Service(url, typed=True)).search_movie(QUERY)

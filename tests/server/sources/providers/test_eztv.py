from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from fakes.clock import FakeClock
from fakes.sites.eztv import EztvSite
from fakes.sites.site import Rows, Trouble
from fakes.sites.torrent import FakeTorrent

from server.http.polite import PoliteClient, Service
from server.models import ItemId, Quality
from server.sources.provider import Answer, EpisodeQuery, MovieQuery, ProviderMalformedError, ProviderUnreachableError
from server.sources.providers.eztv import EztvProvider

SHOW = "tt0944947"
QUERY = EpisodeQuery(ItemId(f"{SHOW}:1:2"), "The Lighthouse Keepers", 1, 2, imdb_id=SHOW)


def episode(number: int | None, season: int = 1) -> FakeTorrent:
    return FakeTorrent("The Lighthouse Keepers", imdb_id=SHOW, kind="web", season=season, episode=number)


@pytest.fixture
async def site() -> AsyncIterator[EztvSite]:
    async with EztvSite.running() as site:
        yield site


@pytest.fixture
def provider(client: PoliteClient, site: EztvSite, clock: FakeClock) -> EztvProvider:
    return EztvProvider(client, Service(site.url, typed=True, seconds=5), clock)


async def test_an_episode(provider: EztvProvider, site: EztvSite) -> None:
    wanted = replace(episode(2), seeders=40, size=1 << 29)
    site.add(episode(1), wanted, episode(2, season=2), FakeTorrent(imdb_id="tt0000002", season=1, episode=2))
    answer = await provider.search_episode(QUERY)
    (release,) = answer.releases
    assert release.identifiers is not None
    assert release.identifiers.info_hash == wanted.info_hash
    assert "tracker.example" in (release.identifiers.magnet or "")
    assert (release.season, release.episode, release.imdb_id) == (1, 2, SHOW)
    assert (release.seeders, release.size_bytes, release.quality) == (40, 1 << 29, Quality.WEB)
    assert site.requests == ["/api/get-torrents?imdb_id=0944947&limit=100&page=1"]


async def test_packs_hold_the_episode(provider: EztvProvider, site: EztvSite) -> None:
    whole = FakeTorrent(imdb_id=SHOW, season=0, episode=0, name="The.Lighthouse.Keepers.S01-S03.1080p.WEB.h264-CAT")
    site.add(episode(None), episode(None, season=2), whole)
    answer = await provider.search_episode(QUERY)
    assert [(release.season, release.episode) for release in answer.releases] == [(1, None), (None, None)]


async def test_all_pages_are_read_once_in_an_hour(provider: EztvProvider, site: EztvSite, clock: FakeClock) -> None:
    site.add(*(episode(1) for _ in range(250)), episode(2))
    for _ in range(2):
        assert len((await provider.search_episode(QUERY)).releases) == 1
    assert len(site.requests) == 3
    clock.advance(hours=1)
    await provider.search_episode(QUERY)
    assert len(site.requests) == 6


async def test_a_server_that_ignores_what_is_asked_has_nothing(provider: EztvProvider, site: EztvSite) -> None:
    site.ignores_imdb = True
    site.add(episode(2), FakeTorrent(imdb_id="tt0000002", season=1, episode=2))
    assert await provider.search_episode(QUERY) == Answer()


async def test_a_show_without_torrents(provider: EztvProvider, site: EztvSite) -> None:
    assert await provider.search_episode(QUERY) == Answer()
    assert len(site.requests) == 1


class HalfSite(EztvSite):
    """Has lost its second page, until ``found``."""

    found = False

    async def answer(self, request: web.BaseRequest) -> Rows | web.StreamResponse:
        if request.query["page"] == "2" and not self.found:
            return web.Response(status=500)
        return await super().answer(request)


async def test_pages_before_one_that_fails_count_but_are_not_remembered(client: PoliteClient, clock: FakeClock) -> None:
    async with HalfSite.running() as site:
        site.add(episode(2), *(episode(1) for _ in range(150)), episode(2))
        provider = EztvProvider(client, Service(site.url, typed=True, seconds=5), clock)
        assert len((await provider.search_episode(QUERY)).releases) == 1
        site.found = True
        clock.advance(minutes=10)
        assert len((await provider.search_episode(QUERY)).releases) == 2


async def test_a_cut_off_page(provider: EztvProvider, site: EztvSite) -> None:
    site.add(*(episode(2) for _ in range(100)))
    site.trouble(Trouble.CUT, rows=39)
    answer = await provider.search_episode(QUERY)
    assert (len(answer.releases), answer.dropped) == (39, 1)


async def test_a_row_whose_hash_and_magnet_link_differ_is_dropped(provider: EztvProvider, site: EztvSite) -> None:
    one, other = episode(2), episode(2)
    row = {"hash": one.info_hash, "magnet_url": other.magnet, "title": "The Keepers S01E02", "imdb_id": "944947"}
    body = {"imdb_id": "944947", "torrents_count": 2, "torrents": [row, {"imdb_id": "944947"}]}
    site.trouble(Trouble.BODY, body=json.dumps(body).encode())
    assert await provider.search_episode(QUERY) == Answer((), 2)


@pytest.mark.parametrize(
    ("trouble", "error"), [(Trouble.HTML, ProviderMalformedError), (Trouble.ERROR, ProviderUnreachableError)], ids=str
)
async def test_troubles(provider: EztvProvider, site: EztvSite, trouble: Trouble, error: type[Exception]) -> None:
    site.trouble(trouble)
    with pytest.raises(error):
        await provider.search_episode(QUERY)


async def test_what_it_does_not_have(provider: EztvProvider, site: EztvSite) -> None:
    assert await provider.search_movie(MovieQuery(ItemId("tt1"), "Film")) == Answer()
    assert await provider.search_episode(EpisodeQuery(ItemId("x"), "Show", 1, 1)) == Answer()
    assert site.requests == []

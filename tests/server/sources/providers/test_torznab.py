from __future__ import annotations

import logging
import traceback
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

import pytest
from fakes.clock import FakeClock
from fakes.sites.site import Trouble
from fakes.sites.torrent import FakeTorrent
from fakes.sites.torznab import TorznabSite
from fakes.torrent_files import info, torrent_file

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
from server.sources.providers.torznab import TorznabProvider, api_url
from server.torrent.metainfo import parse_torrent_file

FILM = MovieQuery(ItemId("tt0017136"), "Metropolis", 1927, "tt0017136")
SHOW = "tt0944947"
EPISODE = EpisodeQuery(ItemId(f"{SHOW}:1:2"), "The Keepers", 1, 2, imdb_id=SHOW)


def keepers(number: int | None, season: int = 1) -> FakeTorrent:
    return FakeTorrent("The Keepers", imdb_id=SHOW, kind="web", season=season, episode=number)


class Keys:
    def __init__(self) -> None:
        self.keys = {"torznab.home": "k3y"}

    async def load(self) -> Mapping[str, str]:
        return self.keys


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
async def site() -> AsyncIterator[TorznabSite]:
    async with TorznabSite.running() as site:
        yield site


@pytest.fixture
def provider(client: PoliteClient, site: TorznabSite, keys: Keys, clock: FakeClock) -> TorznabProvider:
    return TorznabProvider("home", client, Service(site.url, typed=True, seconds=5), keys.load, clock)


async def test_a_film(provider: TorznabProvider, site: TorznabSite) -> None:
    torrent = FakeTorrent(seeders=50, leechers=20)
    site.add(torrent, FakeTorrent(imdb_id="tt0000001"))
    (release,) = (await provider.search_movie(FILM)).releases
    assert (provider.name, release.provider) == ("torznab.home", "torznab.home")
    assert release.identifiers is not None
    assert release.identifiers.info_hash == torrent.info_hash
    assert release.torrent_url is None
    assert (release.seeders, release.leechers, release.size_bytes) == (50, 20, 2 << 30)
    assert (release.imdb_id, release.published_at, release.quality) == (
        "tt0017136",
        torrent.published_at,
        Quality.BLURAY,
    )
    assert site.requests == [
        "/api?t=caps&apikey=k3y",
        "/api?t=movie&limit=100&imdbid=tt0017136&cat=2000&apikey=k3y",
    ]


async def test_what_it_can_be_asked_is_asked_for_once(provider: TorznabProvider, site: TorznabSite) -> None:
    for _ in range(2):
        await provider.search_movie(FILM)
    assert sum("t=caps" in request for request in site.requests) == 1


@pytest.mark.parametrize("params", ["q", "q,year", ""])
async def test_only_ids_that_it_knows_are_sent(provider: TorznabProvider, site: TorznabSite, params: str) -> None:
    site.movie_params = params
    site.add(FakeTorrent(), FakeTorrent("Metropolis", 1927, season=1, episode=3))
    assert len((await provider.search_movie(FILM)).releases) == 1
    assert "q=Metropolis+1927" in site.requests[-1] or "q=Metropolis%201927" in site.requests[-1]


async def test_by_title_when_the_id_finds_nothing(provider: TorznabProvider, site: TorznabSite) -> None:
    site.add(FakeTorrent(imdb_id=None))
    (release,) = (await provider.search_movie(FILM)).releases
    assert (release.imdb_id, release.year) == (None, 1927)


@pytest.mark.parametrize("params", ["q,season,ep,imdbid", "q,season,ep", "q"])
async def test_an_episode_and_its_season(provider: TorznabProvider, site: TorznabSite, params: str) -> None:
    site.tv_params = params
    site.add(keepers(1), keepers(2), keepers(None), keepers(2, season=2))
    found = (await provider.search_episode(EPISODE)).releases
    assert [(release.season, release.episode) for release in found] == [(1, 2), (1, None)]


async def test_links_that_redirect_to_magnet_links(provider: TorznabProvider, site: TorznabSite) -> None:
    site.style = "prowlarr"
    site.add(FakeTorrent(), FakeTorrent())
    found = (await provider.search_movie(FILM)).releases
    hashes = [release.identifiers.info_hash for release in found if release.identifiers]
    assert hashes == [torrent.info_hash for torrent in site.torrents]
    assert all(release.torrent_url is None for release in found)


async def test_links_to_torrent_files(provider: TorznabProvider, site: TorznabSite) -> None:
    site.style = "prowlarr"
    data = torrent_file(info([("film.mkv", 100_000)]))
    site.add(FakeTorrent(torrent_file=data), FakeTorrent(torrent_file=b"d8:announce0:e"), FakeTorrent())
    good, bad, other = (await provider.search_movie(FILM)).releases
    assert good.identifiers == parse_torrent_file(data).identifiers
    assert (bad.identifiers, other.identifiers is None) == (None, False)
    assert bad.torrent_url
    assert "k3y" not in repr(bad)
    assert site.url not in repr(bad)


async def test_a_dead_link_does_not_make_the_search_rest(provider: TorznabProvider, site: TorznabSite) -> None:
    site.style = "prowlarr"
    site.add(FakeTorrent())
    await provider.search_movie(FILM)
    site.dead_links = True
    for _ in range(2):
        (release,) = (await provider.search_movie(FILM)).releases
        assert release.identifiers is None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ((100, "Incorrect user credentials"), ProviderRefusedError),
        ((410, "Disabled"), ProviderRefusedError),
        ((429, "Too many"), ProviderBlockedError),
        ((203, "Not available"), ProviderRefusedError),
        ((900, "Something else"), ProviderRefusedError),
    ],
)
async def test_errors(
    provider: TorznabProvider, site: TorznabSite, error: tuple[int, str], kind: type[ProviderError]
) -> None:
    site.error = error
    with pytest.raises(kind) as caught:
        await provider.search_movie(FILM)
    assert "k3y" not in str(caught.value)


async def test_a_limit_that_comes_as_an_element_is_minded(provider: TorznabProvider, site: TorznabSite) -> None:
    await provider.search_movie(FILM)
    site.error = (429, "Too many")
    with pytest.raises(ProviderBlockedError):
        await provider.search_movie(FILM)
    site.error = None
    with pytest.raises(ProviderRestingError):
        await provider.search_movie(FILM)


async def test_a_key_that_is_wrong_and_then_set(provider: TorznabProvider, site: TorznabSite, keys: Keys) -> None:
    site.add(FakeTorrent())
    keys.keys = {}
    with pytest.raises(ProviderRefusedError, match="refuses the API key"):
        await provider.search_movie(FILM)
    keys.keys = {"torznab.home": "k3y"}
    assert (await provider.search_movie(FILM)).releases


async def test_a_cut_off_answer(provider: TorznabProvider, site: TorznabSite) -> None:
    site.add(*(FakeTorrent() for _ in range(100)))
    await provider.search_movie(FILM)
    site.trouble(Trouble.CUT, rows=39, times=1)
    answer = await provider.search_movie(FILM)
    assert (len(answer.releases), answer.dropped) == (39, 1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<a/>",
        b"<html><body/></html>",
        b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item>&x;</item></channel></rss>',
    ],
)
async def test_other_answers(provider: TorznabProvider, site: TorznabSite, body: bytes) -> None:
    site.trouble(Trouble.BODY, body=body)
    with pytest.raises(ProviderMalformedError):
        await provider.search_movie(FILM)


async def test_placeholders_for_seeders_are_unknown(provider: TorznabProvider, site: TorznabSite) -> None:
    site.add(FakeTorrent(seeders=1), FakeTorrent(seeders=999), FakeTorrent(seeders=2))
    assert [release.seeders for release in (await provider.search_movie(FILM)).releases] == [None, None, 2]


# --- Jackett's address of all indexers


@pytest.fixture
def jackett(client: PoliteClient, site: TorznabSite, keys: Keys, clock: FakeClock) -> TorznabProvider:
    site.indexers = ("one", "two")
    url = f"{site.url}/api/v2.0/indexers/all/results/torznab/"
    return TorznabProvider("home", client, Service(url, typed=True, seconds=5), keys.load, clock)


async def test_indexers_are_asked_one_by_one(jackett: TorznabProvider, site: TorznabSite) -> None:
    site.add(FakeTorrent())
    assert len((await jackett.search_movie(FILM)).releases) == 1
    searches = {request.partition("?")[0] for request in site.requests if "t=movie" in request}
    assert searches == {f"/api/v2.0/indexers/{name}/results/torznab/api" for name in ("one", "two")}
    assert not any("/all/" in request for request in site.requests if "t=movie" in request)


async def test_an_indexer_that_fails_takes_nothing_from_the_others(jackett: TorznabProvider, site: TorznabSite) -> None:
    site.add(FakeTorrent())
    site.broken_indexers = {"one"}
    for _ in range(2):
        assert len((await jackett.search_movie(FILM)).releases) == 1
    site.broken_indexers = {"one", "two"}
    with pytest.raises(ProviderUnreachableError):
        await jackett.search_movie(replace(FILM, insist=True))


@pytest.mark.parametrize(
    ("typed", "api"),
    [
        ("http://nas:9117/indexers/x/results/torznab/", "http://nas:9117/indexers/x/results/torznab/api"),
        ("http://nas:9117/indexers/x/results/torznab/api/", "http://nas:9117/indexers/x/results/torznab/api"),
        ("http://nas:9696/1/", "http://nas:9696/1/api"),
        ("http://nas:9696/1/api", "http://nas:9696/1/api"),
    ],
)
def test_addresses_as_people_copy_them(typed: str, api: str) -> None:
    assert api_url(typed) == api


async def test_a_film_that_nobody_has(provider: TorznabProvider) -> None:
    assert await provider.search_movie(replace(FILM, imdb_id="tt0000009", title="Nothing")) == Answer()


SOON_OVER = [each for each in Trouble if each not in {Trouble.HANG, Trouble.SLOW, Trouble.CUT}]


@pytest.mark.parametrize("trouble", SOON_OVER, ids=str)
async def test_the_key_is_in_no_log_and_no_error(
    provider: TorznabProvider, site: TorznabSite, trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for number in range(2):
        site.trouble(trouble, to="http://[", body=b"\0<x>", status=599) if number == 0 else site.well()
        try:
            await provider.search_movie(replace(FILM, insist=True))
        except ProviderError as error:
            text = "".join(traceback.format_exception(error))
            assert "k3y" not in text
            assert "apikey" not in text
    assert any("k3y" in request for request in site.requests)
    assert "k3y" not in caplog.text
    assert all("k3y" not in repr(vars(record)) for record in caplog.records)

"""Both dialects that go by the name of RARBG."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from fakes.clock import FakeClock
from fakes.sites.site import Trouble
from fakes.sites.therarbg import TheRarbgSite
from fakes.sites.torrent import FakeTorrent
from fakes.sites.torrentapi import TorrentApiSite

from server.http.polite import Pace, PoliteClient, Service
from server.models import ItemId, Quality
from server.sources.provider import (
    Answer,
    EpisodeQuery,
    MovieQuery,
    ProviderBlockedError,
    ProviderMalformedError,
    ProviderRefusedError,
    ProviderRestingError,
)
from server.sources.providers.therarbg import TheRarbgProvider
from server.sources.providers.torrentapi import LIMITED_WITH, TorrentApiProvider

FILM = MovieQuery(ItemId("tt0017136"), "Metropolis", 1927, "tt0017136")
SHOW = "tt0944947"
EPISODE = EpisodeQuery(ItemId(f"{SHOW}:1:2"), "The Keepers", 1, 2, imdb_id=SHOW)


def keepers(number: int | None, season: int = 1) -> FakeTorrent:
    return FakeTorrent("The Keepers", imdb_id=SHOW, kind="web", season=season, episode=number)


@pytest.fixture
async def api() -> AsyncIterator[TorrentApiSite]:
    async with TorrentApiSite.running() as site:
        yield site


@pytest.fixture
def torrentapi(client: PoliteClient, api: TorrentApiSite, clock: FakeClock) -> TorrentApiProvider:
    service = Service(api.url, typed=True, seconds=5, pace=Pace(100, 1), turns_away_with=LIMITED_WITH)
    return TorrentApiProvider(client, service, clock)


@pytest.fixture
async def site() -> AsyncIterator[TheRarbgSite]:
    async with TheRarbgSite.running() as site:
        yield site


@pytest.fixture
def therarbg(client: PoliteClient, site: TheRarbgSite) -> TheRarbgProvider:
    return TheRarbgProvider(client, Service(site.url, typed=True, seconds=5))


# --- torrentapi


async def test_a_film(torrentapi: TorrentApiProvider, api: TorrentApiSite) -> None:
    torrent = FakeTorrent(seeders=800, size=9 << 30)
    api.add(torrent)
    (release,) = (await torrentapi.search_movie(FILM)).releases
    assert release.identifiers is not None
    assert release.identifiers.info_hash == torrent.info_hash
    assert (release.provider, release.seeders, release.size_bytes) == ("rarbg", 800, 9 << 30)
    assert (release.quality, release.resolution, release.codec) == (Quality.BLURAY, "1080p", "h264")
    assert (release.published_at, release.imdb_id) == (datetime(2026, 10, 1, 12, 0, tzinfo=UTC), "tt0017136")
    search = unquote(api.requests[1])
    for part in ("mode=search", "search_imdb=tt0017136", "44;45", "ranked=0", "format=json_extended", "limit=100"):
        assert part in search


async def test_an_episode_and_its_season(torrentapi: TorrentApiProvider, api: TorrentApiSite) -> None:
    api.add(keepers(1), keepers(2), keepers(None), keepers(None, season=2))
    found = (await torrentapi.search_episode(EPISODE)).releases
    assert [(release.season, release.episode) for release in found] == [(1, 2), (1, None)]


async def test_a_token_lasts_for_14_minutes(
    torrentapi: TorrentApiProvider, api: TorrentApiSite, clock: FakeClock
) -> None:
    api.add(FakeTorrent())
    for minutes, tokens in ((0, 1), (13, 1), (1, 2)):
        clock.advance(minutes=minutes)
        assert (await torrentapi.search_movie(FILM)).releases
        assert api.tokens == tokens


async def test_a_token_that_is_refused_is_renewed_once(torrentapi: TorrentApiProvider, api: TorrentApiSite) -> None:
    api.add(FakeTorrent())
    await torrentapi.search_movie(FILM)
    api.expire()
    assert (await torrentapi.search_movie(FILM)).releases
    assert api.tokens == 2
    api.failures = [{"error": "Invalid token", "error_code": code} for code in (4, 2)]
    with pytest.raises(ProviderRefusedError, match="refuses the token"):
        await torrentapi.search_movie(FILM)
    assert api.failures == []


@pytest.mark.parametrize("code", [20, 8, 9, 10, 13, 14])
async def test_nothing_found(torrentapi: TorrentApiProvider, api: TorrentApiSite, code: int) -> None:
    api.failures = [{"error": "No results found", "error_code": code}]
    assert await torrentapi.search_movie(FILM) == Answer()


@pytest.mark.parametrize("answer", [{"error": "Too many", "error_code": 5}, {"rate_limit": 1}])
async def test_too_fast(torrentapi: TorrentApiProvider, api: TorrentApiSite, answer: dict[str, object]) -> None:
    api.failures = [answer]
    with pytest.raises(ProviderBlockedError, match="asked less"):
        await torrentapi.search_movie(FILM)
    with pytest.raises(ProviderRestingError):
        await torrentapi.search_movie(FILM)


async def test_status_520_is_too_fast_too(torrentapi: TorrentApiProvider, api: TorrentApiSite) -> None:
    api.trouble(Trouble.ERROR, status=520)
    with pytest.raises(ProviderBlockedError):
        await torrentapi.search_movie(FILM)
    assert len(api.requests) == 1


async def test_other_errors_are_told(torrentapi: TorrentApiProvider, api: TorrentApiSite) -> None:
    api.failures = [{"error": "Closed for good", "error_code": 99}]
    with pytest.raises(ProviderRefusedError, match="“Closed for good”"):
        await torrentapi.search_movie(FILM)


@pytest.mark.parametrize("body", [b"{}", b'{"message":"hi"}', b"[]", b"gone"])
async def test_another_protocol(torrentapi: TorrentApiProvider, api: TorrentApiSite, body: bytes) -> None:
    api.trouble(Trouble.BODY, body=body)
    with pytest.raises(ProviderMalformedError):
        await torrentapi.search_movie(FILM)


async def test_a_cut_off_answer(torrentapi: TorrentApiProvider, api: TorrentApiSite) -> None:
    api.add(*(FakeTorrent() for _ in range(100)))
    assert len((await torrentapi.search_movie(FILM)).releases) == 100
    api.trouble(Trouble.CUT, rows=39)
    answer = await torrentapi.search_movie(FILM)
    assert (len(answer.releases), answer.dropped) == (39, 1)


async def test_without_an_imdb_id_nobody_is_asked(
    torrentapi: TorrentApiProvider, therarbg: TheRarbgProvider, api: TorrentApiSite, site: TheRarbgSite
) -> None:
    for provider in (torrentapi, therarbg):
        assert await provider.search_movie(MovieQuery(ItemId("archive:x"), "Metropolis")) == Answer()
        assert await provider.search_episode(EpisodeQuery(ItemId("x"), "Show", 1, 1)) == Answer()
    assert api.requests == site.requests == []


# --- TheRARBG


async def test_a_film_there(therarbg: TheRarbgProvider, site: TheRarbgSite) -> None:
    torrent = FakeTorrent(seeders=120)
    site.add(torrent)
    (release,) = (await therarbg.search_movie(FILM)).releases
    assert release.identifiers is not None
    assert release.identifiers.info_hash == torrent.info_hash
    assert "tr=udp%3A%2F%2Ftracker.example%3A1337%2Fannounce" in (release.identifiers.magnet or "")
    assert (release.provider, release.seeders, release.quality) == ("rarbg", 120, Quality.BLURAY)
    assert site.requests == ["/imdb-detail/tt0017136/?format=json"]


async def test_an_episode_there(therarbg: TheRarbgProvider, site: TheRarbgSite) -> None:
    site.add(keepers(1), keepers(2), keepers(None), keepers(2, season=3))
    found = (await therarbg.search_episode(EPISODE)).releases
    assert [(release.season, release.episode) for release in found] == [(1, 2), (1, None)]


@pytest.mark.parametrize("is_page", [False, True])
async def test_what_it_does_not_have_is_a_redirect_or_a_page(
    therarbg: TheRarbgProvider, site: TheRarbgSite, *, is_page: bool
) -> None:
    site.absent_is_page = is_page
    assert await therarbg.search_movie(FILM) == Answer()
    assert len(site.requests) == 1


async def test_a_cut_off_answer_there(therarbg: TheRarbgProvider, site: TheRarbgSite) -> None:
    site.add(*(FakeTorrent() for _ in range(100)))
    site.trouble(Trouble.CUT, rows=39)
    answer = await therarbg.search_movie(FILM)
    assert (len(answer.releases), answer.dropped) == (39, 1)


async def test_something_else_than_json(therarbg: TheRarbgProvider, site: TheRarbgSite) -> None:
    site.trouble(Trouble.BODY, body=b"service unavailable")
    with pytest.raises(ProviderMalformedError):
        await therarbg.search_movie(FILM)

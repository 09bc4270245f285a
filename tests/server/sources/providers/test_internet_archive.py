from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import unquote_plus

import libtorrent as lt
import pytest
from fakes.sites.archive import ArchiveItem, ArchiveSite
from fakes.sites.site import Trouble

from server.http.polite import PoliteClient, Service
from server.models import ItemId
from server.sources.provider import (
    Answer,
    EpisodeQuery,
    MovieQuery,
    ProviderMalformedError,
    ProviderUnreachableError,
    Release,
)
from server.sources.providers.internet_archive import InternetArchiveProvider
from server.torrent.metainfo import parse_torrent_file

NAME = "night_of_the_living_dead"
ITEM = MovieQuery(ItemId(f"archive:{NAME}"), "")
FILM = MovieQuery(ItemId("tt0063350"), "Night of the Living Dead", 1968, "tt0063350")


@pytest.fixture
async def site() -> AsyncIterator[ArchiveSite]:
    async with ArchiveSite.running() as site:
        yield site


@pytest.fixture
def provider(client: PoliteClient, site: ArchiveSite) -> InternetArchiveProvider:
    return InternetArchiveProvider(client, Service(site.url, typed=True, seconds=5))


def web_seeds(release: Release) -> list[str]:
    assert release.identifiers is not None
    assert release.identifiers.torrent_file is not None
    content = lt.bdecode(release.identifiers.torrent_file)
    assert isinstance(content, dict)
    return [url.decode() for url in content[b"url-list"]]  # type: ignore[index, union-attr] # it is what it is


async def test_an_item(provider: InternetArchiveProvider, site: ArchiveSite) -> None:
    sizes = {"cover.jpg": 10, "small.mp4": 99, "film.mp4": 70_000, "film.mpeg": 90_000}
    item = ArchiveItem(files={name: bytes(size) for name, size in sizes.items()})
    site.items = [item]
    (release,) = (await provider.search_movie(ITEM)).releases
    assert (release.provider, release.name) == ("internet_archive", "Night of the Living Dead (1968)")
    assert release.identifiers is not None
    assert release.identifiers.info_hash == item.btih
    assert (release.file_index, release.size_bytes, release.resolution) == (2, 70_000, "480p")
    assert (release.year, release.published_at) == (1968, datetime(2015, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert (release.seeders, release.imdb_id) == (None, None)


async def test_web_seeds_are_rebuilt(provider: InternetArchiveProvider, site: ArchiveSite) -> None:
    site.items = [ArchiveItem()]
    (release,) = (await provider.search_movie(ITEM)).releases
    assert release.web_seeds == (f"{site.url}/7/items/",)
    assert web_seeds(release) == [f"{site.url}/7/items/"]
    assert release.identifiers is not None
    assert parse_torrent_file(site.items[0].torrent).identifiers.info_hash == release.identifiers.info_hash


async def test_by_title(provider: InternetArchiveProvider, site: ArchiveSite) -> None:
    site.items = [
        ArchiveItem(),
        ArchiveItem("notld_1990", year="1990"),
        ArchiveItem("notld_unknown", year=None),
        ArchiveItem("review", title="A review of Night of the Living Dead"),
    ]
    found = (await provider.search_movie(FILM)).releases
    assert [release.year for release in found] == [1968, None]
    assert 'q=title:("Night of the Living Dead") AND mediatype:movies' in unquote_plus(site.requests[0])


@pytest.mark.parametrize("title", ["", "!?", '") OR mediatype:(audio'])
async def test_titles_are_words_only(provider: InternetArchiveProvider, site: ArchiveSite, title: str) -> None:
    await provider.search_movie(MovieQuery(ItemId("tt1"), title))
    assert all('title:("OR mediatype audio")' in request for request in map(unquote_plus, site.requests))
    assert len(site.requests) == ("audio" in title)


@pytest.mark.parametrize("name", ["", "../etc", "a/b", "a?b", ".x", "x" * 200])
async def test_names_that_are_none(provider: InternetArchiveProvider, site: ArchiveSite, name: str) -> None:
    assert await provider.search_movie(MovieQuery(ItemId(f"archive:{name}"), "")) == Answer()
    assert site.requests == []


@pytest.mark.parametrize("place", ["", "relative/night_of_the_living_dead", "/7/../items/x", None, 7, "/7/items/other"])
async def test_a_place_that_makes_no_sense_gives_no_web_seeds(client: PoliteClient, place: object) -> None:
    class Odd(ArchiveSite):
        def _metadata(self, item: ArchiveItem) -> dict[str, object]:
            return super()._metadata(item) | {"dir": place}

    async with Odd.running() as site:
        site.items = [ArchiveItem()]
        provider = InternetArchiveProvider(client, Service(site.url, typed=True, seconds=5))
        (release,) = (await provider.search_movie(ITEM)).releases
        assert release.web_seeds == ()


async def test_it_has_no_episodes(provider: InternetArchiveProvider) -> None:
    assert await provider.search_episode(EpisodeQuery(ItemId("tt1:1:1"), "Show", 1, 1)) == Answer()


@pytest.mark.parametrize(
    ("trouble", "error"), [(Trouble.HTML, ProviderMalformedError), (Trouble.ERROR, ProviderUnreachableError)], ids=str
)
async def test_troubles(
    provider: InternetArchiveProvider, site: ArchiveSite, trouble: Trouble, error: type[Exception]
) -> None:
    site.trouble(trouble)
    with pytest.raises(error):
        await provider.search_movie(FILM)


async def test_one_item_that_fails_takes_nothing_from_the_others(
    provider: InternetArchiveProvider, site: ArchiveSite
) -> None:
    site.items = [ArchiveItem(), ArchiveItem("broken")]
    site.broken = {"broken"}
    answer = await provider.search_movie(FILM)
    assert (len(answer.releases), answer.dropped) == (1, 1)


async def test_a_cut_off_search(provider: InternetArchiveProvider, site: ArchiveSite) -> None:
    site.items = [ArchiveItem(f"notld_{number}", files={"film.mp4": bytes(100 + number)}) for number in range(5)]
    site.trouble(Trouble.CUT, rows=2, times=1)
    answer = await provider.search_movie(FILM)
    assert (len(answer.releases), answer.dropped) == (2, 1)

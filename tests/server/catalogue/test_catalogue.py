from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from fakes.cinemeta import CinemetaSite, FakeTitle
from fakes.clock import FakeClock
from fakes.sites.archive import ArchiveItem, ArchiveSite

from server.catalogue.catalogue import Catalogue
from server.catalogue.cinemeta import Cinemeta
from server.catalogue.internet_archive import InternetArchive
from server.catalogue.posters import key_of
from server.catalogue.service import CatalogueService, JsonService
from server.errors import CatalogueUnavailableError, ItemNotFoundError
from server.http.client import HttpClient
from server.http.polite import Backoff, PoliteClient
from server.models import Item, ItemId, TitleKind
from server.storage.database import Database
from server.storage.host_rests import HostRestRepository
from server.storage.titles import TitleRepository

FILM = FakeTitle("tt0083658", "Blade Runner", "1982")
SHOW = FakeTitle("tt0386676", "The Office", "2005-2013", episodes=(2, 3))


@dataclass
class World:
    catalogue: Catalogue
    services: list[CatalogueService]
    cinemeta: CinemetaSite
    archive: ArchiveSite
    titles: TitleRepository
    clock: FakeClock

    async def names(self, query: str = "", kind: TitleKind | None = None, page: int = 1) -> list[str]:
        return [title.title for title in (await self.catalogue.titles(query, kind, page)).titles]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock = FakeClock()
    async with (
        Database.open(tmp_path / "miauflix.db", b"k" * 32) as database,
        HttpClient.running() as http,
        CinemetaSite.running() as cinemeta,
        ArchiveSite.running() as archive,
    ):
        backoff = Backoff(first=0.001, longest=0.001, jitter=0)
        client = await PoliteClient.remembering(http, HostRestRepository(database), clock, backoff)
        services: list[CatalogueService] = [
            Cinemeta(JsonService(client, cinemeta.url, typed=True)),
            InternetArchive(JsonService(client, archive.url, typed=True), archive.url),
        ]
        titles = TitleRepository(database)
        catalogue = Catalogue(services, titles, partial(key_of, b"secret"), now=clock)
        cinemeta.titles += [FILM, FakeTitle("tt1856101", "Blade Runner 2049", "2017"), SHOW]
        archive.items += [ArchiveItem(), ArchiveItem("blade", "The Blade", "1931")]
        yield World(catalogue, services, cinemeta, archive, titles, clock)


async def test_browsing_takes_from_each_service_in_turn(world: World) -> None:
    expected = ["Blade Runner", "Night of the Living Dead", "Blade Runner 2049", "The Blade"]
    assert await world.names(kind=TitleKind.MOVIE) == expected
    assert await world.names(kind=TitleKind.SHOW) == ["The Office"]
    page = await world.catalogue.titles()
    assert {title.kind for title in page.titles} == set(TitleKind)
    assert (page.page, page.more, page.notice) == (1, False, None)


async def test_searching_puts_what_is_called_just_so_first(world: World) -> None:
    world.archive.items.append(ArchiveItem("runner", "Runner of the Blade", "1920"))
    assert await world.names("blade") == ["The Blade", "Blade Runner", "Blade Runner 2049", "Runner of the Blade"]
    (title,) = (await world.catalogue.titles("living dead")).titles
    assert (title.id, title.year) == ("archive:night_of_the_living_dead", 1968)
    assert title.poster == f"{world.archive.url}/services/img/night_of_the_living_dead"
    assert await world.names("nothing of the kind") == []


async def test_a_title_of_two_services_is_listed_once(world: World) -> None:
    world.archive.items.append(ArchiveItem("br", "Blade Runner", "1982"))
    assert await world.names("blade runner") == ["Blade Runner", "Blade Runner 2049"]


async def test_a_title_is_found_by_its_id(world: World) -> None:
    assert await world.names("tt0083658") == ["Blade Runner"]
    assert await world.names("tt9999999") == []
    world.cinemeta.broken = True
    assert (await world.catalogue.titles("tt1856101")).notice


async def test_lists_are_kept_for_an_hour(world: World) -> None:
    await world.names("blade")
    asked = len(world.cinemeta.requests)
    assert await world.names(" BLADE ") == await world.names("blade")
    assert len(world.cinemeta.requests) == asked
    world.clock.advance(hours=1)
    await world.names("blade")
    assert len(world.cinemeta.requests) > asked


async def test_details_of_films_and_shows(world: World) -> None:
    film = await world.catalogue.details(ItemId("tt0083658"))
    assert (film.title.title, film.title.year, film.title.kind) == ("Blade Runner", 1982, TitleKind.MOVIE)
    assert (film.overview, film.runtime_minutes, film.genres) == ("All about Blade Runner.", 117, ("Drama", "Sci-Fi"))
    show = await world.catalogue.details(ItemId("tt0386676"))
    assert show.title.kind is TitleKind.SHOW
    places = [f"{season}:{number}" for season, count in ((1, 2), (2, 3)) for number in range(1, count + 1)]
    assert [episode.id for episode in show.episodes] == [f"tt0386676:{place}" for place in places]
    old = await world.catalogue.details(ItemId("archive:night_of_the_living_dead"))
    assert (old.title.title, old.title.year) == ("Night of the Living Dead", 1968)


@pytest.mark.parametrize("unknown", ["tt9999999", "archive:nothing", "archive:../x", "local:x", "nonsense", ""])
async def test_titles_that_nobody_knows(world: World, unknown: str) -> None:
    with pytest.raises(ItemNotFoundError):
        await world.catalogue.details(ItemId(unknown))


async def test_details_are_kept_and_outlast_the_service(world: World) -> None:
    first = await world.catalogue.details(ItemId("tt0083658"))
    world.cinemeta.broken = True
    asked = len(world.cinemeta.requests)
    assert await world.catalogue.details(ItemId("tt0083658")) == first
    assert len(world.cinemeta.requests) == asked
    world.clock.now += timedelta(days=30)
    assert await world.catalogue.details(ItemId("tt0083658")) == first
    with pytest.raises(CatalogueUnavailableError, match="Check the internet connection"):
        await world.catalogue.details(ItemId("tt1856101"))


@pytest.mark.parametrize("trouble", ["silent", "broken"])
async def test_what_was_seen_is_shown_when_nothing_can_be_reached(world: World, trouble: str) -> None:
    await world.names()
    setattr(world.cinemeta, trouble, True)
    lone = Catalogue(world.services[:1], world.titles, str, deadline=0.2, now=world.clock)
    page = await lone.titles("runner blade")
    assert {title.title for title in page.titles} == {"Blade Runner", "Blade Runner 2049"}
    assert page.notice == "The catalogue can't be reached: these are titles from before."
    page = await lone.titles("100%")
    assert (page.titles, page.notice) == ((), "The catalogue can't be reached. Check the internet connection.")


async def test_a_service_that_knows_nothing_does_not_speak_for_one_out_of_reach(world: World) -> None:
    await world.names()
    world.cinemeta.broken = True
    page = await world.catalogue.titles(kind=TitleKind.SHOW)  # the Internet Archive has none
    assert [title.title for title in page.titles] == ["The Office"]
    assert page.notice == "The catalogue can't be reached: these are titles from before."


async def test_with_no_service_turned_on(world: World) -> None:
    empty = Catalogue([], world.titles, str)
    assert (await empty.titles("x")).notice == "No catalogue is turned on. Turn one on in the settings."
    with pytest.raises(CatalogueUnavailableError, match="turned on"):
        await empty.details(ItemId("tt0083658"))


async def test_items_know_what_it_takes_to_look_for_them(world: World) -> None:
    film = await world.catalogue.item(ItemId("tt0083658"))
    assert (film.title, film.year, film.imdb_id, film.episode) == ("Blade Runner", 1982, "tt0083658", None)
    assert film.released_at
    episode = await world.catalogue.item(ItemId("tt0386676:2:3"))
    assert (episode.title, episode.year, episode.imdb_id) == ("The Office", 2005, "tt0386676")
    assert episode.season_length == 3
    assert str(episode.episode) == "S02E03"
    archive = await world.catalogue.item(ItemId("archive:night_of_the_living_dead"))
    assert (archive.title, archive.year, archive.imdb_id) == ("Night of the Living Dead", 1968, None)


@pytest.mark.parametrize("unknown", ["tt9999999", "tt9999999:1:1", "local:x", "tt1:2", "nonsense", "ttx:1:1"])
async def test_items_that_nobody_knows(world: World, unknown: str) -> None:
    with pytest.raises(ItemNotFoundError):
        await world.catalogue.item(ItemId(unknown))


async def test_items_of_which_nothing_is_known_are_looked_for_by_their_id(world: World) -> None:
    await world.names()
    world.cinemeta.broken = True
    known, unknown = ItemId("tt1856101"), ItemId("tt7777777:1:1")
    assert await world.catalogue.item(known) == Item(known, "Blade Runner 2049", 2017, "tt1856101")
    assert await world.catalogue.item(unknown) == Item(unknown, "", None, "tt7777777")


async def test_titles_beyond_the_limit_are_forgotten(world: World) -> None:
    await world.names()
    await world.titles.prune(2)
    assert len(await world.titles.search("", None, 0, 10)) == 2

"""Providers on the own network and the Internet Archive, from settings to the bytes of a film."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from fakes.appliance import Appliance, make_options, running_appliance
from fakes.cinemeta import CinemetaSite, FakeTitle
from fakes.sites.archive import PIECE, ArchiveItem, ArchiveSite
from fakes.sites.site import Trouble
from fakes.sites.torrent import FakeTorrent
from fakes.sites.torznab import TorznabSite
from fakes.sites.yts import YtsSite

from server.bootstrap import ignore
from server.records import open_records
from server.settings import ArchiveSettings, CatalogueSettings, CinemetaSettings
from server.source_settings import ArchiveProviderSettings, ProviderSettings, SourcesSettings

FILM = "tt0017136"
NO_ARCHIVE = ArchiveProviderSettings(enabled=False)


@pytest.fixture
async def catalogue() -> AsyncIterator[CatalogueSettings]:
    async with CinemetaSite.running() as site:
        site.titles.append(FakeTitle(FILM, "Metropolis", "1927", released="1927-02-06T00:00:00.000Z"))
        yield CatalogueSettings(CinemetaSettings(url=site.url), ArchiveSettings(enabled=False))


async def sources_of(appliance: Appliance, item_id: str, query: str = "") -> tuple[list[Any], dict[str, Any]]:
    """Return an item's sources, and the reports by provider."""
    async with appliance.client.get(f"/api/movies/{item_id}/sources{query}") as reply:
        assert reply.status == 200, await reply.text()
        found = await reply.json()
    return found["sources"], {report["provider"]: report for report in found["reports"]}


async def test_a_torznab_server_of_the_own_network_works(tmp_path: Path, catalogue: CatalogueSettings) -> None:
    async with TorznabSite.running() as site:
        site.style = "prowlarr"
        site.add(FakeTorrent(seeders=30))
        sources = SourcesSettings(internet_archive=NO_ARCHIVE, torznab={"home": ProviderSettings(url=site.url)})
        options = make_options(tmp_path, sources=sources, catalogue=catalogue)
        async with open_records(options, {}, ignore) as records:
            await records.provider_keys.save("torznab.home", site.api_key)
        async with running_appliance(options) as appliance:
            found, reports = await sources_of(appliance, FILM)
    assert [(source["providers"], source["seeders"]) for source in found] == [(["torznab.home"], 30)]
    assert reports["torznab.home"]["status"] == "ok"


async def test_nobody_leads_into_the_own_network(tmp_path: Path, catalogue: CatalogueSettings) -> None:
    """A provider redirects to a service of the machine that the user did not enter, which must not be asked."""
    asked: list[str] = []

    async def secret(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        return web.Response(text="{}")

    runner = web.ServerRunner(web.Server(secret))
    await runner.setup()
    try:
        service = web.TCPSite(runner, "127.0.0.1", 0)
        await service.start()
        async with YtsSite.running() as site:
            site.trouble(Trouble.REDIRECT, to=f"http://127.0.0.1:{service.port}/admin")
            sources = SourcesSettings(yts=ProviderSettings(url=site.url), internet_archive=NO_ARCHIVE)
            async with running_appliance(make_options(tmp_path, sources=sources, catalogue=catalogue)) as appliance:
                found, reports = await sources_of(appliance, FILM)
    finally:
        await runner.cleanup()
    assert (found, asked) == ([], [])
    assert reports["yts"]["status"] == "unreachable"
    assert "of the own network" in reports["yts"]["error"]


async def test_a_film_of_the_internet_archive_plays_from_its_servers_alone(tmp_path: Path) -> None:
    film = random.Random(1).randbytes(700_001)
    async with ArchiveSite.running() as site:
        site.items = [ArchiveItem(files={"cover.jpg": bytes(200_000), "film.mp4": film, "large.mpeg": bytes(300_000)})]
        options = make_options(
            tmp_path,
            sources=SourcesSettings(internet_archive=ArchiveProviderSettings(url=site.url)),
            catalogue=CatalogueSettings(CinemetaSettings(enabled=False), ArchiveSettings(url=site.url)),
        )
        async with running_appliance(options) as appliance:
            found, reports = await sources_of(appliance, "archive:night_of_the_living_dead")
            assert reports["internet_archive"]["status"] == "ok"
            (source,) = found
            assert (source["isDefault"], source["sizeBytes"]) == (True, len(film))
            async with appliance.client.get(f"/api/stream/{source['id']}") as reply:
                assert (reply.status, reply.content_type) == (200, "video/mp4")
                assert await reply.read() == film
    # of its neighbours no more than the pieces that it shares with them
    assert site.sent["film.mp4"] >= len(film)
    assert site.sent["cover.jpg"] <= PIECE
    assert site.sent["large.mpeg"] <= PIECE


async def test_a_server_that_turned_us_away_is_left_alone_after_a_restart_too(
    tmp_path: Path, catalogue: CatalogueSettings
) -> None:
    async with YtsSite.running() as site:
        site.add(FakeTorrent(seeders=30))
        site.trouble(Trouble.LIMITED, seconds=3600)
        sources = SourcesSettings(yts=ProviderSettings(url=site.url), internet_archive=NO_ARCHIVE)
        options = make_options(tmp_path, sources=sources, catalogue=catalogue)
        async with running_appliance(options) as appliance:
            _, reports = await sources_of(appliance, FILM)
            assert reports["yts"]["status"] == "blocked"
        site.well()
        async with running_appliance(options) as appliance:
            found, reports = await sources_of(appliance, FILM)
            assert (found, reports["yts"]["status"]) == ([], "resting")
            assert reports["yts"]["retryAt"]
            assert len(site.requests) == 1
            found, reports = await sources_of(appliance, FILM, "?refresh=1&insist=1")
            assert (len(found), reports["yts"]["status"]) == (1, "ok")

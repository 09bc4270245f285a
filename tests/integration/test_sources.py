"""From a title to the best torrent, over HTTP: the real providers, and servers on loopback that speak like theirs."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fakes.appliance import Appliance, make_options, running_appliance
from fakes.canary import files_with, found_in
from fakes.cinemeta import CinemetaSite, FakeTitle
from fakes.pages import plain_bytes
from fakes.problems import read_problem
from fakes.sites.eztv import EztvSite
from fakes.sites.site import Trouble
from fakes.sites.therarbg import TheRarbgSite
from fakes.sites.torrent import FakeTorrent, next_hash
from fakes.sites.torznab import TorznabSite
from fakes.sites.yts import YtsSite
from fakes.swarm import seeded

from server.bootstrap import ignore
from server.models import ItemId
from server.records import open_records
from server.settings import (
    ArchiveSettings,
    CatalogueSettings,
    CinemetaSettings,
    Options,
)
from server.source_settings import ArchiveProviderSettings, ProviderSettings, RarbgSettings, SourcesSettings

GIB = 1 << 30
FILM, SHOW = "tt0017136", "tt0944947"
FILM_SOURCES = f"/api/movies/{FILM}/sources"
EPISODE_SOURCES = f"/api/shows/{SHOW}/seasons/1/episodes/2/sources"


@dataclass
class Sites:
    cinemeta: CinemetaSite
    yts: YtsSite
    eztv: EztvSite
    rarbg: TheRarbgSite
    torznab: TorznabSite

    def options(self, folder: Path) -> Options:
        archive = ArchiveProviderSettings(enabled=False)
        return make_options(
            folder,
            catalogue=CatalogueSettings(
                cinemeta=CinemetaSettings(url=self.cinemeta.url), internet_archive=ArchiveSettings(enabled=False)
            ),
            sources=SourcesSettings(
                yts=ProviderSettings(url=self.yts.url),
                eztv=ProviderSettings(url=self.eztv.url),
                rarbg=RarbgSettings(url=self.rarbg.url, dialect="therarbg"),
                internet_archive=archive,
                torznab={"home": ProviderSettings(url=self.torznab.url)},
            ),
        )


@pytest.fixture
async def sites() -> AsyncIterator[Sites]:
    async with contextlib.AsyncExitStack() as stack:
        cinemeta = await stack.enter_async_context(CinemetaSite.running())
        cinemeta.titles += [
            FakeTitle(FILM, "Metropolis", "1927", released="1927-02-06T00:00:00.000Z"),
            FakeTitle(SHOW, "Game of Thrones", "2011", episodes=(10, 10), released="2011-04-17T00:00:00.000Z"),
        ]
        yield Sites(
            cinemeta,
            await stack.enter_async_context(YtsSite.running()),
            await stack.enter_async_context(EztvSite.running()),
            await stack.enter_async_context(TheRarbgSite.running()),
            await stack.enter_async_context(TorznabSite.running()),
        )


pytestmark = pytest.mark.usefixtures("sites")


@pytest.fixture
async def options(sites: Sites, tmp_path: Path) -> Options:
    options = sites.options(tmp_path)
    async with open_records(options, {}, ignore) as records:
        await records.provider_keys.save("torznab.home", sites.torznab.api_key)
    return options


@pytest.fixture
async def appliance(options: Options) -> AsyncIterator[Appliance]:
    async with running_appliance(options) as appliance:
        yield appliance


async def ask(appliance: Appliance, path: str) -> dict[str, Any]:
    async with appliance.client.get(path) as reply:
        assert reply.status == 200, await reply.text()
        found: dict[str, Any] = await reply.json()
        return found


def default(found: dict[str, Any]) -> dict[str, Any]:
    (one,) = [source for source in found["sources"] if source["isDefault"]]
    assert one == found["sources"][0]
    return dict(one)


def statuses(found: dict[str, Any]) -> dict[str, str]:
    return {report["provider"]: report["status"] for report in found["reports"]}


def episode(seeders: int = 50, **more: Any) -> FakeTorrent:
    place = {"season": 1, "episode": 2} | more
    return FakeTorrent("Game of Thrones", 2011, SHOW, seeders=seeders, kind="web", size=GIB, **place)


@pytest.mark.parametrize(
    ("yts", "rarbg", "expected"),
    [
        (FakeTorrent(seeders=300), FakeTorrent(seeders=200), "yts"),
        (FakeTorrent(seeders=2), FakeTorrent(seeders=800, size=9 * GIB), "rarbg"),
        (FakeTorrent(seeders=2), FakeTorrent(seeders=120, size=15 * GIB), "rarbg"),
        (FakeTorrent(seeders=80), FakeTorrent(seeders=80), "yts"),
        (FakeTorrent(seeders=80), FakeTorrent(seeders=90, kind="cam"), "yts"),
    ],
)
async def test_the_default_of_a_film(
    sites: Sites, appliance: Appliance, yts: FakeTorrent, rarbg: FakeTorrent, expected: str
) -> None:
    sites.yts.add(yts)
    sites.rarbg.add(rarbg)
    found = await ask(appliance, FILM_SOURCES)
    assert found["itemId"] == FILM
    best = default(found)
    assert best["provider"] == expected
    assert best["title"] == "Metropolis (1927)"
    assert best["rankScore"] >= 0 or best["score"] < 0
    assert len(found["sources"]) == 2
    assert statuses(found) == {"user": "empty", "yts": "ok", "eztv": "empty", "rarbg": "ok", "torznab.home": "empty"}


@pytest.mark.parametrize(("eztv", "rarbg", "expected"), [(50, 50, "eztv"), (50, 51, "rarbg"), (51, 50, "eztv")])
async def test_the_default_of_an_episode(
    sites: Sites, appliance: Appliance, eztv: int, rarbg: int, expected: str
) -> None:
    sites.eztv.add(episode(eztv), episode(900, episode=3), episode(900, season=2))
    sites.rarbg.add(episode(rarbg))
    found = await ask(appliance, EPISODE_SOURCES)
    assert default(found)["provider"] == expected
    assert [source["title"] for source in found["sources"]] == ["Game of Thrones S01E02"] * 2


async def test_every_provider_failing_is_an_answer(
    sites: Sites, options: Options, caplog: pytest.LogCaptureFixture
) -> None:
    sites.yts.add(FakeTorrent(seeders=300), FakeTorrent(seeders=20))
    async with running_appliance(options) as appliance:
        before = await ask(appliance, FILM_SOURCES)
        assert not any(source["stale"] for source in before["sources"])
        sites.yts.trouble(Trouble.CHALLENGE)
        sites.eztv.trouble(Trouble.LIMITED, seconds=600)
        sites.rarbg.trouble(Trouble.ERROR)
        sites.torznab.trouble(Trouble.DROP)
        found = await ask(appliance, f"{FILM_SOURCES}?refresh=1")
        assert [source["id"] for source in found["sources"]] == [source["id"] for source in before["sources"]]
        assert all(source["stale"] for source in found["sources"])
        assert default(found)["id"] == default(before)["id"]
        assert statuses(found)["yts"] == "blocked"
        assert all(report["error"] for report in found["reports"] if report["provider"] in {"yts", "rarbg"})
        states = {provider.name: provider.state for provider in (await appliance.server.status()).providers}
        assert {states["yts"], states["rarbg"]} == {"blocked", "unreachable"}
        empty = await ask(appliance, EPISODE_SOURCES)
        assert empty["sources"] == []
        assert set(statuses(empty).values()) <= {"empty", "blocked", "resting", "malformed", "unreachable"}
    assert not [record for record in caplog.records if record.exc_info]
    async with running_appliance(options) as appliance:  # what was found outlasts the server
        assert len((await ask(appliance, FILM_SOURCES))["sources"]) == 2


async def test_late_flaky_and_cut_off_providers(sites: Sites, appliance: Appliance) -> None:
    sites.torznab.trouble(Trouble.HANG)
    sites.rarbg.add(FakeTorrent(seeders=900))
    sites.rarbg.trouble(Trouble.ERROR, times=2)
    sites.yts.add(*(FakeTorrent(seeders=number) for number in range(2, 102)))
    sites.yts.trouble(Trouble.CUT, rows=39)
    loop = asyncio.get_running_loop()
    started = loop.time()
    found = await ask(appliance, FILM_SOURCES)
    assert loop.time() - started < 12
    assert len(found["sources"]) == 40
    assert default(found)["provider"] == "rarbg"
    reports = {report["provider"]: report for report in found["reports"]}
    assert reports["torznab.home"]["status"] == "late"
    assert (reports["rarbg"]["status"], reports["rarbg"]["count"]) == ("ok", 1)
    assert (reports["yts"]["status"], reports["yts"]["count"]) == ("ok", 39)


async def test_pins_and_blocks_outlast_searches(sites: Sites, appliance: Appliance) -> None:
    sites.yts.add(FakeTorrent(seeders=300), FakeTorrent(seeders=20))
    first = await ask(appliance, FILM_SOURCES)
    best, other = (source["id"] for source in first["sources"])
    async with appliance.client.put(f"/api/sources/{best}/blocked", json={"blocked": True}) as reply:
        assert reply.status == 204
    assert default(await ask(appliance, f"{FILM_SOURCES}?refresh=1"))["id"] == other
    async with appliance.client.put(f"/api/sources/{best}/pinned", json={"pinned": True}) as reply:
        assert reply.status == 204
    found = await ask(appliance, f"{FILM_SOURCES}?refresh=1")
    assert (default(found)["id"], default(found)["blocked"], default(found)["pinned"]) == (best, False, True)
    one = await ask(appliance, f"/api/sources/{other}")
    assert (one["id"], one["isDefault"]) == (other, False)
    for call in ("pinned", "blocked"):
        async with appliance.client.put(f"/api/sources/nothing/{call}", json={call: True}) as reply:
            assert (reply.status, (await read_problem(reply))["code"]) == (404, "source_not_found")
    async with appliance.client.get("/api/sources") as reply:
        assert await reply.json() == []  # which are those that people added


async def test_titles_details_and_posters_come_from_the_appliance(appliance: Appliance) -> None:
    found = await ask(appliance, "/api/catalog?q=metro&kind=movie")
    (title,) = found["titles"]
    assert (title["id"], title["kind"], title["title"], title["year"]) == (FILM, "movie", "Metropolis", 1927)
    assert (found["page"], found["more"], found["notice"]) == (1, False, None)
    async with appliance.client.get(title["poster"]) as reply:
        assert (reply.status, reply.content_type) == (200, "image/jpeg")
    film = await ask(appliance, f"/api/movies/{FILM}")
    assert (film["kind"], film["runtimeMinutes"], film["genres"]) == ("movie", 117, ["Drama", "Sci-Fi"])
    assert film["background"].startswith("/api/posters/")
    show = await ask(appliance, f"/api/shows/{SHOW}")
    assert [(season["season"], len(season["episodes"])) for season in show["seasons"]] == [(1, 10), (2, 10)]
    assert show["seasons"][0]["episodes"][1]["id"] == f"{SHOW}:1:2"
    for path in (f"/api/movies/{SHOW}", f"/api/shows/{FILM}", "/api/movies/tt9999999", "/api/movies/tt9999999/sources"):
        async with appliance.client.get(path) as reply:
            assert (reply.status, (await read_problem(reply))["code"]) == (404, "item_not_found")
    for path in ("/api/catalog?kind=song", "/api/catalog?page=0", f"{FILM_SOURCES}?refresh=yes", "/api/posters/x"):
        async with appliance.client.get(path) as reply:
            assert (reply.status, (await read_problem(reply))["code"]) == (400, "invalid_request")
    async with appliance.client.get(f"/api/posters/{'0' * 32}") as reply:
        assert reply.status == 404


async def test_nothing_that_was_found_identifies_a_torrent(
    sites: Sites, options: Options, caplog: pytest.LogCaptureFixture
) -> None:
    torrents = [FakeTorrent(seeders=300), FakeTorrent(seeders=20, name="Very.Secret.Release.1927.1080p-GRP")]
    sites.yts.add(torrents[0])
    sites.rarbg.add(torrents[1])
    said: list[str] = []
    with caplog.at_level(logging.DEBUG):
        async with running_appliance(options) as appliance:
            paths = (FILM_SOURCES, "/api/catalog?q=metropolis", "/api/status")
            said += [json.dumps(await ask(appliance, path)) for path in paths]
            outcome = await appliance.server.rotate_torrent_key()
            assert (outcome.rows, outcome.damaged) == (2 + 1, 0)  # and the API key of a provider
            said.append(json.dumps(await ask(appliance, f"{FILM_SOURCES}?refresh=1")))
    async with open_records(options, {}, ignore) as records:
        pages = plain_bytes(options.database_path, records.rotation.record.database_key)
        stored = {source.identifiers.info_hash for source in await records.sources.of_item(ItemId(FILM))}
    assert stored == {torrent.info_hash for torrent in torrents}
    everything = caplog.text.encode() + b"".join(text.encode() for text in said) + pages
    for torrent in torrents:
        assert found_in(everything, bytes.fromhex(torrent.info_hash)) == []
        assert files_with(options.data_dir, bytes.fromhex(torrent.info_hash)) == {}
    assert b"Very.Secret" not in everything
    assert b"Metropolis (1927)" in pages  # what is looked for would be found


async def test_in_safe_mode_what_is_stored_is_shown(sites: Sites, options: Options) -> None:
    sites.yts.add(FakeTorrent(seeders=300))
    async with running_appliance(options) as appliance:
        before = await ask(appliance, FILM_SOURCES)
        sites.yts.add(FakeTorrent(seeders=900))
        appliance.server._records.sources._database.refuse_writes()
        found = await ask(appliance, f"{FILM_SOURCES}?refresh=1")
        assert [source["id"] for source in found["sources"]] == [source["id"] for source in before["sources"]]
        assert statuses(found)["yts"] == "ok"
        assert len((await ask(appliance, "/api/catalog?q=metropolis"))["titles"]) == 1
        async with appliance.client.put(
            f"/api/sources/{before['sources'][0]['id']}/pinned", json={"pinned": True}
        ) as reply:
            assert (reply.status, (await read_problem(reply))["code"]) == (503, "safe_mode")


async def test_what_people_add_has_sources_too(appliance: Appliance) -> None:
    source_id = await appliance.add(f"magnet:?xt=urn:btih:{next_hash()}", "Mine")
    added = await ask(appliance, f"/api/sources/{source_id}")
    found = await ask(appliance, f"/api/movies/{added['itemId']}/sources")
    assert (found["sources"], found["reports"]) == ([added], [])
    assert added["isDefault"]
    assert (await ask(appliance, "/api/status"))["providers"]


# --- packs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Swarming(FakeTorrent):
    """A torrent that there is."""

    link: str = ""

    @property
    def magnet(self) -> str:
        return self.link


@contextlib.contextmanager
def swarm(folder: Path, **files: bytes) -> Any:
    """Seed a folder; gives its magnet link."""
    folder.mkdir()
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)
    with seeded(folder, piece_length=16 << 10) as magnet:
        yield magnet


def offer(magnet: str, **more: Any) -> Swarming:
    info_hash = magnet.partition("btih:")[2][:40]
    return Swarming("Game of Thrones", 2011, SHOW, season=1, info_hash=info_hash, link=magnet, size=GIB, **more)


async def test_a_pack_plays_the_wanted_episode(sites: Sites, appliance: Appliance, tmp_path: Path) -> None:
    numbers = random.Random(3)
    videos = {f"Game_of_Thrones_S01E0{number}_mkv": numbers.randbytes(90_000 // number) for number in (1, 2, 3)}
    with swarm(tmp_path / "Game.of.Thrones.S01", **videos) as magnet:
        sites.eztv.add(offer(magnet))
        source = default(await ask(appliance, EPISODE_SOURCES))
        assert source["pack"]
        async with appliance.client.get(f"/api/stream/{source['id']}") as reply:
            assert reply.status == 200, await reply.text()
            assert await reply.read() == videos["Game_of_Thrones_S01E02_mkv"]
        third = default(await ask(appliance, EPISODE_SOURCES.replace("/2/", "/3/")))
        async with appliance.client.get(f"/api/stream/{third['id']}", headers={"Range": "bytes=0-9"}) as reply:
            assert await reply.read() == videos["Game_of_Thrones_S01E03_mkv"][:10]
        seventh = default(await ask(appliance, EPISODE_SOURCES.replace("/2/", "/7/")))
        async with appliance.client.get(f"/api/stream/{seventh['id']}") as reply:
            problem = await read_problem(reply)
        assert (reply.status, problem["code"]) == (422, "episode_missing")
        assert "S01E07 is not among the files" in problem["detail"]
    learned = await ask(appliance, f"/api/sources/{source['id']}")
    assert learned["sizeBytes"] == len(videos["Game_of_Thrones_S01E02_mkv"])
    found = await ask(appliance, f"{EPISODE_SOURCES.replace('/2/', '/7/')}?refresh=1")
    assert [(one["refusal"], one["isDefault"]) for one in found["sources"]] == [("episode_missing", False)]


async def test_a_torrent_with_a_program_is_refused(sites: Sites, appliance: Appliance, tmp_path: Path) -> None:
    files = {"Game_of_Thrones_S01E02_mkv": bytes(50_000), "Codec_exe": bytes(50)}
    with swarm(tmp_path / "Game.of.Thrones.S01E02", **files) as magnet:
        sites.eztv.add(offer(magnet, episode=2))
        source = default(await ask(appliance, EPISODE_SOURCES))
        async with appliance.client.get(f"/api/stream/{source['id']}") as reply:
            assert (reply.status, (await read_problem(reply))["code"]) == (422, "unsafe_torrent")
    found = await ask(appliance, EPISODE_SOURCES)
    assert [(one["refusal"], one["isDefault"]) for one in found["sources"]] == [("unsafe_torrent", False)]

"""What works out of the box: a film of the Internet Archive, from its title to its bytes, of which nobody is a peer."""

from __future__ import annotations

import random
from pathlib import Path

from fakes.appliance import make_options, running_appliance
from fakes.sites.archive import ArchiveItem, ArchiveSite

from server.settings import ArchiveSettings, CatalogueSettings, CinemetaSettings
from server.source_settings import ArchiveProviderSettings, SourcesSettings

ITEM = "archive:night_of_the_living_dead"


async def test_a_film_of_the_internet_archive_is_found_and_plays(tmp_path: Path) -> None:
    film = random.Random(4).randbytes(300_000)
    async with ArchiveSite.running() as site:
        site.items.append(ArchiveItem(files={"cover.jpg": bytes(5000), "film.mp4": film, "film_meta.xml": bytes(900)}))
        options = make_options(
            tmp_path,
            catalogue=CatalogueSettings(CinemetaSettings(enabled=False), ArchiveSettings(url=site.url)),
            sources=SourcesSettings(internet_archive=ArchiveProviderSettings(url=site.url)),
        )
        async with running_appliance(options) as appliance:
            async with appliance.client.get("/api/catalog?q=living dead") as reply:
                (title,) = (await reply.json())["titles"]
            assert (title["id"], title["title"], title["year"]) == (ITEM, "Night of the Living Dead", 1968)
            async with appliance.client.get(f"/api/movies/{ITEM}/sources") as reply:
                found = await reply.json()
            (source,) = found["sources"]
            assert (source["provider"], source["isDefault"], source["matched"]) == ("internet_archive", True, True)
            assert source["sizeBytes"] == len(film)
            async with appliance.client.get(f"/api/stream/{source['id']}") as reply:
                assert (reply.status, reply.content_type) == (200, "video/mp4")
                assert await reply.read() == film
            assert any("/items/" in path and path.endswith("film.mp4") for path in site.requests)

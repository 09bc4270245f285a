"""What finds titles and their sources, put together: for the server and for the command line."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from server.catalogue.catalogue import Catalogue
from server.catalogue.cinemeta import Cinemeta
from server.catalogue.internet_archive import InternetArchive
from server.catalogue.posters import Posters, key_of
from server.catalogue.service import CatalogueService, JsonService
from server.catalogue.tmdb import IMAGES, Tmdb
from server.errors import DomainError
from server.events import ProviderStatus
from server.http.client import HttpClient
from server.http.polite import PoliteClient
from server.models import Item, ItemId
from server.records import Records
from server.settings import CatalogueSettings, Options, QualitySettings
from server.source_settings import SourcesSettings
from server.sources.aggregator import Aggregator, Reply
from server.sources.finder import STALE, Finder
from server.sources.provider import ReportStatus
from server.sources.providers.building import build_providers
from server.sources.ranking import GIB, Caps, height
from server.sources.silence import Silences

_DEFAULT = CatalogueSettings()
_POSTERS = "posters"
_WELL_KNOWN = (
    Item(ItemId("tt0063350"), "Night of the Living Dead", 1968, "tt0063350"),
    Item(ItemId("tt0055662:1:1"), "The Beverly Hillbillies", 1962, "tt0055662"),
)
"""In the public domain, so that nobody minds: a film, and a show for those who have no films."""
_TMDB = "tmdb"


@dataclass(frozen=True, slots=True)
class Sourcing:
    """What finds titles and their sources."""

    catalogue: Catalogue
    posters: Posters
    finder: Finder


@contextlib.asynccontextmanager
async def open_sourcing(
    options: Options, records: Records, silences: Silences | None = None
) -> AsyncIterator[Sourcing]:
    """Open what finds titles and sources; in the end, what still goes on in the background is ended.

    ``silences`` holds what nobody sent when it was played.
    """
    async with contextlib.AsyncExitStack() as stack:
        http = await stack.enter_async_context(HttpClient.running())
        client = await PoliteClient.remembering(http, records.host_rests)
        settings = options.settings
        catalogue = Catalogue(
            _services(settings.catalogue, client, records), records.titles, partial(key_of, records.poster_secret)
        )
        with contextlib.suppress(DomainError):  # read-only, or no room
            await records.titles.prune()
            await records.searches.prune(datetime.now(UTC) - 2 * STALE)
        posters = Posters(client, records.titles, options.data_dir / _POSTERS, _typed(settings.catalogue))
        stack.push_async_callback(posters.close)
        aggregator = Aggregator(build_providers(settings.sources, client, records.sources, records.provider_keys.load))
        finder = Finder(
            aggregator,
            records.sources,
            records.searches,
            catalogue.item,
            caps=caps_of(settings.quality),
            priority=settings.sources.priority,
            silences=silences,
        )
        await stack.enter_async_context(finder.running())
        yield Sourcing(catalogue, posters, finder)


async def try_provider(settings: SourcesSettings, name: str, records: Records) -> ProviderStatus:
    """Ask one provider for well-known titles and say how that went; one that is off is not asked.

    A host that is left alone because it failed is asked all the same.
    """
    async with HttpClient.running() as http:
        client = await PoliteClient.remembering(http, records.host_rests)
        built = build_providers(settings, client, records.sources, records.provider_keys.load)
        aggregator = Aggregator([provider for provider in built if provider.name == name])
        try:
            status = ProviderStatus(name, "idle")
            for item in _WELL_KNOWN:
                for reply in await aggregator.ask(item, _ignore, insist=True):
                    report = reply.report
                    status = ProviderStatus(name, report.status.value, datetime.now(UTC), report.count, report.error)
                if status.state != ReportStatus.EMPTY:
                    break
            return status
        finally:
            await aggregator.close()


async def _ignore(_: Reply) -> None:
    """Take no note of who is late."""


def caps_of(settings: QualitySettings) -> Caps:
    """Return the user's caps as the ranking takes them."""
    return Caps(
        int(settings.max_size_gib * GIB),
        height(settings.max_resolution),
        frozenset(codec.lower() for codec in settings.avoid_codecs),
    )


def _services(settings: CatalogueSettings, client: PoliteClient, records: Records) -> list[CatalogueService]:
    """Return the services that are turned on; what a later one knows of a title goes before what earlier ones do."""
    found: list[CatalogueService] = []
    if settings.cinemeta.enabled:
        found.append(Cinemeta(_server(client, settings.cinemeta.url, _DEFAULT.cinemeta.url)))
    if settings.internet_archive.enabled:
        url = settings.internet_archive.url
        found.append(InternetArchive(_server(client, url, _DEFAULT.internet_archive.url), url))
    if settings.tmdb.enabled:
        url = settings.tmdb.url

        async def find_key() -> str | None:
            return (await records.provider_keys.load()).get(_TMDB)

        found.append(
            Tmdb(_server(client, url, _DEFAULT.tmdb.url), find_key, IMAGES if url == _DEFAULT.tmdb.url else url)
        )
    return found


def _server(client: PoliteClient, url: str, default: str) -> JsonService:
    return JsonService(client, url, typed=url != default)


def _typed(settings: CatalogueSettings) -> list[str]:
    """Return the addresses that the user entered: they may be of the own network, and their pictures too."""
    pairs = (
        (settings.cinemeta.url, _DEFAULT.cinemeta.url),
        (settings.internet_archive.url, _DEFAULT.internet_archive.url),
        (settings.tmdb.url, _DEFAULT.tmdb.url),
    )
    return [url for url, default in pairs if url != default]

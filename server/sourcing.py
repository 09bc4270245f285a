"""What finds titles and their sources, put together: for the server and for the command line."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

from server.catalogue.catalogue import Catalogue
from server.catalogue.cinemeta import Cinemeta
from server.catalogue.internet_archive import InternetArchive
from server.catalogue.posters import Posters, key_of
from server.catalogue.service import CatalogueService, JsonService
from server.catalogue.tmdb import IMAGES, Tmdb
from server.http.client import HttpClient
from server.http.polite import PoliteClient
from server.records import Records
from server.settings import CatalogueSettings, Options, QualitySettings
from server.sources.aggregator import Aggregator
from server.sources.finder import Finder
from server.sources.providers.building import build_providers
from server.sources.ranking import GIB, Caps, height

_DEFAULT = CatalogueSettings()
_POSTERS = "posters"
_TMDB = "tmdb"


@dataclass(frozen=True, slots=True)
class Sourcing:
    """What finds titles and their sources."""

    catalogue: Catalogue
    posters: Posters
    finder: Finder


@contextlib.asynccontextmanager
async def open_sourcing(options: Options, records: Records) -> AsyncIterator[Sourcing]:
    """Open what finds titles and sources; in the end, what still goes on in the background is ended."""
    async with contextlib.AsyncExitStack() as stack:
        http = await stack.enter_async_context(HttpClient.running())
        client = await PoliteClient.remembering(http, records.host_rests)
        settings = options.settings
        catalogue = Catalogue(
            _services(settings.catalogue, client, records), records.titles, partial(key_of, records.poster_secret)
        )
        posters = Posters(client, records.titles, options.data_dir / _POSTERS, _typed(settings.catalogue))
        stack.push_async_callback(posters.close)
        aggregator = Aggregator(build_providers(settings.sources, client, records.sources, records.provider_keys.load))
        finder = Finder(aggregator, records.sources, records.searches, catalogue.item, caps=caps_of(settings.quality))
        await stack.enter_async_context(finder.running())
        yield Sourcing(catalogue, posters, finder)


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

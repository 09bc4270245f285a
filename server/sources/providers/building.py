"""The providers that the settings turn on."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from server.http.polite import Pace, PoliteClient, Service
from server.source_settings import ArchiveProviderSettings, ProviderSettings, SourcesSettings
from server.sources.provider import TorrentProvider
from server.sources.providers.eztv import EztvProvider
from server.sources.providers.internet_archive import InternetArchiveProvider
from server.sources.providers.therarbg import TheRarbgProvider
from server.sources.providers.torrentapi import LIMITED_WITH, TorrentApiProvider
from server.sources.providers.torznab import LoadKeys, TorznabProvider
from server.sources.providers.user import OwnSources, UserProvider
from server.sources.providers.yts import YtsProvider

_OWN_PACE: Final = Pace(20, 1)
"""For what the user runs: a Jackett with many indexers is asked for each of them at once."""
_TORRENTAPI_PACE: Final = Pace(1, 2.1)  # one request in two seconds, and a little for clocks that differ


def build_providers(
    settings: SourcesSettings, client: PoliteClient, own: OwnSources, load_keys: LoadKeys
) -> list[TorrentProvider]:
    """Return the user's own sources, and the providers that are on."""
    found: list[TorrentProvider] = [UserProvider(own)]
    if settings.yts.is_on:
        found.append(YtsProvider(client, service_of(settings.yts)))
    if settings.eztv.is_on:
        found.append(EztvProvider(client, service_of(settings.eztv)))
    if settings.rarbg.is_on and settings.rarbg.dialect == "therarbg":
        found.append(TheRarbgProvider(client, service_of(settings.rarbg)))
    elif settings.rarbg.is_on:
        found.append(TorrentApiProvider(client, _torrentapi(settings.rarbg)))
    if settings.internet_archive.is_on:
        found.append(InternetArchiveProvider(client, service_of(settings.internet_archive)))
    for name, section in settings.torznab.items():
        if section.is_on:
            found.append(TorznabProvider(name, client, replace(service_of(section), pace=_OWN_PACE), load_keys))
    return found


def service_of(settings: ProviderSettings) -> Service:
    """Return how the provider is to be asked; an address that is not our own default was typed by the user."""
    return Service(
        url=settings.url.rstrip("/"),
        typed=settings.url != ArchiveProviderSettings().url,
        seconds=settings.timeout_ms / 1000,
    )


def _torrentapi(settings: ProviderSettings) -> Service:
    return replace(service_of(settings), pace=_TORRENTAPI_PACE, turns_away_with=LIMITED_WITH)

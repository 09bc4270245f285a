from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from server.http.polite import PoliteClient
from server.models import ItemId, Source, SourceId, TorrentIdentifiers
from server.source_settings import ArchiveProviderSettings, ProviderSettings, RarbgSettings, SourcesSettings
from server.sources.provider import EpisodeQuery, MovieQuery
from server.sources.providers.building import build_providers, service_of
from server.sources.providers.therarbg import TheRarbgProvider
from server.sources.providers.torrentapi import TorrentApiProvider
from server.sources.providers.user import UserProvider

URL = "http://nas.lan/base/"


class OneFilm:
    """Has one source that the user added, and one that was found."""

    async def of_item(self, item_id: ItemId) -> Sequence[Source]:
        identifiers = TorrentIdentifiers("ab" * 20)
        made = datetime(2026, 1, 1, tzinfo=UTC)
        return [
            Source(SourceId("1"), item_id, "Own", "user", identifiers, made, file_index=3),
            Source(SourceId("2"), item_id, "Found", "yts", identifiers, made),
        ]


async def no_keys() -> Mapping[str, str]:
    return {}


async def test_those_that_are_on(client: PoliteClient) -> None:
    def names(settings: SourcesSettings) -> list[str]:
        return [provider.name for provider in build_providers(settings, client, OneFilm(), no_keys)]

    assert names(SourcesSettings()) == ["user", "internet_archive"]
    on = ProviderSettings(url=URL)
    everything = SourcesSettings(yts=on, eztv=on, rarbg=RarbgSettings(url=URL), torznab={"home": on, "work": on})
    assert names(everything) == ["user", "yts", "eztv", "rarbg", "internet_archive", "torznab.home", "torznab.work"]
    off = ProviderSettings(url=URL, enabled=False)
    assert names(SourcesSettings(yts=off, internet_archive=ArchiveProviderSettings(enabled=False))) == ["user"]


async def test_the_dialect_of_rarbg(client: PoliteClient) -> None:
    for dialect, kind in (("torrentapi", TorrentApiProvider), ("therarbg", TheRarbgProvider)):
        settings = SourcesSettings(rarbg=RarbgSettings(url=URL, dialect=dialect))  # type: ignore[arg-type] # a table
        assert any(isinstance(each, kind) for each in build_providers(settings, client, OneFilm(), no_keys))


def test_only_an_address_that_was_typed_may_be_of_the_own_network() -> None:
    assert service_of(ProviderSettings(url=URL)).typed
    assert not service_of(ArchiveProviderSettings()).typed
    assert service_of(ProviderSettings(url=URL, timeout_ms=1500)).seconds == 1.5


async def test_the_users_own_sources_of_an_item() -> None:
    provider = UserProvider(OneFilm())
    film = await provider.search_movie(MovieQuery(ItemId("tt1"), "Film", imdb_id="tt0000001"))
    episode = await provider.search_episode(EpisodeQuery(ItemId("tt1:1:2"), "Show", 1, 2, imdb_id="tt0000001"))
    for answer, place in ((film, (None, None)), (episode, (1, 2))):
        (release,) = answer.releases
        assert (release.name, release.provider, release.file_index, release.imdb_id) == ("Own", "user", 3, "tt0000001")
        assert (release.season, release.episode) == place

"""What the user added by hand to an item: always offered, whatever else is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from server.models import ItemId, Source
from server.sources.library import PROVIDER
from server.sources.provider import Answer, EpisodeQuery, MovieQuery, Release


class OwnSources(Protocol):
    """Where an item's sources are kept."""

    async def of_item(self, item_id: ItemId) -> Sequence[Source]:
        """Return an item's sources."""


class UserProvider:
    """Offers an item's sources that the user added."""

    name = PROVIDER

    def __init__(self, sources: OwnSources) -> None:
        self._sources = sources

    async def search_movie(self, query: MovieQuery) -> Answer:
        """Return what the user added to a film."""
        return Answer(tuple(_offer(source, query.imdb_id) for source in await self._of(query.item_id)))

    async def search_episode(self, query: EpisodeQuery) -> Answer:
        """Return what the user added to an episode."""
        offers = (_offer(source, query.imdb_id) for source in await self._of(query.item_id))
        return Answer(tuple(replace(offer, season=query.season, episode=query.episode) for offer in offers))

    async def _of(self, item_id: ItemId) -> list[Source]:
        return [source for source in await self._sources.of_item(item_id) if source.provider == PROVIDER]


def _offer(source: Source, imdb_id: str | None) -> Release:
    return Release(
        provider=PROVIDER,
        name=source.title,
        identifiers=source.identifiers,
        quality=source.quality,
        resolution=source.resolution,
        codec=source.codec,
        size_bytes=source.size_bytes,
        seeders=source.seeders,
        leechers=source.leechers,
        published_at=source.published_at,
        imdb_id=imdb_id,
        file_index=source.file_index,
    )

"""From a title that somebody looks at to what would be played: of a show, the episode that comes next for this home."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from server.errors import CatalogueUnavailableError, DomainError
from server.models import Episode, ItemId, ResumePoint, Source, TitleKind
from server.preload.loading import NoSourceError, SourceFinder
from server.titles import EpisodeTitle, TitleDetails

_FINISHED = 0.92
"""Part of an episode after which the next one comes."""

_PATIENCE = 5.0  # seconds for the catalogue


class Catalogue(Protocol):
    """Tells films from shows."""

    async def details(self, title_id: ItemId) -> TitleDetails:
        """Return all that is known of a film or show. Raises ItemNotFoundError, CatalogueUnavailableError."""


class Watching(Protocol):
    """Remembers how far everything was watched."""

    async def of_title(self, item_id: ItemId) -> Sequence[ResumePoint]:
        """Return the resume points of a film or of a show's episodes, the newest first."""


class PlayableFinder:
    """Finds the source of a film, or of the episode of a show that would be played."""

    def __init__(
        self, finder: SourceFinder, catalogue: Catalogue, watching: Watching, now: Callable[[], datetime]
    ) -> None:
        """``now`` gives the moment, in UTC."""
        self._finder = finder
        self._catalogue = catalogue
        self._watching = watching
        self._now = now

    async def default_source(self, item_id: ItemId) -> Source | None:
        """Return the source that a title would be played from, None when there is none. Raises DomainError."""
        return await self._finder.default_source(await self._playable(item_id))

    async def refuse(self, source: Source, error: DomainError) -> None:
        """Remember why a source has no video to be played, so that another one goes before it."""
        await self._finder.refuse(source, error)

    def silent(self, source: Source) -> None:
        """Take note that nobody sent a source in time, so that another one goes before it for a while."""
        self._finder.silent(source)

    def heard(self, source: Source) -> None:
        """Take note that a source was sent."""
        self._finder.heard(source)

    async def _playable(self, item_id: ItemId) -> ItemId:
        if not item_id.startswith("tt") or Episode.of(item_id):
            return item_id
        try:
            async with asyncio.timeout(_PATIENCE):
                details = await self._catalogue.details(item_id)
        except (CatalogueUnavailableError, TimeoutError):
            return item_id
        if details.title.kind is not TitleKind.SHOW:
            return item_id
        episode = next_episode(details.episodes, await self._watching.of_title(item_id), self._now())
        if episode is None:
            raise NoSourceError("No episode of this show is out that was not watched.")
        return episode.id


def next_episode(
    episodes: Sequence[EpisodeTitle], watched: Sequence[ResumePoint], now: datetime
) -> EpisodeTitle | None:
    """Return the episode to go on with: the one watched last, the one behind it when it is over, else the first. Pure.

    ``episodes`` are in their order, ``watched`` has the newest first. What is not out yet does not count, and specials
    do only for those who watch them.
    """
    out = [episode for episode in episodes if episode.released is None or episode.released <= now]
    places = {episode.id: place for place, episode in enumerate(out)}
    last = next((point for point in watched if point.item_id in places), None)
    if last is None:
        return next((episode for episode in out if episode.season > 0), None)
    place = places[last.item_id]
    if last.position / last.duration > _FINISHED:
        place += 1
    return out[place] if place < len(out) else None

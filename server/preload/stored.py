"""Finds what a title would be played from among the sources that are stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from server.models import ItemId, Source, SourceId
from server.sources.ranking import rank


class SourceStore(Protocol):
    """Where sources are kept."""

    async def of_item(self, item_id: ItemId) -> Sequence[Source]:
        """Return an item's sources, without their torrent files."""

    async def get(self, source_id: SourceId) -> Source:
        """Return a source. Raises SourceNotFoundError, SourceUnavailableError."""


class StoredSources:
    """Looks at what is stored, and nowhere else."""

    def __init__(self, sources: SourceStore) -> None:
        self._sources = sources

    async def default_source(self, item_id: ItemId) -> Source | None:
        """Return the source that the title would be played from. Raises DomainError."""
        ranked = rank(await self._sources.of_item(item_id), datetime.now(UTC))
        default = next((found.source for found in ranked if found.is_default), None)
        return await self._sources.get(default.id) if default else None

"""Finds what a test has put in a library, and takes note of what the user says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from fakes.library import MemoryLibrary

from server.errors import ItemNotFoundError, SourceNotFoundError
from server.models import ItemId, Source, SourceId
from server.sources.found import Found
from server.sources.provider import ProviderReport, ReportStatus
from server.sources.ranking import RankedSource, rank

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class MemoryFinding:
    def __init__(self, library: MemoryLibrary) -> None:
        self.library = library
        self.asked: list[tuple[ItemId, bool, bool]] = []

    async def find(self, item_id: ItemId, *, refresh: bool = False, insist: bool = False) -> Found:
        self.asked.append((item_id, refresh, insist))
        sources = [source for source in self.library.rows.values() if source.item_id == item_id]
        if not sources:
            raise ItemNotFoundError
        return Found(item_id, rank(sources, NOW), (ProviderReport("yts", ReportStatus.OK, 12, len(sources)),))

    async def ranked(self, source: Source) -> RankedSource:
        return rank([source], NOW)[0]

    async def pin(self, source_id: SourceId, *, pinned: bool) -> None:
        self._change(source_id, pinned=pinned)

    async def block(self, source_id: SourceId, *, blocked: bool) -> None:
        self._change(source_id, blocked=blocked)

    def _change(self, source_id: SourceId, **change: bool) -> None:
        if source_id not in self.library.rows:
            raise SourceNotFoundError
        self.library.rows[source_id] = replace(self.library.rows[source_id], **change)  # type: ignore[arg-type]  # of two flags

"""What looking for an item's sources comes to."""

from __future__ import annotations

from dataclasses import dataclass

from server.models import ItemId
from server.sources.provider import ProviderReport
from server.sources.ranking import RankedSource


@dataclass(frozen=True, slots=True)
class Found:
    """The sources of an item, best first, and how each provider did."""

    item_id: ItemId
    sources: tuple[RankedSource, ...] = ()
    reports: tuple[ProviderReport, ...] = ()

    @property
    def default(self) -> RankedSource | None:
        """The one to play when nobody chooses; None when there is none, or none that may be played."""
        return next((source for source in self.sources if source.is_default), None)

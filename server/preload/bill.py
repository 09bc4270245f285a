"""What getting one title ready costs, so that the budget of the hour is charged with it whatever becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from server.models import Priority
from server.preload.budget import HourlyBudget
from server.torrent.extent import Extent
from server.torrent.holding import Part
from server.torrent.torrent import Torrent


class Bill:
    """The pieces that one title needs and did not have, and how much of them was charged."""

    def __init__(self, torrent: Torrent, extent: Extent, budget: HourlyBudget) -> None:
        self._torrent = torrent
        self._extent = extent
        self._budget = budget
        self._ordered: set[int] = set()
        self._charged = 0
        self._downloaded = torrent.rates.downloaded
        self._loop = asyncio.get_running_loop()

    def order(self, parts: Sequence[Part], priority: Priority) -> float | None:
        """Add parts of the video to what is needed; return when the budget has room for them, None for at once."""
        pieces = {piece for start, stop in parts for piece in self._extent.between(start, stop)}
        missing = {piece for piece in pieces if not self._torrent.have[piece]} - self._ordered
        now = self._loop.time()
        if missing and (free_at := self._budget.free_at(self._bytes(missing), priority, now)) > now:
            return free_at
        self._ordered |= missing
        self._budget.reserved += self._bytes(missing)
        return None

    def settle(self) -> None:
        """Charge what has come and was not charged yet; of pieces that are not whole, as far as it is known."""
        arrived = self._bytes({piece for piece in self._ordered if self._torrent.have[piece]})
        begun = self._torrent.rates.downloaded - self._downloaded
        due = min(max(arrived, begun), self._bytes(self._ordered)) - self._charged
        if due > 0:
            self._budget.spend(due, self._loop.time())
            self._budget.reserved -= due
            self._charged += due

    def close(self) -> None:
        """Settle, and reserve nothing more."""
        self.settle()
        self._budget.reserved -= self._bytes(self._ordered) - self._charged
        self._ordered.clear()

    def _bytes(self, pieces: set[int]) -> int:
        return len(pieces) * self._extent.piece_length

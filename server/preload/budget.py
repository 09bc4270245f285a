"""How many bytes an hour may go into what perhaps nobody will play: no I/O, times are seconds by any clock."""

from __future__ import annotations

import math
from collections import deque

from server.models import Priority

HOUR = 3600.0

_GRAIN = 60.0  # seconds whose bytes are counted together

_SHARES = {Priority.FOCUSED: 1.0, Priority.ADJACENT: 0.9, Priority.VISIBLE: 0.7, Priority.NEAR: 0.4}
"""The part of an hour's bytes up to which titles may spend: what is looked at should find something left."""


class HourlyBudget:
    """Counts the bytes of the last hour."""

    def __init__(self, limit: int) -> None:
        """``limit`` in bytes; 0 means none."""
        self.limit = limit
        self.reserved = 0
        """Bytes that were asked for and have not come yet; they count as if they had."""
        self._spent: deque[tuple[float, int]] = deque()

    def spend(self, count: int, now: float) -> None:
        """Take note of bytes that came."""
        if count <= 0:
            return
        if self._spent and now - self._spent[-1][0] < _GRAIN:
            then, before = self._spent.pop()
            self._spent.append((then, before + count))
        else:
            self._spent.append((now, count))

    def used(self, now: float) -> int:
        """Return the bytes of the last hour."""
        while self._spent and self._spent[0][0] <= now - HOUR:
            self._spent.popleft()
        return sum(count for _, count in self._spent)

    def free_at(self, count: int, priority: Priority, now: float) -> float:
        """Return when ``count`` bytes may be spent on a title of this priority; not later than ``now``: at once."""
        used = self.used(now)
        limit = self.limit * _SHARES[priority] if self.limit else math.inf
        if used + self.reserved + count <= limit:
            return now
        if used + count <= limit:  # what others have asked for may not come
            return now + _GRAIN
        for then, spent in self._spent:
            used -= spent
            if used + count <= limit:
                return then + HOUR
        return now + HOUR

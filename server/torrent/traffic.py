"""Whose turn it is on the line: what plays goes first, then what has the focus, then the rest. No I/O."""

from __future__ import annotations

import enum
from collections.abc import Callable


class Turn(enum.IntEnum):
    """What a torrent needs the line for, the least urgent first."""

    LATER = 0
    """Nothing, or something that is got ready for later."""
    SOON = 1
    """Something is got ready that will be played in a moment, as far as anybody can tell."""
    NOW = 2
    """A player misses bytes that it needs soon."""


class Traffic:
    """Knows what each torrent needs, so that the others give way."""

    def __init__(self, changed: Callable[[], None]) -> None:
        """``changed`` is called whenever a torrent needs something else than before."""
        self._changed = changed
        self._urgent: dict[object, Turn] = {}

    def tell(self, torrent: object, turn: Turn) -> None:
        """Take note of what a torrent needs."""
        if turn is self._urgent.get(torrent, Turn.LATER):
            return
        if turn is Turn.LATER:
            del self._urgent[torrent]
        else:
            self._urgent[torrent] = turn
        self._changed()

    def is_behind(self, torrent: object, turn: Turn) -> bool:
        """Return whether others need the line more than this torrent would for ``turn``."""
        return any(theirs > turn for other, theirs in self._urgent.items() if other is not torrent)

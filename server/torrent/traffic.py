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
        """``changed`` is called whenever ``turn`` has changed."""
        self.turn = Turn.LATER
        """The most urgent of all."""
        self._changed = changed
        self._urgent: dict[object, Turn] = {}

    def tell(self, torrent: object, turn: Turn) -> None:
        """Take note of what a torrent needs."""
        if turn is Turn.LATER:
            self._urgent.pop(torrent, None)
        else:
            self._urgent[torrent] = turn
        before, self.turn = self.turn, max(self._urgent.values(), default=Turn.LATER)
        if self.turn is not before:
            self._changed()

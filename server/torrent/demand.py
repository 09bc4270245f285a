"""What one reader of a video wants of its pieces: pure, no I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from server.models import Purpose
from server.torrent.extent import Extent

MIB = 1 << 20

WINDOW = 32 * MIB
"""Least bytes behind a player's position that are asked of the swarm."""

MOST_WINDOW = 256 * MIB
"""Most bytes behind a player's position that are asked of the swarm."""

FIRST = 4 * MIB
"""The same until it got its first bytes, at most for as long as a lively swarm takes: a fast seed would otherwise send
so much at once that the piece which is waited for is written and checked behind all the others."""

NEAR = 8 * MIB
"""Bytes behind a player's position without which it is hungry: nothing is got ready for later until they are there."""

IN_SOCKETS = 6 * MIB
"""Bytes that sockets may still take for a client that has left its connection without closing it, at most."""

TAIL = 1 * MIB
"""Bytes at the end of a video that hold its index in many files (MP4 moov, Matroska cues)."""

_AHEAD = 25
"""Seconds of its own pace that a player's window holds."""

_PACE_OVER = 0.25
"""Seconds that a pace is measured over, at least."""

_WINDOW_STEP = 8 * MIB

_LADDER = ((1, 7), (1 * MIB, 6), (2 * MIB, 5), (4 * MIB, 4), (16 * MIB, 3))
"""Priority up to each distance from the position, nearest first, and of one piece at least. Among equals, the rarest
pieces come first, whichever is due first: so the piece that a player waits for has no equal, nor have the next two of
1 MiB or more."""

_FAR_PRIORITY = 2


@dataclass(slots=True)
class Demand:
    """A reader: where it is, and how much it is in a hurry."""

    extent: Extent
    position: int
    stop: int
    purpose: Purpose
    tail: bool
    """Whether the end of the file is wanted too: players of a whole file look there for its index, probes do not."""
    lingers: bool = False
    """Whether it was a player's, who may come back in a moment."""
    viewing: object = None
    """Who watches what; a player that seeks opens another reader of the same viewing."""
    superseded_at: int | None = None
    """Where it was when another reader of its viewing came, as long as that one is there and this one stands still."""
    fresh: bool = False
    """Whether it plays, got nothing yet, and has not waited for long."""
    window: int = WINDOW
    hurries_until: int = 0
    """Up to which position it is in a hurry."""
    _pace: float = 0.0
    _measured: tuple[float, int] | None = None
    """When its pace was measured last, and where it was then."""

    @property
    def end(self) -> int:
        """Return the position behind what is wanted: a player's window, and all that a preload was told."""
        if self.purpose is not Purpose.PLAY:
            return self.stop
        return min(self.stop, self.position + (FIRST if self.fresh else self.window))

    @property
    def plays(self) -> bool:
        """Whether somebody watches what it reads, and not something else by now."""
        return self.purpose is Purpose.PLAY and self.superseded_at is None

    @property
    def prepares(self) -> bool:
        """Whether it gets something ready that nobody has played yet."""
        return self.purpose is Purpose.PRELOAD and not self.lingers

    @property
    def hurries(self) -> bool:
        """Whether the pieces that it waits for, or soon will, may cost the others time."""
        return self.plays and self.position < self.hurries_until

    def hurry(self) -> None:
        """Be in a hurry from here on until a part of the video has come that is worth to be called a buffer."""
        self.hurries_until = self.position + NEAR

    def move(self, position: int, now: float) -> None:
        """Go to a position; the window follows the pace, which counts pauses as well."""
        self.fresh = False
        self.position = min(position, self.stop - 1)
        if self.superseded_at is not None and self.position - self.superseded_at > IN_SOCKETS:
            self.superseded_at = None
        if self._measured is None:
            self._measured = now, self.position
            return
        then, before = self._measured
        if now - then >= _PACE_OVER:
            self._pace = (self._pace + (self.position - before) / (now - then)) / 2
            self._measured = now, self.position
            self.window = min(max(WINDOW, int(self._pace * _AHEAD)), MOST_WINDOW) // _WINDOW_STEP * _WINDOW_STEP

    def wants(self) -> Iterator[tuple[int, int, int]]:
        """Yield the pieces wanted, nearest first: the first of a row, the one behind its last, and their priority."""
        first, stop = self.extent.piece_at(self.position), self.extent.piece_at(self.end - 1) + 1
        for reach, priority in (*_LADDER, (self.end - self.position, _FAR_PRIORITY)):
            if first == stop:
                break
            behind = min(max(first, self.extent.piece_at(self.position + reach - 1)) + 1, stop)
            yield first, behind, priority
            first = behind

    def near(self) -> range:
        """Return the pieces of what it needs soon."""
        return self.extent.between(self.position, min(self.end, self.position + NEAR))

"""Which pieces are wanted, and how urgently: pure, no I/O, no clock.

A schedule is told what readers do and what the swarm delivered, and says which priorities and deadlines the session
should hold. PLAY goes before PRELOAD here and nowhere else.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from server.models import Purpose, VideoFile

MIB = 1 << 20

WINDOW = 32 * MIB
"""Bytes behind a reader's position that are asked of the swarm."""

NEAR = 8 * MIB
"""Bytes behind a player's position without which it is hungry: nothing is got ready for later until they are there."""

TAIL = 1 * MIB
"""Bytes at the end of a video that hold its index in many files (MP4 moov, Matroska cues)."""

_LADDER = ((1 / 16, 7), (1 / 4, 6), (1 / 2, 5), (1.0, 3))
"""Priority up to each part of the window, nearest first."""

_TAIL_PRIORITY = 6
_PRELOAD_PRIORITY = 1
_UNKNOWN = -1
_DEADLINES = 2
_DEADLINE_STEP = 500  # ms between the deadlines of one reader


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a file lies in the pieces of its torrent. Positions are bytes from the start of the file."""

    piece_length: int
    offset: int
    size: int

    @classmethod
    def of(cls, video: VideoFile, piece_length: int) -> Extent:
        """Return the extent of a video."""
        return cls(piece_length=piece_length, offset=video.offset, size=video.size)

    @property
    def first(self) -> int:
        """Return the first piece that holds a byte of the file."""
        return self.offset // self.piece_length

    @property
    def last(self) -> int:
        """Return the last piece that holds a byte of the file."""
        return (self.offset + self.size - 1) // self.piece_length

    @property
    def pieces(self) -> range:
        """Return all pieces that hold bytes of the file."""
        return range(self.first, self.last + 1)

    def piece_at(self, position: int) -> int:
        """Return the piece that holds the byte at ``position``."""
        return (self.offset + position) // self.piece_length

    def end_of(self, piece: int) -> int:
        """Return the position behind the last byte of the file that lies in ``piece``."""
        return min((piece + 1) * self.piece_length - self.offset, self.size)

    def between(self, start: int, stop: int) -> range:
        """Return the pieces that hold the bytes from ``start`` to before ``stop``."""
        return range(self.piece_at(start), self.piece_at(stop - 1) + 1)

    def available(self, position: int, stop: int, have: Mapping[int, bool] | bytearray) -> int:
        """Return how many bytes from ``position`` up to ``stop`` are in pieces of ``have``, without a gap."""
        end = position
        while end < stop:
            piece = self.piece_at(end)
            if not have[piece]:
                break
            end = min(self.end_of(piece), stop)
        return end - position


@dataclass(slots=True)
class _Reader:
    extent: Extent
    position: int
    stop: int
    purpose: Purpose
    tail: bool
    """Whether the end of the file is wanted too: players of a whole file look there for its index, probes do not."""
    lingers: bool = False
    """Whether it was a player's, who may come back in a moment."""

    @property
    def end(self) -> int:
        """Return the position behind what is wanted: a player's window, and all that a preload was told."""
        return min(self.stop, self.position + WINDOW) if self.purpose is Purpose.PLAY else self.stop

    @property
    def span(self) -> tuple[int, int]:
        """Return the first and the last piece of the window."""
        return self.extent.piece_at(self.position), self.extent.piece_at(self.end - 1)

    def pieces(self) -> Iterator[tuple[int, int]]:
        """Yield the pieces of the window and their distance from the position in bytes, nearest first."""
        end = self.end
        piece, distance = self.extent.piece_at(self.position), 0
        while True:
            yield piece, distance
            behind = self.extent.end_of(piece)
            if behind >= end:
                return
            piece, distance = piece + 1, behind - self.position


@dataclass(frozen=True, slots=True)
class Plan:
    """What the session should hold: priorities (1 to 7) of the wanted pieces, deadlines in ms, most urgent first."""

    priorities: dict[int, int] = field(default_factory=dict)
    deadlines: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """How to get from one plan to another, to be carried out in the order of the fields."""

    clear: bool
    """Drop all deadlines first: the session then cancels what it had asked for and asks anew at once."""
    reset: tuple[int, ...]
    deadlines: tuple[tuple[int, int], ...]
    priorities: tuple[tuple[int, int], ...]

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.clear or self.reset or self.deadlines or self.priorities)


class PieceSchedule:
    """The wanted pieces of one torrent, for all of its readers."""

    def __init__(self, have: bytearray) -> None:
        """``have`` has a byte a piece, not 0 for those on the disk; it is read here and written by the owner."""
        self._have = have
        self._readers: dict[int, _Reader] = {}
        self._ids = itertools.count()
        self._applied = Plan()
        self._opened: set[int] = set()
        """Readers that came since the last changes."""
        self._restarted = False
        self.yielding = False
        """Whether other torrents need the line more: what is got ready for later has to wait."""

    def open(self, extent: Extent, start: int, stop: int, purpose: Purpose) -> int:
        """Add a reader of the bytes from ``start`` to before ``stop``; return its key."""
        key = next(self._ids)
        self._readers[key] = _Reader(extent, start, stop, purpose, tail=stop - start > TAIL)
        self._opened.add(key)
        return key

    def advance(self, key: int, position: int) -> bool:
        """Move a reader; return whether another piece came into its window, or left it."""
        reader = self._readers[key]
        before = reader.span
        reader.position = min(position, reader.stop - 1)
        return reader.span != before

    def close(self, key: int) -> None:
        """Forget a reader; what only it wanted is wanted no more."""
        del self._readers[key]
        self._opened.discard(key)

    def is_last_player(self, key: int) -> bool:
        """Whether this reader plays, and is the only one that does."""
        return [self._readers[key]] == self._with(Purpose.PLAY)

    def demote(self, key: int) -> None:
        """Take the reader's hurry away: what it wants is got ready from here on, behind all who play, and no more."""
        reader = self._readers[key]
        reader.stop = reader.end
        reader.purpose = Purpose.PRELOAD
        reader.lingers = True

    @property
    def hungry(self) -> bool:
        """Whether a player misses bytes that it needs soon."""
        return any(
            distance < NEAR and not self._have[piece]
            for reader in self._with(Purpose.PLAY)
            for piece, distance in reader.pieces()
        )

    @property
    def preparing(self) -> bool:
        """Whether something is still missing of what is got ready for later."""
        return any(
            not self._have[piece]
            for reader in self._with(Purpose.PRELOAD)
            if not reader.lingers
            for piece, _ in reader.pieces()
        )

    def restart(self) -> None:
        """Take it that the session wants any piece, nobody knows how much: the next changes speak of every one."""
        unknown = {piece: _UNKNOWN for piece, there in enumerate(self._have) if not there}
        self._applied = Plan(unknown, self._applied.deadlines)
        self._restarted = True

    def plan(self) -> Plan:
        """Return what the session should hold now."""
        priorities: dict[int, int] = {}
        deadlines: dict[int, int] = {}
        playing = self._with(Purpose.PLAY)
        for reader in playing:
            missing = [(piece, distance) for piece, distance in reader.pieces() if not self._have[piece]]
            for piece, distance in missing:
                _raise(priorities, piece, _ladder(distance))
            for step, (piece, _) in enumerate(missing[:_DEADLINES]):
                deadlines[piece] = min(step * _DEADLINE_STEP, deadlines.get(piece, step * _DEADLINE_STEP))
            for piece in self._tail(reader.extent) if reader.tail else ():
                _raise(priorities, piece, _TAIL_PRIORITY)
        for reader in self._with(Purpose.PRELOAD):
            if self.yielding and not reader.lingers:
                continue
            for piece, distance in reader.pieces():
                if not self._have[piece]:
                    _raise(priorities, piece, _PRELOAD_PRIORITY if playing else _ladder(distance))
        return Plan(priorities, dict(sorted(deadlines.items(), key=lambda pair: pair[1])))

    def changes(self) -> Changes:
        """Return what leads from what was returned before to the plan of now, and take it as carried out."""
        before, after = self._applied, self.plan()
        clear = bool(before.deadlines) and (self._restarted or self._kicked())
        self._opened.clear()
        self._restarted = False
        known = {} if clear else before.deadlines
        gone = tuple(piece for piece in known if piece not in after.deadlines and not self._have[piece])
        added = tuple((piece, ms) for piece, ms in after.deadlines.items() if piece not in known)
        # Setting or dropping a deadline leaves the piece at a priority of the session's own choice: say it again.
        unsettled = {*(before.deadlines if clear else gone), *dict(added)}
        priorities = tuple(
            (piece, after.priorities.get(piece, 0))
            for piece in sorted(before.priorities.keys() | after.priorities.keys())
            if not self._have[piece]
            and (piece in unsettled or before.priorities.get(piece, 0) != after.priorities.get(piece, 0))
        )
        self._applied = after
        return Changes(clear, gone, added, priorities)

    def _kicked(self) -> bool:
        """Whether a player has come that waits for a piece which the session does not hurry for."""
        players = (self._readers[key] for key in self._opened if self._readers[key].purpose is Purpose.PLAY)
        waited_for = {reader.extent.piece_at(reader.position) for reader in players}
        return any(not self._have[piece] and piece not in self._applied.deadlines for piece in waited_for)

    def _with(self, purpose: Purpose) -> list[_Reader]:
        return [reader for reader in self._readers.values() if reader.purpose is purpose]

    def _tail(self, extent: Extent) -> Iterable[int]:
        start = extent.piece_at(max(0, extent.size - TAIL))
        return (piece for piece in range(start, extent.last + 1) if not self._have[piece])


def _ladder(distance: int) -> int:
    return next((priority for part, priority in _LADDER if distance < part * WINDOW), _LADDER[-1][1])


def _raise(priorities: dict[int, int], piece: int, priority: int) -> None:
    priorities[piece] = max(priority, priorities.get(piece, 0))

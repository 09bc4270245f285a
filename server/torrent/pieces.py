"""Which pieces are wanted, and how urgently: pure, no I/O, no clock.

A schedule is told what readers do and what the swarm delivered, and says which priorities and deadlines the session
should hold. PLAY goes before PRELOAD here and nowhere else.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from server.models import Purpose
from server.torrent.demand import TAIL, Demand
from server.torrent.extent import Extent

_TAIL_PRIORITY = 4  # behind what a start needs: a player who reads the index first is there as a reader, too
_PRELOAD_PRIORITY = 1
_UNKNOWN = -1
_DEADLINES = 4
_DEADLINE_STEP = 500  # ms between the deadlines of one reader


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
    wakes: bool = False
    """Whether pieces are wanted that are missing, where none were before, as far as is known here."""

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.clear or self.reset or self.deadlines or self.priorities)


class PieceSchedule:
    """The wanted pieces of one torrent, for all of its readers."""

    def __init__(self, have: bytearray) -> None:
        """``have`` has a byte a piece, not 0 for those on the disk; it is read here and written by the owner."""
        self._have = have
        self._readers: dict[int, Demand] = {}
        self._ids = itertools.count()
        self._applied = Plan()
        self._opened: set[int] = set()
        """Readers that came since the last changes."""
        self._restarted = False
        self.yielding = False
        """Whether other torrents need the line more: what is got ready for later has to wait."""

    def open(self, extent: Extent, start: int, stop: int, purpose: Purpose, viewing: object = None) -> int:
        """Add a reader of the bytes from ``start`` to before ``stop``; return its key.

        Other players of the same ``viewing`` go behind it for as long as it is there and they stand still: not every
        client closes the connection that it has left by a seek.
        """
        key = next(self._ids)
        for other in self._readers.values() if viewing is not None else ():
            if other.viewing == viewing and other.purpose is Purpose.PLAY:
                other.superseded_at = other.position
        self._readers[key] = reader = Demand(extent, start, stop, purpose, tail=stop - start > TAIL, viewing=viewing)
        reader.fresh = purpose is Purpose.PLAY
        reader.hurry()
        self._opened.add(key)
        return key

    def advance(self, key: int, position: int, now: float = 0.0) -> bool:
        """Move a reader, at a time in seconds by any clock; return whether that changes what is wanted."""
        reader = self._readers[key]
        before = *reader.wants(), reader.plays, reader.hurries, reader.fresh
        reader.move(position, now)
        return (*reader.wants(), reader.plays, reader.hurries, reader.fresh) != before

    def late(self, key: int) -> None:
        """Take it that a reader has waited for its piece for longer than a lively swarm takes: it is in a hurry."""
        self._readers[key].fresh = False
        self._readers[key].hurry()

    def close(self, key: int) -> None:
        """Forget a reader; what only it wanted is wanted no more, and who it superseded is back."""
        gone = self._readers.pop(key)
        self._opened.discard(key)
        others = [reader for reader in self._readers.values() if reader.viewing == gone.viewing]
        for reader in others[-1:]:  # the one that came last
            reader.superseded_at = None

    def is_last_player(self, key: int) -> bool:
        """Whether this reader plays, and is the only one that does."""
        return [self._readers[key]] == [one for one in self._readers.values() if one.purpose is Purpose.PLAY]

    def demote(self, key: int) -> None:
        """Take the reader's hurry away: what it wants is got ready from here on, behind all who play, and no more."""
        reader = self._readers[key]
        reader.stop = reader.end
        reader.purpose = Purpose.PRELOAD
        reader.lingers = True

    def plays(self, key: int) -> bool:
        """Whether a reader is of those that others wait for: somebody watches it, and at this place."""
        return self._readers[key].plays

    @property
    def has_readers(self) -> bool:
        """Whether anybody plays, did a moment ago, or has something got ready."""
        return bool(self._readers)

    @property
    def wanted(self) -> bool:
        """Whether the session was asked for anything that was missing when it was told last."""
        return next(iter(self._applied.priorities.values()), _UNKNOWN) != _UNKNOWN

    @property
    def hungry(self) -> bool:
        """Whether a player misses bytes that it needs soon."""
        return any(self._misses(reader.near()) for reader in self._readers.values() if reader.plays)

    @property
    def preparing(self) -> bool:
        """Whether something is still missing of what is got ready for later."""
        preloads = (reader for reader in self._readers.values() if reader.prepares)
        return any(self._misses(range(first, behind)) for reader in preloads for first, behind, _ in reader.wants())

    def restart(self) -> None:
        """Take it that the session wants any piece, nobody knows how much: the next changes speak of every one."""
        unknown = {piece: _UNKNOWN for piece, there in enumerate(self._have) if not there}
        self._applied = Plan(unknown, self._applied.deadlines)
        self._restarted = True

    def plan(self) -> Plan:
        """Return what the session should hold now."""
        priorities: dict[int, int] = {}
        deadlines: dict[int, int] = {}
        playing = [reader for reader in self._readers.values() if reader.plays]
        for reader in playing:
            for first, behind, priority in reader.wants():
                self._raise(priorities, range(first, behind), priority)
            if reader.tail and not reader.fresh:
                self._raise(priorities, self._tail(reader.extent), _TAIL_PRIORITY)
            for step, piece in enumerate(self._hurried(reader)):
                deadlines[piece] = min(step * _DEADLINE_STEP, deadlines.get(piece, step * _DEADLINE_STEP))
        for reader in self._readers.values():
            if reader.plays or (reader.prepares and self.yielding):
                continue
            for first, behind, priority in reader.wants():
                self._raise(priorities, range(first, behind), _PRELOAD_PRIORITY if playing else priority)
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
        differing = {piece for piece, _ in before.priorities.items() ^ after.priorities.items()}
        unsettled &= before.priorities.keys() | after.priorities.keys()
        priorities = tuple(
            (piece, after.priorities.get(piece, 0)) for piece in sorted(differing | unsettled) if not self._have[piece]
        )
        self._applied = after
        asked = any(priority != _UNKNOWN and not self._have[piece] for piece, priority in before.priorities.items())
        return Changes(clear, gone, added, priorities, wakes=bool(after.priorities) and not asked)

    def _kicked(self) -> bool:
        """Whether a player has come that waits for a piece which the session does not hurry for."""
        players = (self._readers[key] for key in self._opened if self._readers[key].purpose is Purpose.PLAY)
        waited_for = {reader.extent.piece_at(reader.position) for reader in players}
        return any(not self._have[piece] and piece not in self._applied.deadlines for piece in waited_for)

    def _tail(self, extent: Extent) -> range:
        return range(extent.piece_at(max(0, extent.size - TAIL)), extent.last + 1)

    def _hurried(self, reader: Demand) -> Iterable[int]:
        most = 1 if reader.fresh else _DEADLINES
        return itertools.islice(self._missing(reader.near()), most) if reader.hurries else ()

    def _missing(self, pieces: range) -> Iterator[int]:
        piece = pieces.start - 1
        while (piece := self._have.find(0, piece + 1, pieces.stop)) >= 0:
            yield piece

    def _misses(self, pieces: range) -> bool:
        return self._have.find(0, pieces.start, pieces.stop) >= 0

    def _raise(self, priorities: dict[int, int], pieces: range, priority: int) -> None:
        for piece in self._missing(pieces):
            if priorities.get(piece, 0) < priority:
                priorities[piece] = priority

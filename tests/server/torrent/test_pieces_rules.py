"""Scripts of events that hypothesis makes up, and what has to be true of a schedule after each of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import cast

import libtorrent as lt
import pytest
from fakes.torrent_files import info, torrent_file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from server.models import Purpose
from server.torrent.extent import Extent
from server.torrent.pieces import Changes, PieceSchedule

MIB = 1 << 20
WINDOW, NEAR, TAIL, FIRST = 32 * MIB, 8 * MIB, 1 * MIB, 4 * MIB
RUNGS = ((MIB, 6), (2 * MIB, 5), (4 * MIB, 4), (16 * MIB, 3))
ANYTHING = -1
"""The priority of a piece whose deadline the session was told, and not its priority since."""


@dataclass
class ObedientSession:
    """Does what Changes say, in their order, with libtorrent's side effects on priorities."""

    priorities: dict[int, int] = field(default_factory=dict)
    deadlines: dict[int, int] = field(default_factory=dict)

    def apply(self, changes: Changes) -> None:
        if changes.clear:
            self.priorities |= dict.fromkeys(self.deadlines, ANYTHING)
            self.deadlines.clear()
        for piece in changes.reset:
            del self.deadlines[piece]
            self.priorities[piece] = ANYTHING
        for piece, milliseconds in changes.deadlines:
            self.deadlines[piece] = milliseconds
            self.priorities[piece] = ANYTHING
        self.priorities |= dict(changes.priorities)

    def want_nothing(self) -> None:
        """Take every piece's priority away; deadlines stay, as they do in libtorrent."""
        self.priorities.clear()

    def finish(self, piece: int) -> None:
        self.priorities.pop(piece, None)
        self.deadlines.pop(piece, None)

    @property
    def wanted(self) -> dict[int, int]:
        return {piece: priority for piece, priority in self.priorities.items() if priority}


@dataclass
class Wish:
    """What the test itself remembers of a reader."""

    extent: Extent
    position: int
    stop: int
    purpose: Purpose
    whole: bool
    hurries_until: int = 0
    fresh: bool = False
    """Whether it plays, has got nothing yet and has not waited for long."""
    wide: int = WINDOW
    """Bytes of its window: how they follow the pace is tested elsewhere."""

    @property
    def piece(self) -> int:
        return (self.extent.offset + self.position) // self.extent.piece_length

    @property
    def hurries(self) -> bool:
        return self.purpose is Purpose.PLAY and self.position < self.hurries_until

    @property
    def end(self) -> int:
        if self.purpose is Purpose.PRELOAD:
            return self.stop
        return min(self.stop, self.position + (FIRST if self.fresh else self.wide))

    def window(self) -> dict[int, int]:
        """Return the lowest priority that each piece of the window deserves by itself."""
        length = self.extent.piece_length
        last = (self.extent.offset + self.end - 1) // length
        window = {self.piece: 7}
        rungs, taken = list(RUNGS), False
        for piece in range(self.piece + 1, last + 1):
            distance = piece * length - self.extent.offset - self.position
            while rungs and taken and distance >= rungs[0][0]:
                rungs.pop(0)
                taken = False
            window[piece] = rungs[0][1] if rungs else 2
            taken = True
        return window

    def tail(self) -> dict[int, int]:
        if self.purpose is Purpose.PRELOAD or not self.whole or self.fresh:
            return {}
        first = max(0, self.extent.size - TAIL) + self.extent.offset
        last = self.extent.offset + self.extent.size - 1
        return dict.fromkeys(range(first // self.extent.piece_length, last // self.extent.piece_length + 1), 4)


@st.composite
def torrents(draw: st.DrawFn) -> list[Extent]:
    """Return the extents of up to three files that share pieces, in at most some hundred pieces."""
    length = draw(st.sampled_from([1_000_003, MIB // 2, MIB, 2 * MIB, 4 * MIB, 16 * MIB, 32 * MIB, 48 * MIB, 64 * MIB]))
    limit = min(150 * length, 200 * MIB + 2 * length)
    sizes = draw(st.lists(st.integers(1, limit) | st.integers(1, 3 * MIB), min_size=1, max_size=3))
    first = draw(st.integers(0, 2 * length))
    offsets = itertools.accumulate(sizes, initial=first)
    return [Extent(length, offset, size) for offset, size in zip(offsets, sizes, strict=False)]


class ScheduleRules(RuleBasedStateMachine):
    @initialize(files=torrents(), there=st.randoms(use_true_random=False), share=st.sampled_from([0.0, 0.0, 0.3, 0.9]))
    def begin(self, files: list[Extent], there: Random, share: float) -> None:
        self.files = files
        self.have = bytearray(int(there.random() < share) for _ in range(files[-1].last + 1))
        self.schedule = PieceSchedule(self.have)
        self.session = ObedientSession()
        self.readers: dict[int, Wish] = {}
        self.opened: set[int] = set()
        self.restarted = False
        self.now = 0.0

    # --- events

    @rule(data=st.data(), purpose=st.sampled_from([Purpose.PLAY, Purpose.PLAY, Purpose.PRELOAD]), to_end=st.booleans())
    def open(self, data: st.DataObject, purpose: Purpose, to_end: bool) -> None:  # noqa: FBT001 - hypothesis draws it
        extent = data.draw(st.sampled_from(self.files))
        start = data.draw(st.integers(0, extent.size - 1))
        stop = extent.size if to_end else data.draw(st.integers(start + 1, extent.size))
        key = self.schedule.open(extent, start, stop, purpose)
        assert key not in self.readers
        self.readers[key] = wish = Wish(extent, start, stop, purpose, whole=stop - start > TAIL)
        wish.hurries_until = start + NEAR
        wish.fresh = purpose is Purpose.PLAY
        self.opened.add(key)

    @precondition(lambda self: self.readers)
    @rule(data=st.data(), step=st.integers(1, MIB) | st.integers(MIB, 80 * MIB), seconds=st.floats(0, 10))
    def advance(self, data: st.DataObject, step: int, seconds: float) -> None:
        key = data.draw(st.sampled_from(sorted(self.readers)))
        wish = self.readers[key]
        self.now += seconds
        before = wish.window(), wish.hurries, wish.fresh
        told = self.schedule.advance(key, min(wish.position + step, wish.stop), self.now)
        wish.position = min(wish.position + step, wish.stop - 1)
        wish.fresh = False
        wish.wide = self.schedule._readers[key].window
        assert WINDOW <= wish.wide <= 8 * WINDOW
        assert told is ((wish.window(), wish.hurries, wish.fresh) != before)

    @precondition(lambda self: self.readers)
    @rule(data=st.data())
    def late(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.readers)))
        self.schedule.late(key)
        self.readers[key].hurries_until = self.readers[key].position + NEAR
        self.readers[key].fresh = False

    @precondition(lambda self: self.readers)
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.readers)))
        self.schedule.close(key)
        del self.readers[key]
        self.opened.discard(key)

    @precondition(lambda self: self.readers)
    @rule(data=st.data())
    def demote(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.readers)))
        players = [key for key, wish in self.readers.items() if wish.purpose is Purpose.PLAY]
        assert self.schedule.is_last_player(key) is (players == [key])
        self.schedule.demote(key)
        wish = self.readers[key]
        if wish.purpose is Purpose.PLAY:
            wish.stop = wish.end
            wish.purpose = Purpose.PRELOAD

    @precondition(lambda self: self.session.wanted)
    @rule(data=st.data())
    def finish_wanted(self, data: st.DataObject) -> None:
        self._finish(data.draw(st.sampled_from(sorted(self.session.wanted))))

    @rule(data=st.data())
    def finish_any(self, data: st.DataObject) -> None:
        self._finish(data.draw(st.integers(0, len(self.have) - 1)))

    @rule()
    def restart(self) -> None:
        self.session.want_nothing()
        self.schedule.restart()
        self.restarted = True

    @rule()
    def apply(self) -> None:
        hurried = dict(self.session.deadlines)
        changes = self.schedule.changes()
        waiting = {self.readers[key].piece for key in self.opened if self.readers[key].purpose is Purpose.PLAY}
        kicks = self.restarted or any(not self.have[piece] and piece not in hurried for piece in waiting)
        if hurried:
            assert changes.clear is kicks, "a seek kicks, and nothing else does"
        else:
            assert kicks or not changes.clear
        self.opened.clear()
        self.restarted = False
        self.session.apply(changes)
        plan = self.schedule.plan()
        assert self.session.wanted == plan.priorities
        assert self.session.deadlines.keys() == plan.deadlines.keys()
        assert not self.schedule.changes(), "the same again is no change"

    def _finish(self, piece: int) -> None:
        self.have[piece] = 1
        self.session.finish(piece)

    # --- what is always true

    @invariant()
    def wanted_is_what_windows_and_tails_miss(self) -> None:
        wanted: dict[int, int] = {}
        playing = any(wish.purpose is Purpose.PLAY for wish in self.readers.values())
        for wish in self.readers.values():
            behind = playing and wish.purpose is Purpose.PRELOAD
            for piece, priority in itertools.chain(wish.window().items(), wish.tail().items()):
                if not self.have[piece]:
                    wanted[piece] = max(wanted.get(piece, 0), 1 if behind else priority)
        assert self.schedule.plan().priorities == wanted

    @invariant()
    def play_goes_before_preload(self) -> None:
        plan = self.schedule.plan().priorities
        by_purpose: dict[Purpose, set[int]] = {purpose: set() for purpose in Purpose}
        for wish in self.readers.values():
            by_purpose[wish.purpose] |= wish.window().keys() | wish.tail().keys()
        played = by_purpose[Purpose.PLAY]
        lowest_played = min((plan[piece] for piece in played if piece in plan), default=8)
        highest_other = max((plan[piece] for piece in plan.keys() - played), default=0)
        assert not played or highest_other <= 1 < lowest_played

    @invariant()
    def hurry_is_for_the_first_that_each_player_misses_soon(self) -> None:
        plan = self.schedule.plan()
        expected: dict[int, int] = {}
        for wish in self.readers.values():
            if wish.hurries:
                length, soon = wish.extent.piece_length, min(wish.end, wish.position + NEAR)
                near = range(wish.piece, (wish.extent.offset + soon - 1) // length + 1)
                missing = [piece for piece in near if not self.have[piece]]
                for piece, milliseconds in zip(missing, range(0, 500 if wish.fresh else 2000, 500), strict=False):
                    expected[piece] = min(milliseconds, expected.get(piece, milliseconds))
        assert plan.deadlines == expected
        assert list(plan.deadlines.values()) == sorted(expected.values()), "most urgent first"


TestScheduleRules = ScheduleRules.TestCase
TestScheduleRules.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


# --- libtorrent itself


@pytest.fixture(scope="module")
def session() -> Iterator[lt.session]:
    quiet = {"listen_interfaces": "", "enable_dht": False, "enable_lsd": False, "enable_upnp": False}
    session = lt.session(cast("lt.settings_pack", quiet | {"enable_natpmp": False}))  # a dict, whatever the stubs say
    yield session
    session.pause()


@pytest.fixture(scope="module")
def handle(session: lt.session, tmp_path_factory: pytest.TempPathFactory) -> lt.torrent_handle:
    """Return a torrent of 100 pieces of 1 MiB that nobody seeds."""
    parameters = lt.load_torrent_buffer(torrent_file(info(100 * MIB, piece_length=MIB)))
    parameters.save_path = str(tmp_path_factory.mktemp("torrent"))
    parameters.flags = lt.torrent_flags.default_dont_download
    return session.add_torrent(parameters)


moves = st.lists(st.tuples(st.sampled_from(["open", "advance", "close", "restart"]), st.integers(0, 99)), max_size=25)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves)
def test_libtorrent_holds_the_plan_after_any_changes(handle: lt.torrent_handle, moves: list[tuple[str, int]]) -> None:
    handle.clear_piece_deadlines()
    handle.prioritize_pieces([0] * 100)
    schedule, extent = PieceSchedule(bytearray(100)), Extent(MIB, 0, 100 * MIB)
    readers: dict[int, int] = {}
    for move, piece in moves:
        key = list(readers)[piece % len(readers)] if readers else None
        if move == "open":
            readers[schedule.open(extent, piece * MIB, extent.size, Purpose.PLAY)] = piece
        elif move == "restart":
            handle.prioritize_pieces([0] * 100)
            schedule.restart()
        elif key is not None and move == "advance":
            readers[key] = max(readers[key], piece)
            schedule.advance(key, readers[key] * MIB)
        elif key is not None:
            schedule.close(key)
            del readers[key]
        obey(handle, schedule.changes())
        held = {index: priority for index, priority in enumerate(handle.get_piece_priorities()) if priority}
        assert held == schedule.plan().priorities


def obey(handle: lt.torrent_handle, changes: Changes) -> None:
    if changes.clear:
        handle.clear_piece_deadlines()
    for piece in changes.reset:
        handle.reset_piece_deadline(piece)
    for piece, milliseconds in changes.deadlines:
        handle.set_piece_deadline(piece, milliseconds)
    if changes.priorities:
        handle.prioritize_pieces(list(changes.priorities))


def test_libtorrent_does_to_priorities_what_the_obedient_session_does(handle: lt.torrent_handle) -> None:
    """Setting, resetting and clearing deadlines each change a piece's priority: that is why it is said again."""
    handle.clear_piece_deadlines()
    handle.prioritize_pieces([3] * 100)
    handle.set_piece_deadline(0, 0)
    handle.set_piece_deadline(1, 500)
    assert handle.get_piece_priorities()[:3] == [7, 7, 3]
    handle.reset_piece_deadline(1)
    handle.clear_piece_deadlines()
    assert handle.get_piece_priorities()[:3] == [1, 1, 3]

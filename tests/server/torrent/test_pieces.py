from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.models import Purpose, VideoFile
from server.torrent.demand import FIRST, IN_SOCKETS, MIB, MOST_WINDOW, NEAR, TAIL, WINDOW
from server.torrent.extent import Extent
from server.torrent.pieces import Changes, PieceSchedule, Plan

PLAY, PRELOAD = Purpose.PLAY, Purpose.PRELOAD
FILM = Extent(piece_length=MIB, offset=0, size=200 * MIB)


def schedule_of(extent: Extent, *there: int) -> tuple[PieceSchedule, bytearray]:
    have = bytearray(extent.last + 1)
    for piece in there:
        have[piece] = 1
    return PieceSchedule(have), have


def play(schedule: PieceSchedule, extent: Extent = FILM, start: int = 0) -> int:
    """Open a reader as a player does, from a position to the end, who then waits for a while; return its key."""
    key = schedule.open(extent, start, extent.size, PLAY)
    schedule.late(key)
    return key


# --- Extent


def test_a_file_in_the_middle_of_pieces() -> None:
    extent = Extent(piece_length=100, offset=250, size=300)
    assert (extent.first, extent.last, extent.pieces) == (2, 5, range(2, 6))
    assert [extent.piece_at(position) for position in (0, 49, 50, 149, 150, 299)] == [2, 2, 3, 3, 4, 5]
    assert [extent.end_of(piece) for piece in extent.pieces] == [50, 150, 250, 300]


def test_an_extent_of_a_video() -> None:
    video = VideoFile(index=3, size=300, offset=250, name="film.mkv")
    assert Extent.of(video, 100) == Extent(piece_length=100, offset=250, size=300)


extents = st.builds(Extent, piece_length=st.integers(1, 40), offset=st.integers(0, 200), size=st.integers(1, 300))


@given(extents)
def test_every_byte_lies_in_the_piece_that_arithmetic_says(extent: Extent) -> None:
    found: dict[int, list[int]] = {}
    for position in range(extent.size):
        found.setdefault((extent.offset + position) // extent.piece_length, []).append(position)
    assert list(extent.pieces) == list(found)
    for piece, positions in found.items():
        assert extent.end_of(piece) == positions[-1] + 1
        assert all(extent.piece_at(position) == piece for position in positions)


@given(extents, st.data())
def test_available_counts_bytes_up_to_the_first_gap(extent: Extent, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, extent.size - 1))
    stop = data.draw(st.integers(start, extent.size))
    have = bytearray(data.draw(st.lists(st.integers(0, 1), min_size=extent.last + 1, max_size=extent.last + 1)))
    gaps = (position for position in range(start, stop) if not have[(extent.offset + position) // extent.piece_length])
    assert extent.available(start, stop, have) == next(gaps, stop) - start


# --- Plan: the window and its ladder


def test_nothing_is_wanted_without_a_reader() -> None:
    schedule, _ = schedule_of(FILM)
    assert schedule.plan() == Plan({}, {})
    assert not schedule.changes()


def test_a_player_wants_its_window_most_urgently_nearby_and_the_end_of_the_file() -> None:
    schedule, _ = schedule_of(FILM)
    play(schedule, start=40 * MIB)
    wanted = {40: 7, 41: 6, 42: 5, 43: 4} | dict.fromkeys(range(44, 56), 3)
    wanted |= dict.fromkeys(range(56, 72), 2) | {199: 4}
    assert schedule.plan() == Plan(wanted, {40: 0, 41: 500, 42: 1000, 43: 1500})


def test_a_position_within_a_piece_measures_from_there() -> None:
    schedule, _ = schedule_of(FILM)
    play(schedule, start=40 * MIB + 1)
    plan = schedule.plan()
    assert set(plan.priorities) == {*range(40, 73), 199}
    assert [plan.priorities[piece] for piece in (40, 41, 42, 43, 44, 45, 56, 57, 72)] == [7, 6, 5, 4, 4, 3, 3, 2, 2]


@pytest.mark.parametrize(
    ("piece_length", "priorities"),
    [
        (256 << 10, [7, 6, 6, 6, 5, 5, 5, 5, 4, 4, 4, 4, 4, 4, 4, 4, 3]),
        (MIB, [7, 6, 5, 4, 3]),
        (2 * MIB, [7, 6, 5, 4, 3]),
        (16 * MIB, [7, 6]),
    ],
)
def test_each_rung_of_the_ladder_has_a_piece_at_least(piece_length: int, priorities: list[int]) -> None:
    """Among equals the swarm chooses, which would have a player wait for the second piece while the third comes."""
    schedule, _ = schedule_of(extent := Extent(piece_length, offset=0, size=200 * MIB))
    play(schedule, extent)
    assert [schedule.plan().priorities[piece] for piece in range(len(priorities))] == priorities


def test_who_has_just_come_wants_little_and_hurries_for_the_first_piece_alone() -> None:
    schedule, have = schedule_of(FILM)
    key = schedule.open(FILM, 40 * MIB, FILM.size, PLAY)
    assert schedule.plan() == Plan({40: 7, 41: 6, 42: 5, 43: 4}, {40: 0})
    have[40] = 1
    assert schedule.advance(key, 40 * MIB + 1), "and all of its window from here on"
    plan = schedule.plan()
    assert set(plan.priorities) == {*range(41, 73), 199}
    assert list(plan.deadlines) == [41, 42, 43, 44]


def test_who_wants_a_little_only_hurries_for_all_of_it_once_the_first_piece_is_there() -> None:
    schedule, have = schedule_of(FILM)
    key = schedule.open(FILM, 0, FIRST, PLAY)
    have[0] = 1
    assert schedule.advance(key, 1)
    assert list(schedule.plan().deadlines) == [1, 2, 3]


def test_who_has_to_wait_for_the_first_piece_wants_the_whole_window_meanwhile() -> None:
    schedule, _ = schedule_of(FILM)
    schedule.late(schedule.open(FILM, 0, FILM.size, PLAY))
    assert set(schedule.plan().priorities) == {*range(32), 199}
    assert list(schedule.plan().deadlines) == [0, 1, 2, 3]


def test_pieces_on_the_disk_are_not_wanted_and_deadlines_go_to_the_first_that_miss() -> None:
    schedule, have = schedule_of(FILM, 0, 1, 3, 199)
    play(schedule)
    plan = schedule.plan()
    assert set(plan.priorities) == set(range(32)) - {0, 1, 3}
    assert plan.deadlines == {2: 0, 4: 500, 5: 1000, 6: 1500}
    have[2] = 1
    assert schedule.plan().deadlines == {4: 0, 5: 500, 6: 1000, 7: 1500}


def test_a_probe_wants_its_own_bytes_only() -> None:
    schedule, _ = schedule_of(FILM)
    schedule.open(FILM, 5 * MIB + 10, 6 * MIB, PLAY)
    assert schedule.plan() == Plan({5: 7}, {5: 0})


def test_a_range_of_a_little_more_than_the_tail_wants_the_tail() -> None:
    schedule, _ = schedule_of(FILM)
    schedule.open(FILM, 0, TAIL, PLAY)
    assert set(schedule.plan().priorities) == {0}
    schedule.late(schedule.open(FILM, 0, TAIL + 1, PLAY))
    assert schedule.plan().priorities == {0: 7, 1: 6, 199: 4}


def test_the_tail_begins_and_ends_within_pieces_shared_with_other_files() -> None:
    extent = Extent(piece_length=MIB, offset=MIB // 2, size=100 * MIB)
    schedule, _ = schedule_of(extent)
    play(schedule, extent)
    assert set(schedule.plan().priorities) == {*range(33), 99, 100}


def test_two_readers_merge_by_the_higher_priority_and_the_shorter_deadline() -> None:
    schedule, _ = schedule_of(FILM)
    play(schedule)
    play(schedule, start=MIB)
    plan = schedule.plan()
    assert [plan.priorities[piece] for piece in (0, 1, 2, 3, 4, 5, 16, 32)] == [7, 7, 6, 5, 4, 3, 3, 2]
    assert plan.deadlines == {0: 0, 1: 0, 2: 500, 3: 1000, 4: 1500}
    assert list(plan.deadlines) == [0, 1, 2, 3, 4]


# --- PLAY and PRELOAD


def test_a_preload_has_the_whole_ladder_while_nobody_plays() -> None:
    schedule, _ = schedule_of(FILM)
    schedule.open(FILM, 0, FILM.size, PRELOAD)
    plan = schedule.plan()
    assert [plan.priorities[piece] for piece in (0, 1, 2, 3, 4, 31)] == [7, 6, 5, 4, 3, 2]
    assert plan.deadlines == {}


def test_a_preload_wants_all_that_it_was_told_and_nothing_else() -> None:
    schedule, _ = schedule_of(FILM)
    schedule.open(FILM, 0, 40 * MIB, PRELOAD)
    schedule.open(FILM, 198 * MIB, 200 * MIB, PRELOAD)
    assert set(schedule.plan().priorities) == {*range(40), 198, 199}


def test_one_who_stopped_playing_has_its_window_got_ready_and_no_more() -> None:
    schedule, have = schedule_of(FILM)
    key = play(schedule)
    schedule.demote(key)
    assert set(schedule.plan().priorities) == set(range(32))
    have[:32] = b"\1" * 32
    assert schedule.plan() == Plan({}, {})


def test_a_preload_comes_after_everything_that_is_played() -> None:
    schedule, _ = schedule_of(FILM)
    schedule.open(FILM, 0, FILM.size, PRELOAD)
    key = play(schedule, start=20 * MIB)
    plan = schedule.plan()
    assert {plan.priorities[piece] for piece in (*range(20), *range(52, 199))} == {1}
    assert min(plan.priorities[piece] for piece in range(20, 52)) == 2
    schedule.close(key)
    assert schedule.plan().priorities[0] == 7


def test_playing_another_file_of_the_torrent_puts_a_preload_back_too() -> None:
    other = Extent(piece_length=MIB, offset=FILM.size, size=50 * MIB)
    schedule, _ = schedule_of(other)
    schedule.open(FILM, 0, FILM.size, PRELOAD)
    play(schedule, other)
    plan = schedule.plan()
    assert (plan.priorities[0], plan.priorities[200]) == (1, 7)


# --- Changes: a script


def test_from_start_to_end() -> None:
    schedule, have = schedule_of(FILM)
    key = play(schedule)
    first = schedule.changes()
    assert not first.clear
    assert first.deadlines == ((0, 0), (1, 500), (2, 1000), (3, 1500))
    assert dict(first.priorities) == schedule.plan().priorities
    assert not schedule.changes()

    have[0] = 1
    assert schedule.changes() == Changes(clear=False, reset=(), deadlines=((4, 1500),), priorities=((4, 3),))
    assert schedule.advance(key, MIB // 2)
    assert dict(schedule.changes().priorities) == {4: 4, 16: 3, 32: 2}
    assert not schedule.advance(key, MIB - 1)
    assert schedule.advance(key, MIB)
    assert dict(schedule.changes().priorities) == {1: 7, 2: 6, 3: 5}

    schedule.close(key)
    last = schedule.changes()
    assert (last.clear, set(last.reset), last.deadlines) == (False, {1, 2, 3, 4}, ())
    assert dict(last.priorities) == dict.fromkeys([*range(1, 33), 199], 0)
    assert not schedule.changes()


def test_a_seek_kicks() -> None:
    schedule, _ = schedule_of(FILM)
    play(schedule)
    schedule.changes()
    play(schedule, start=100 * MIB)
    changes = schedule.changes()
    assert changes.clear
    assert changes.reset == ()
    assert {piece for piece, _ in changes.deadlines} == {*range(4), *range(100, 104)}
    said = dict(changes.priorities)
    assert [said[piece] for piece in range(4)] == [7, 6, 5, 4], "what lost its deadline has to be said again"
    assert set(said) == {*range(4), *range(100, 132)}, "nothing else of the old window changes"


def test_a_seek_of_one_who_closed_before_leaves_nothing_of_the_old_place() -> None:
    schedule, _ = schedule_of(FILM)
    key = play(schedule)
    schedule.changes()
    schedule.close(key)
    play(schedule, start=100 * MIB)
    changes = schedule.changes()
    assert changes.clear
    assert changes.deadlines == ((100, 0), (101, 500), (102, 1000), (103, 1500))
    assert {piece for piece, priority in changes.priorities if not priority} == set(range(32))


def seek_without_closing() -> tuple[PieceSchedule, int, int]:
    """Return a schedule with a player that went from the start to piece 100, and kept its first connection."""
    schedule, _ = schedule_of(FILM)
    left = schedule.open(FILM, 0, FILM.size, PLAY, "TV")
    schedule.late(left)
    schedule.changes()
    there = schedule.open(FILM, 100 * MIB, FILM.size, PLAY, "TV")
    schedule.late(there)
    return schedule, left, there


def test_a_seek_of_one_who_does_not_close_puts_the_old_place_behind() -> None:
    schedule, left, _ = seek_without_closing()
    plan = schedule.plan()
    assert list(plan.deadlines) == [100, 101, 102, 103]
    assert {plan.priorities[piece] for piece in range(32)} == {1}
    assert plan.priorities[100] == 7
    schedule.late(left)
    assert schedule.plan() == plan, "nobody is there who could be in a hurry"
    schedule.advance(left, IN_SOCKETS)
    assert {schedule.plan().priorities[piece] for piece in range(10, 32)} == {1}, "sockets take a little more"


def test_one_who_reads_on_at_two_places_has_both() -> None:
    schedule, left, _ = seek_without_closing()
    assert schedule.advance(left, IN_SOCKETS + 1)
    assert (schedule.plan().priorities[6], schedule.plan().priorities[100]) == (7, 7)


def test_when_the_new_place_is_left_the_old_one_counts_again() -> None:
    schedule, _, there = seek_without_closing()
    schedule.close(there)
    assert schedule.plan().priorities[0] == 7
    assert next(iter(schedule.plan().deadlines)) == 0


def test_what_others_watch_stays_as_urgent() -> None:
    schedule, *_ = seek_without_closing()
    other = schedule.open(FILM, 150 * MIB, FILM.size, PLAY, "phone")
    schedule.late(other)
    assert (schedule.plan().priorities[100], schedule.plan().priorities[150]) == (7, 7)


@pytest.mark.parametrize("purpose", [PLAY, PRELOAD])
def test_the_first_reader_has_nothing_to_clear(purpose: Purpose) -> None:
    schedule, _ = schedule_of(FILM)
    schedule.open(FILM, 0, FILM.size, purpose)
    assert not schedule.changes().clear


def test_a_seek_to_what_is_there_or_urgent_already_disturbs_nobody() -> None:
    schedule, _ = schedule_of(FILM, 100)
    play(schedule)
    schedule.changes()
    play(schedule, start=100 * MIB)
    play(schedule, start=MIB)
    schedule.open(FILM, 150 * MIB, FILM.size, PRELOAD)
    assert not schedule.changes().clear


def test_a_seek_given_up_at_once_disturbs_nobody() -> None:
    schedule, _ = schedule_of(FILM)
    play(schedule)
    schedule.changes()
    schedule.close(play(schedule, start=100 * MIB))
    assert not schedule.changes()


def test_a_seek_whose_piece_came_meanwhile_disturbs_nobody() -> None:
    schedule, have = schedule_of(FILM)
    play(schedule)
    schedule.changes()
    play(schedule, start=100 * MIB)
    have[100] = 1
    assert not schedule.changes().clear


def test_playing_on_never_clears() -> None:
    schedule, have = schedule_of(FILM)
    key = play(schedule)
    schedule.changes()
    for piece in range(199):
        have[piece] = 1
        assert not schedule.changes().clear
        assert schedule.advance(key, (piece + 1) * MIB)
        changes = schedule.changes()
        assert not changes.clear
        assert not changes.reset or piece + 1 == NEAR // MIB, "the hurry of the start is over once, and for all"


def test_playing_on_by_several_pieces_at_once_never_clears() -> None:
    schedule, have = schedule_of(FILM)
    key = play(schedule)
    schedule.changes()
    have[0:4] = b"\1\1\1\1"
    schedule.advance(key, 4 * MIB)
    changes = schedule.changes()
    assert not changes.clear
    assert changes.deadlines == ((4, 0), (5, 500), (6, 1000), (7, 1500))


def test_a_kick_settles_what_lost_its_hurry_though_it_is_wanted_as_much_as_before() -> None:
    schedule, _ = schedule_of(FILM)
    schedule.advance(play(schedule), NEAR)  # whose hurry is over
    key = play(schedule, start=NEAR)
    before = schedule.plan().priorities[9]
    schedule.changes()
    schedule.close(key)
    play(schedule, start=100 * MIB)
    changes = schedule.changes()
    assert changes.clear
    assert 9 not in dict(changes.deadlines)
    assert dict(changes.priorities)[9] == before == 6


def test_a_restart_says_everything_again_and_drops_deadlines_that_nobody_knows_of() -> None:
    schedule, have = schedule_of(FILM)
    key = play(schedule)
    play(schedule, start=50 * MIB)
    schedule.changes()
    schedule.close(key)
    have[3] = 1
    schedule.restart()
    changes = schedule.changes()
    assert changes.clear
    assert changes.deadlines == ((50, 0), (51, 500), (52, 1000), (53, 1500))
    missing = dict.fromkeys((piece for piece, there in enumerate(have) if not there), 0)
    assert dict(changes.priorities) == missing | schedule.plan().priorities
    assert not schedule.changes()


def test_a_restart_with_no_reader_says_that_nothing_is_wanted() -> None:
    schedule, have = schedule_of(FILM)
    schedule.restart()
    assert dict(schedule.changes().priorities) == dict.fromkeys(range(len(have)), 0)


@pytest.mark.parametrize("piece_length", [MIB, 5_000_000, 24 * MIB, WINDOW, 2 * WINDOW])
def test_the_window_is_extended_in_time(piece_length: int) -> None:
    """A reader of what is there must be told of each piece that comes into its window, or it waits at each border."""
    extent = Extent(piece_length, offset=0, size=4 * WINDOW + 2 * piece_length)
    missing = extent.last - 1  # the last one is wanted in any case
    schedule, have = schedule_of(extent)
    have[:] = b"\1" * len(have)
    have[missing] = 0
    key = play(schedule, extent)
    step = MIB // 2
    enters = missing * piece_length - WINDOW  # from behind here on, the window has bytes of the missing piece
    for position in range(0, extent.size, step):
        told = schedule.advance(key, position)
        if position - step <= enters < position:
            assert told, position
        in_window = enters < position < (missing + 1) * piece_length
        assert bool(schedule.plan().priorities) is in_window


def test_the_last_byte_stays_the_position_at_the_end() -> None:
    schedule, _ = schedule_of(FILM)
    key = schedule.open(FILM, 0, 3 * MIB, PLAY)
    schedule.advance(key, 3 * MIB)
    assert schedule.plan().priorities == {2: 7, 199: 4}


def test_keys_are_not_used_twice() -> None:
    schedule, _ = schedule_of(FILM)
    keys = []
    for _ in range(3):
        keys.append(play(schedule))
        schedule.close(keys[-1])
    assert len(set(keys)) == 3


def test_pieces_are_wanted_where_none_were() -> None:
    schedule, have = schedule_of(FILM)
    wakes = [schedule.changes().wakes]
    key = play(schedule)
    wakes.append(schedule.changes().wakes)
    schedule.advance(key, 2 * MIB)
    wakes.append(schedule.changes().wakes)
    have[:34] = b"\1" * 34
    have[199] = 1
    schedule.advance(key, 3 * MIB)  # the window has come whole, and now there is one piece more
    wakes += [schedule.changes().wakes, schedule.changes().wakes]
    schedule.restart()  # nobody knows what the session wants
    wakes.append(schedule.changes().wakes)
    assert wakes == [False, True, False, True, False, True]


# --- Giving way to players of other torrents


def test_what_is_got_ready_waits_while_players_elsewhere_need_the_line() -> None:
    schedule, _ = schedule_of(FILM)
    schedule.open(FILM, 0, 2 * MIB, PRELOAD)
    assert set(schedule.plan().priorities) == {0, 1}
    schedule.yielding = True
    assert schedule.plan() == Plan({}, {})
    player = play(schedule, start=40 * MIB)
    assert 40 in schedule.plan().priorities
    assert 0 not in schedule.plan().priorities
    schedule.demote(player)  # it may come back in a moment, and finds what it had asked for
    assert 40 in schedule.plan().priorities


def test_a_player_is_hungry_until_the_next_bytes_are_there() -> None:
    schedule, have = schedule_of(FILM)
    schedule.open(FILM, 0, 2 * MIB, PRELOAD)
    hungry = [schedule.hungry]
    player = play(schedule, start=40 * MIB)
    hungry.append(schedule.hungry)
    for piece in range(40, 40 + NEAR // MIB):
        have[piece] = 1
    hungry.append(schedule.hungry)
    schedule.advance(player, 41 * MIB)
    hungry.append(schedule.hungry)
    schedule.close(player)
    hungry.append(schedule.hungry)
    assert hungry == [False, True, False, True, False]


# --- The window follows the pace, the hurry comes and goes


def move_along(schedule: PieceSchedule, key: int, rate: float, seconds: float, step: float = 0.1) -> None:
    """Consume at a steady rate of bytes a second, from the start of the film."""
    for tick in range(int(seconds / step) + 1):
        schedule.advance(key, int(tick * step * rate), tick * step)


LONG = Extent(piece_length=MIB, offset=0, size=4096 * MIB)


@pytest.mark.parametrize(
    ("rate", "window"),
    [(0, 32), (MIB, 32), (4 * MIB, 96), (10 * MIB, 248), (12 * MIB, 256), (300 * MIB, 256)],
)
def test_a_window_holds_half_a_minute_of_the_readers_own_pace_within_bounds(rate: int, window: int) -> None:
    schedule, have = schedule_of(LONG)
    key = play(schedule, LONG)
    move_along(schedule, key, rate, 10)
    have[-1] = 1
    wanted = schedule.plan().priorities
    assert max(wanted) - min(wanted) + 1 == pytest.approx(window, abs=1)
    assert {wanted[piece] for piece in wanted if piece - min(wanted) > WINDOW // MIB} <= {2}


def test_a_player_that_has_filled_its_buffer_has_a_smaller_window_again() -> None:
    schedule, have = schedule_of(LONG)
    key = play(schedule, LONG)
    move_along(schedule, key, 100 * MIB, 1)
    wide = len(schedule.plan().priorities)
    for second in range(1, 20):
        schedule.advance(key, (100 + second) * MIB, 1.0 + second)
    assert (wide, len(schedule.plan().priorities)) == (MOST_WINDOW // MIB + 1, WINDOW // MIB + 1)
    assert have[-1] == 0


@given(st.lists(st.tuples(st.integers(0, 400 * MIB), st.floats(0, 60)), max_size=20))
def test_no_pace_breaks_the_bounds_of_the_window(moves: list[tuple[int, float]]) -> None:
    schedule, have = schedule_of(LONG)
    have[-1] = 1
    key, position, now = play(schedule, LONG), 0, 100.0
    for step, seconds in moves:
        position, now = min(position + step, LONG.size - 1), now + seconds
        schedule.advance(key, position, now)
        wanted = len(schedule.plan().priorities)
        assert wanted <= MOST_WINDOW // MIB + 1
        assert wanted >= min(WINDOW // MIB, LONG.last - LONG.piece_at(position)) - 1


def test_the_hurry_is_over_once_enough_was_read() -> None:
    schedule, have = schedule_of(FILM)
    key = play(schedule)
    have[:8] = b"\1" * 8
    assert schedule.plan().deadlines == {}, "what is needed soon is there"
    schedule.advance(key, NEAR - 1)
    assert schedule.plan().deadlines == {8: 0, 9: 500, 10: 1000, 11: 1500}
    assert schedule.advance(key, NEAR)
    assert schedule.plan().deadlines == {}


def test_who_waits_for_long_is_in_a_hurry_again_for_a_while() -> None:
    schedule, have = schedule_of(FILM)
    key = play(schedule)
    have[:20] = b"\1" * 20
    schedule.advance(key, 20 * MIB)
    schedule.changes()
    assert schedule.plan().deadlines == {}
    schedule.late(key)
    changes = schedule.changes()
    assert (changes.clear, changes.deadlines) == (False, ((20, 0), (21, 500), (22, 1000), (23, 1500)))
    have[20:28] = b"\1" * 8
    schedule.advance(key, 28 * MIB)
    assert schedule.plan().deadlines == {}


def test_a_hurry_is_no_business_of_preloads() -> None:
    schedule, _ = schedule_of(FILM)
    schedule.late(schedule.open(FILM, 0, FILM.size, PRELOAD))
    assert schedule.plan().deadlines == {}

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.http.breaker import LADDER, Breaker
from server.models import HostRest

START = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def after(**step: float) -> datetime:
    return START + timedelta(**step)


def gaps_between_requests(waits: Iterable[timedelta]) -> list[timedelta]:
    """Want something of a dead host again and again; return the time between the requests that it got."""
    breaker, asked, now = Breaker({}), [START], START
    breaker.failed_to_connect("dead", now)
    for wait in waits:
        now += wait
        if breaker.resting_until("dead", now) is None:
            asked.append(now)
            breaker.begin("dead", now)
            breaker.failed_to_connect("dead", now)
    return [after - before for before, after in itertools.pairwise(asked)]


def test_a_new_host_may_be_asked() -> None:
    breaker = Breaker({})
    assert breaker.resting_until("yts", START) is None
    assert not breaker.is_half_open("yts", START)
    assert breaker.take_changes() == {}


def test_a_dead_host_is_asked_as_the_ladder_says() -> None:
    gaps = gaps_between_requests([timedelta(seconds=20)] * (10 * 24 * 180))
    assert gaps[: len(LADDER)] == list(LADDER)
    assert set(gaps[len(LADDER) :]) == {DAY}


@given(st.lists(st.timedeltas(timedelta(0), timedelta(hours=9)), max_size=200))
def test_no_pattern_of_searches_asks_a_dead_host_more_often(waits: list[timedelta]) -> None:
    gaps = gaps_between_requests(waits)
    assert all(gap >= rest for gap, rest in zip(gaps, [*LADDER, *[DAY] * len(gaps)], strict=False))


def test_each_answer_is_a_step_down() -> None:
    breaker = Breaker({"yts": HostRest(3, START)})
    breaker.answered("yts", after(seconds=1))
    assert breaker.resting_until("yts", after(seconds=1)) is None
    assert breaker.take_changes() == {"yts": HostRest(2)}
    breaker.misbehaved("yts", after(seconds=2))
    assert breaker.take_changes() == {"yts": HostRest(3, after(seconds=2) + LADDER[2])}
    for _ in range(4):
        breaker.answered("yts", after(hours=2))
    assert breaker.take_changes() == {"yts": HostRest()}


def test_after_its_rest_one_request_is_the_probe() -> None:
    breaker = Breaker({"yts": HostRest(2, START)})
    now = after(seconds=1)
    assert breaker.is_half_open("yts", now)
    assert breaker.resting_until("yts", now) is None
    breaker.begin("yts", now)
    assert breaker.resting_until("yts", now) == now + timedelta(minutes=2)
    breaker.abandon("yts")
    assert breaker.resting_until("yts", now) is None
    breaker.begin("yts", now)
    breaker.failed_to_connect("yts", now)
    assert breaker.resting_until("yts", now) == now + LADDER[2]


def test_a_probe_that_is_never_heard_of_again_does_not_close_the_way_for_good() -> None:
    breaker = Breaker({"yts": HostRest(2, START)})
    breaker.begin("yts", START)
    assert breaker.resting_until("yts", after(minutes=1)) is not None
    assert breaker.resting_until("yts", after(minutes=2)) is None


def test_retry_after_makes_a_rest_longer_but_never_shorter_nor_endless() -> None:
    breaker = Breaker({})
    breaker.misbehaved("a", START, retry_after=600)
    breaker.misbehaved("b", START, retry_after=5)
    breaker.misbehaved("c", START, retry_after=1e9)
    untils = [breaker.resting_until(name, START) for name in "abc"]
    assert untils == [after(seconds=600), after(minutes=1), after(days=1)]


def test_asking_a_host_that_rests_does_not_push_it_up() -> None:
    breaker = Breaker({})
    for second in range(5):
        breaker.misbehaved("yts", after(seconds=second))
        breaker.failed_to_connect("yts", after(seconds=second))
    assert breaker.take_changes() == {"yts": HostRest(1, after(minutes=1))}


# --- our own network


@pytest.mark.parametrize("delays", [(0, 0, 0), (0, 1, 2), (0, 10, 20), (0, 0.1, 24)])
def test_all_hosts_down_at_once_punishes_nobody(delays: Sequence[float]) -> None:
    breaker = Breaker({})
    for name, delay in zip("abc", delays, strict=True):
        breaker.failed_to_connect(name, after(seconds=delay))
    assert [breaker.resting_until(name, after(seconds=25)) for name in "abc"] == [None] * 3
    assert breaker.take_changes() == {}


def test_one_answer_shows_that_the_network_is_there() -> None:
    breaker = Breaker({})
    breaker.failed_to_connect("a", START)
    breaker.failed_to_connect("b", after(seconds=1))
    assert breaker.resting_until("a", after(seconds=1)) is None
    breaker.answered("c", after(seconds=3))
    assert breaker.resting_until("a", after(seconds=3)) == after(minutes=1)
    assert breaker.resting_until("b", after(seconds=3)) == after(minutes=1, seconds=1)
    assert set(breaker.take_changes()) == {"a", "b"}


def test_an_answer_of_long_before_or_after_shows_nothing() -> None:
    breaker = Breaker({})
    breaker.answered("c", after(seconds=-20))
    breaker.failed_to_connect("a", START)
    breaker.failed_to_connect("b", START)
    breaker.answered("c", after(seconds=40))
    assert breaker.resting_until("a", after(seconds=40)) is None


def test_what_is_decided_stays_decided() -> None:
    breaker = Breaker({})
    breaker.failed_to_connect("a", START)
    breaker.failed_to_connect("b", START)
    breaker.answered("b", after(seconds=31))
    breaker.failed_to_connect("b", after(minutes=10))
    breaker.answered("c", after(minutes=10))
    assert breaker.resting_until("a", after(minutes=10)) is None
    assert breaker.resting_until("b", after(minutes=10)) == after(minutes=11)


def test_a_host_that_is_the_only_one_has_nobody_to_vouch_for_it() -> None:
    breaker = Breaker({})
    breaker.failed_to_connect("a", START)
    assert breaker.resting_until("a", START) == after(minutes=1)


def test_hosts_of_the_own_network_prove_nothing() -> None:
    breaker = Breaker({})
    breaker.failed_to_connect("a", START)
    breaker.failed_to_connect("b", START)
    breaker.answered("nas.lan", START, local=True)
    assert breaker.resting_until("a", START) is None
    breaker.failed_to_connect("other.lan", START, local=True)
    assert breaker.resting_until("other.lan", START) == after(minutes=1)


def test_a_server_error_is_the_hosts_own_fault() -> None:
    breaker = Breaker({})
    for name in "abc":
        breaker.misbehaved(name, START)
    assert all(breaker.resting_until(name, START) for name in "abc")


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcd"),
            st.sampled_from(["answered", "failed_to_connect", "misbehaved", "begin"]),
            st.integers(0, 40_000),
        ),
        max_size=60,
    )
)
def test_whatever_happens_over_days_it_can_be_told_and_remembered(events: list[tuple[str, str, int]]) -> None:
    breaker, remembered, now = Breaker({}), dict[str, HostRest](), START
    for name, event, seconds in events:
        now += timedelta(seconds=seconds)
        getattr(breaker, event)(name, now)
        remembered |= breaker.take_changes()
        assert breaker.take_changes() == {}
        until = breaker.resting_until(name, now)
        assert until is None or now < until <= now + DAY
        if event == "answered":
            assert until is None
    restarted = Breaker(remembered)
    later = now + timedelta(minutes=2)
    for name in "abcd":
        assert restarted.resting_until(name, later) == breaker.resting_until(name, later)


@given(st.lists(st.floats(0, 24), min_size=2, max_size=8), st.integers(1, 20))
def test_outages_of_any_length_punish_nobody(delays: list[float], searches: int) -> None:
    breaker = Breaker({})
    for search in range(searches):
        for number, delay in sorted(enumerate(delays), key=lambda pair: pair[1]):
            breaker.failed_to_connect(f"host{number}", after(minutes=search, seconds=delay))
    assert breaker.take_changes() == {}

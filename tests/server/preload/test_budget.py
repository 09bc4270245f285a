from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.models import Priority
from server.preload.budget import HOUR, HourlyBudget

FOCUSED, NEAR = Priority.FOCUSED, Priority.NEAR


def test_what_is_spent_comes_back_after_an_hour() -> None:
    budget = HourlyBudget(100)
    budget.spend(60, 0)
    budget.spend(40, 600)
    assert (budget.used(600), budget.used(HOUR), budget.used(HOUR + 600)) == (100, 40, 0)


def test_there_is_room_again_when_enough_was_spent_long_ago() -> None:
    budget = HourlyBudget(100)
    budget.spend(60, 0)
    budget.spend(40, 600)
    assert budget.free_at(50, FOCUSED, 700) == HOUR
    assert budget.free_at(70, FOCUSED, 700) == HOUR + 600
    assert budget.free_at(50, FOCUSED, HOUR) == HOUR


def test_what_is_less_urgent_leaves_something_for_what_has_the_focus() -> None:
    budget = HourlyBudget(100)
    budget.spend(40, 0)
    assert budget.free_at(10, NEAR, 1) == HOUR
    assert [budget.free_at(count, Priority.VISIBLE, 1) for count in (30, 31)] == [1, HOUR]
    assert [budget.free_at(count, Priority.ADJACENT, 1) for count in (50, 51)] == [1, HOUR]
    assert [budget.free_at(count, FOCUSED, 1) for count in (60, 61)] == [1, HOUR]


def test_one_that_is_larger_than_the_budget_never_comes() -> None:
    budget = HourlyBudget(100)
    assert budget.free_at(101, FOCUSED, 5) == 5 + HOUR


def test_what_others_have_asked_for_counts_until_it_is_clear_what_comes_of_it() -> None:
    budget = HourlyBudget(100)
    budget.reserved = 60
    assert budget.free_at(40, FOCUSED, 0) == 0
    assert 0 < budget.free_at(41, FOCUSED, 0) < HOUR


def test_without_a_limit_everything_has_room() -> None:
    budget = HourlyBudget(0)
    budget.spend(1 << 50, 0)
    assert budget.free_at(1 << 50, NEAR, 1) == 1


def test_nothing_is_remembered_of_nothing() -> None:
    budget = HourlyBudget(10)
    budget.spend(0, 0)
    budget.spend(-5, 0)
    assert budget.used(0) == 0


@given(st.integers(1, 1000), st.lists(st.tuples(st.integers(1, 300), st.floats(0, 900)), max_size=60))
def test_within_any_hour_no_more_is_granted_than_the_limit(limit: int, wishes: list[tuple[int, float]]) -> None:
    budget, now = HourlyBudget(limit), 0.0
    granted: list[tuple[float, int]] = []
    for count, pause in wishes:
        now += pause
        at = budget.free_at(count, FOCUSED, now)
        assert at >= now
        if at == now:
            granted.append((now, count))
            budget.spend(count, now)
        elif count <= limit:
            assert copy.deepcopy(budget).free_at(count, FOCUSED, at) == at, "as it will be then"
    for start, _ in granted:
        hour = [count for then, count in granted if start <= then < start + HOUR - 60]
        assert sum(hour) <= limit


@pytest.mark.parametrize("minutes", [1, 30, 600])
def test_memory_is_bounded_however_often_something_is_spent(minutes: int) -> None:
    budget = HourlyBudget(0)
    for second in range(minutes * 60):
        budget.spend(1, second)
        budget.used(second)
    assert len(budget._spent) <= 61

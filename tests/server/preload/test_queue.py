from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from server.models import DeviceId, ItemId, Priority
from server.preload.queue import LINGER, PreloadQueue, Want

FOCUSED, ADJACENT, VISIBLE, NEAR = Priority.FOCUSED, Priority.ADJACENT, Priority.VISIBLE, Priority.NEAR
TV, PHONE, LAPTOP = DeviceId("tv"), DeviceId("phone"), DeviceId("laptop")


def want(**priorities: Priority) -> list[Want]:
    return [Want(ItemId(item), priority) for item, priority in priorities.items()]


def items(*names: str) -> list[ItemId]:
    return [ItemId(name) for name in names]


def started(queue: PreloadQueue, now: float = 0.0) -> list[str]:
    """Fill all slots; return what got them."""
    found = []
    while (item := queue.start(now)) is not None:
        found.append(str(item))
    return found


# --- Order


def test_the_more_urgent_comes_first_and_each_devices_own_order_stays() -> None:
    queue = PreloadQueue(3)
    queue.look(TV, want(n1=NEAR, v1=VISIBLE, f=FOCUSED, v2=VISIBLE, a1=ADJACENT, a2=ADJACENT, n2=NEAR), 0)
    assert queue.order() == items("f", "a1", "a2", "v1", "v2", "n1", "n2")


def test_devices_take_turns_among_equals() -> None:
    queue = PreloadQueue(3)
    queue.look(TV, want(t1=VISIBLE, t2=VISIBLE, t3=VISIBLE), 0)
    queue.look(PHONE, want(p1=VISIBLE, p2=VISIBLE), 0)
    queue.look(LAPTOP, want(l1=NEAR, p2=VISIBLE), 0)
    assert queue.order() == items("t1", "p1", "p2", "t2", "t3", "l1")


def test_a_title_has_the_highest_priority_that_any_device_gives_it() -> None:
    queue = PreloadQueue(1)
    queue.look(TV, want(x=NEAR, y=VISIBLE), 0)
    queue.look(PHONE, want(x=FOCUSED), 0)
    assert queue.order() == items("x", "y")
    queue.leave(PHONE, 0)
    assert (queue.priority(ItemId("x")), queue.order()) == (NEAR, items("y", "x"))


def test_a_title_named_twice_counts_once() -> None:
    queue = PreloadQueue(2)
    queue.look(TV, [Want(ItemId("x"), NEAR), Want(ItemId("x"), FOCUSED)], 0)
    assert (queue.order(), queue.priority(ItemId("x"))) == (items("x"), FOCUSED)


# --- Slots


def test_no_more_than_the_slots_are_taken() -> None:
    queue = PreloadQueue(2)
    queue.look(TV, want(a=VISIBLE, b=VISIBLE, c=VISIBLE), 0)
    assert started(queue) == ["a", "b"]
    queue.done(ItemId("a"))
    assert started(queue) == ["c"]
    queue.done(ItemId("b"))
    queue.done(ItemId("c"))
    assert started(queue) == []


def test_what_runs_goes_on_when_its_priority_changes() -> None:
    queue = PreloadQueue(1)
    queue.look(TV, want(a=FOCUSED, b=ADJACENT), 0)
    assert started(queue) == ["a"]
    queue.look(TV, want(a=VISIBLE, b=VISIBLE), 1)
    assert queue.preempt(1) is None
    assert queue.running == {"a"}
    assert started(queue) == []


def test_what_gets_the_focus_takes_the_slot_of_the_least_urgent() -> None:
    queue = PreloadQueue(2)
    queue.look(TV, want(v=VISIBLE, n=NEAR), 0)
    started(queue)
    queue.look(TV, want(f=FOCUSED, v=VISIBLE, n=NEAR), 1)
    assert queue.preempt(1) == ItemId("n")
    assert queue.preempt(1) is None, "one slot is enough"
    assert started(queue, 1) == [], "it is not free yet"
    queue.stopped(ItemId("n"))
    assert started(queue, 1) == ["f"]
    queue.done(ItemId("f"))
    assert started(queue, 1) == ["n"], "it waits for another"


def test_one_focus_does_not_take_the_slot_of_another() -> None:
    queue = PreloadQueue(1)
    queue.look(TV, want(a=FOCUSED), 0)
    started(queue)
    queue.look(PHONE, want(b=FOCUSED), 0)
    assert queue.preempt(0) is None
    queue.rest(ItemId("a"), 60)
    assert started(queue) == ["b"]


def test_what_rests_is_started_again_when_it_is_due_and_what_is_done_is_not() -> None:
    queue = PreloadQueue(2)
    queue.look(TV, want(a=VISIBLE, b=VISIBLE), 0)
    started(queue)
    queue.rest(ItemId("a"), 30)
    queue.done(ItemId("b"))
    assert queue.next_change(0) == 30
    assert started(queue, 29.9) == []
    assert started(queue, 30) == ["a"]
    queue.again(ItemId("b"))
    assert started(queue, 30) == ["b"]


# --- Leaving and coming back


def test_what_nobody_looks_at_lingers_and_is_then_given_up() -> None:
    queue = PreloadQueue(1)
    queue.look(TV, want(a=FOCUSED, b=VISIBLE), 0)
    started(queue)
    queue.look(TV, want(b=FOCUSED), 10)
    assert (queue.order(), queue.priority(ItemId("a"))) == (items("b", "a"), None)
    assert queue.next_change(10) == 10 + LINGER
    assert queue.give_up(10 + LINGER - 0.1) == []
    assert queue.give_up(10 + LINGER) == items("a")
    assert ItemId("a") not in queue
    assert queue.running == {"a"}, "until it has let go"
    queue.stopped(ItemId("a"))
    assert started(queue, 20) == ["b"]


def test_what_comes_back_while_it_lingers_never_left() -> None:
    queue = PreloadQueue(2)
    queue.look(TV, want(a=FOCUSED, b=ADJACENT), 0)
    started(queue)
    queue.done(ItemId("b"))
    queue.look(TV, [], 1)
    queue.look(TV, want(a=VISIBLE, b=VISIBLE), 2)
    assert queue.give_up(1000) == []
    assert queue.running == {"a"}
    assert started(queue, 1000) == []


def test_what_comes_back_after_it_was_given_up_begins_anew() -> None:
    queue = PreloadQueue(1)
    queue.look(TV, want(a=FOCUSED), 0)
    started(queue)
    queue.done(ItemId("a"))
    queue.leave(TV, 0)
    queue.give_up(LINGER)
    queue.look(TV, want(a=FOCUSED), 20)
    assert started(queue, 20) == ["a"]


def test_what_comes_back_before_it_has_let_go_waits_for_that() -> None:
    queue = PreloadQueue(3)
    queue.look(TV, want(a=FOCUSED), 0)
    started(queue)
    queue.leave(TV, 0)
    queue.give_up(LINGER)
    queue.look(TV, want(a=FOCUSED), LINGER)
    assert started(queue, LINGER) == []
    queue.stopped(ItemId("a"))
    assert started(queue, LINGER) == ["a"]


# --- Properties

names = st.sampled_from([f"item{n}" for n in range(12)]).map(ItemId)
wishes = st.lists(st.builds(Want, names, st.sampled_from(Priority)), max_size=8)
households = st.dictionaries(st.sampled_from([TV, PHONE, LAPTOP]), wishes, max_size=3)


@given(households)
def test_the_order_is_by_priority_and_each_title_is_in_it_once(household: dict[DeviceId, list[Want]]) -> None:
    queue = PreloadQueue(3)
    for device, wanted in household.items():
        queue.look(device, wanted, 0)
    order = queue.order()
    assert sorted(order) == sorted({wish.item_id for wanted in household.values() for wish in wanted})
    levels = [queue.priority(item) or 0 for item in order]
    assert levels == sorted(levels, reverse=True)


@given(households)
def test_a_device_finds_its_own_order_kept(household: dict[DeviceId, list[Want]]) -> None:
    queue = PreloadQueue(3)
    for device, wanted in household.items():
        queue.look(device, wanted, 0)
    order = queue.order()
    for device, wanted in household.items():
        others = {wish.item_id for other, theirs in household.items() if other != device for wish in theirs}
        best: dict[ItemId, Priority] = {}
        for wish in wanted:
            best[wish.item_id] = max(wish.priority, best.get(wish.item_id, NEAR))
        for level in Priority:
            first_said = dict.fromkeys(wish.item_id for wish in wanted if wish.priority is level)
            own = [item for item in first_said if best[item] is level and item not in others]
            assert [item for item in order if item in own] == own


@given(st.integers(1, 4), st.lists(st.integers(1, 20), min_size=2, max_size=5))
def test_no_device_gets_more_than_one_slot_ahead_of_another_that_still_wants(slots: int, counts: list[int]) -> None:
    queue = PreloadQueue(slots)
    waiting = {}
    for number, count in enumerate(counts):
        waiting[number] = count
        wanted = [Want(ItemId(f"{number}:{n}"), VISIBLE) for n in range(count)]
        queue.look(DeviceId(str(number)), wanted, 0)
    served = dict.fromkeys(waiting, 0)
    while any(waiting.values()):
        for item in started(queue):
            number = int(item.split(":")[0])
            waiting[number] -= 1
            served[number] += 1
            behind = [served[other] for other in waiting if waiting[other]]
            assert all(served[number] - other <= 1 for other in behind)
        queue.done(min(queue.running))


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 8))
def test_a_focus_gets_its_slot_however_often_others_move_theirs(slots: int, busy: int, patience: int) -> None:
    """Each busy device moves its focus between any two moments at which a slot becomes free."""
    queue = PreloadQueue(slots)
    for device in range(busy):
        queue.look(DeviceId(f"busy{device}"), [Want(ItemId(f"{device}:0"), FOCUSED)], 0)
    started(queue)
    queue.look(TV, want(mine=FOCUSED), 0)
    for moment in range(1, busy + patience + slots + 1):
        for device in range(busy):
            queue.look(DeviceId(f"busy{device}"), [Want(ItemId(f"{device}:{moment}"), FOCUSED)], 0)
        while (victim := queue.preempt(0)) is not None:
            queue.stopped(victim)
        if len(queue.running) == slots:
            queue.done(min(queue.running))
        if "mine" in started(queue):
            return
    pytest.fail("It starved.")


class QueueRules(RuleBasedStateMachine):
    """Whatever devices do and however preloads end: what holds always."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = PreloadQueue(2)
        self.now = 0.0
        self.scopes: dict[DeviceId, list[Want]] = {}
        self.left: dict[ItemId, float] = {}
        self.running: set[ItemId] = set()
        self.finished: dict[ItemId, float] = {}

    @property
    def wanted(self) -> set[ItemId]:
        return {wish.item_id for wanted in self.scopes.values() for wish in wanted}

    def moved(self, before: set[ItemId]) -> None:
        for item in self.wanted:
            self.left.pop(item, None)
        for item in before - self.wanted:
            self.left[item] = self.now + LINGER

    @rule(device=st.sampled_from([TV, PHONE, LAPTOP]), wanted=wishes)
    def look(self, device: DeviceId, wanted: list[Want]) -> None:
        before = self.wanted
        self.scopes[device] = wanted
        self.queue.look(device, wanted, self.now)
        self.moved(before)

    @rule(device=st.sampled_from([TV, PHONE, LAPTOP]))
    def leave(self, device: DeviceId) -> None:
        before = self.wanted
        self.scopes.pop(device, None)
        self.queue.leave(device, self.now)
        self.moved(before)

    @rule(seconds=st.sampled_from([0.5, LINGER, 100.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        gone = {item for item, at in self.left.items() if at <= self.now}
        assert set(self.queue.give_up(self.now)) == gone
        for item in gone:
            del self.left[item]
            self.finished.pop(item, None)

    @rule()
    def start(self) -> None:
        item = self.queue.start(self.now)
        able = {item for item in self.wanted if item not in self.running and self.finished.get(item, 0.0) <= self.now}
        if item is None:
            assert len(self.running) == 2 or not able
            return
        assert item in able
        assert self.queue.priority(item) == max(self.queue.priority(other) or 0 for other in able)
        self.running.add(item)

    @precondition(lambda self: self.running)
    @rule(data=st.data(), how=st.sampled_from(["done", "rest", "stopped"]))
    def end(self, data: st.DataObject, how: str) -> None:
        item = data.draw(st.sampled_from(sorted(self.running)))
        self.running.discard(item)
        until = {"done": math.inf, "rest": self.now + 30, "stopped": 0.0}[how]
        if how == "rest":
            self.queue.rest(item, until)
        elif how == "done":
            self.queue.done(item)
        else:
            self.queue.stopped(item)
            return
        if item in self.wanted or item in self.left:
            self.finished[item] = until

    @rule()
    def preempt(self) -> None:
        victim = self.queue.preempt(self.now)
        if victim is not None:
            assert victim in self.running
            assert self.queue.priority(victim) is not FOCUSED
            self.queue.stopped(victim)
            self.running.discard(victim)
            assert self.queue.priority(self.queue.start(self.now) or victim) is FOCUSED
            self.running = set(self.queue.running)

    @invariant()
    def it_knows_what_is_in_scope_and_what_lingers_and_nothing_else(self) -> None:
        assert set(self.queue.order()) == self.wanted | set(self.left)
        assert len(self.queue.order()) == len(self.queue) == len(self.wanted | set(self.left))
        assert self.queue.running == self.running
        assert len(self.running) <= 2


TestQueueRules = QueueRules.TestCase
TestQueueRules.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)

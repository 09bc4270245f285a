from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.models import ItemId, Priority
from server.preload.viewport import MOST_WANTS, Focus, Slider, wants


def row(name: str, *items: str, start: int = 0, visible: int = 3, end: int | None = None) -> Slider:
    last = start + len(items) - 1 if end is None else end
    return Slider(name, [ItemId(item) for item in items], start=start, end=last, visible=visible)


def named(sliders: list[Slider], focus: Focus | None = None) -> dict[str, str]:
    return {str(want.item_id): want.priority.name.lower() for want in wants(sliders, focus)}


def test_what_has_the_focus_and_what_stands_beside_it() -> None:
    focus = Focus("new", 11, ItemId("b"))
    shown = named([row("old", "x", "y", visible=2), row("new", "a", "b", "c", "d", "e", start=10, visible=4)], focus)
    assert list(shown.items()) == [
        ("b", "focused"),
        ("a", "adjacent"),
        ("c", "adjacent"),
        ("x", "visible"),
        ("y", "visible"),
        ("d", "visible"),
        ("e", "near"),
    ]


def test_without_a_focus_nothing_is_more_than_visible() -> None:
    assert named([row("new", "a", "b", "c", visible=2)]) == {"a": "visible", "b": "visible", "c": "near"}


def test_what_lies_beyond_the_last_index_on_the_screen_is_near() -> None:
    assert named([row("new", "a", "b", "c", start=4, visible=3, end=4)])["b"] == "near"


def test_a_title_in_two_rows_has_its_best_place() -> None:
    focus = Focus("new", 0, ItemId("a"))
    assert named([row("old", "b", "a", visible=1), row("new", "a", "b")], focus) == {"a": "focused", "b": "adjacent"}


def test_a_focus_that_is_in_no_row_counts() -> None:
    assert named([], Focus("gone", 3, ItemId("a"))) == {"a": "focused"}


def test_of_very_many_titles_the_most_urgent_are_kept() -> None:
    sliders = [row(str(n), *(f"{n}:{m}" for m in range(100)), visible=1) for n in range(50)]
    shown = wants(sliders, Focus("49", 99, ItemId("49:99")))
    assert len(shown) == MOST_WANTS
    assert shown[0].item_id == "49:99"
    assert sum(want.priority is Priority.VISIBLE for want in shown) == 50


rows = st.builds(
    row, st.sampled_from("pqr"), *[st.sampled_from("abcdef")] * 4, start=st.integers(0, 9), visible=st.integers(0, 6)
)


@given(
    st.lists(rows, max_size=4), st.none() | st.builds(Focus, st.sampled_from("pqr"), st.integers(0, 12), st.just("a"))
)
def test_each_title_is_wanted_once_and_the_most_urgent_first(sliders: list[Slider], focus: Focus | None) -> None:
    shown = wants(sliders, focus)
    assert len({want.item_id for want in shown}) == len(shown)
    levels = [want.priority for want in shown]
    assert levels == sorted(levels, reverse=True)
    assert (Priority.FOCUSED in levels) is (focus is not None)

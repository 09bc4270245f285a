"""What a device shows, and what of it is worth getting ready: pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.models import ItemId, Priority
from server.preload.queue import Want

MOST_WANTS = 200
"""Titles of one device that are taken into account, the most urgent ones."""


@dataclass(frozen=True, slots=True)
class Slider:
    """A row of titles, and the part of it that is on the screen."""

    list_id: str
    items: Sequence[ItemId]
    """Its titles from ``start`` on."""
    start: int
    """Index in the row of the first title in ``items``."""
    end: int
    """Index in the row of the last title that is on the screen."""
    visible: int
    """How many titles are on the screen, from ``start`` on; what follows is near."""


@dataclass(frozen=True, slots=True)
class Focus:
    """The title that would be played now, and its place in its row."""

    list_id: str
    index: int
    item_id: ItemId


@dataclass(frozen=True, slots=True)
class Viewport:
    """What a device shows at one moment."""

    timestamp: int
    """By the device's clock, in ms."""
    sliders: Sequence[Slider]
    focus: Focus | None


def wants(sliders: Sequence[Slider], focus: Focus | None) -> list[Want]:
    """Return what is worth getting ready, each title once with its highest priority, the most urgent first."""
    best: dict[ItemId, Priority] = {}
    for want in _wants(sliders, focus):
        best[want.item_id] = max(want.priority, best.get(want.item_id, Priority.NEAR))
    ordered = sorted(best.items(), key=lambda pair: -pair[1])
    return [Want(item, priority) for item, priority in ordered[:MOST_WANTS]]


def _wants(sliders: Sequence[Slider], focus: Focus | None) -> Iterator[Want]:
    if focus:
        yield Want(focus.item_id, Priority.FOCUSED)
    for slider in sliders:
        shown = min(slider.visible, slider.end - slider.start + 1)
        for place, item in enumerate(slider.items):
            if focus and slider.list_id == focus.list_id and abs(slider.start + place - focus.index) == 1:
                yield Want(item, Priority.ADJACENT)
            yield Want(item, Priority.VISIBLE if place < shown else Priority.NEAR)

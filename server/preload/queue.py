"""Which titles are got ready, and in which order: pure, no I/O. Times are seconds, by whatever clock.

The more urgent comes first; among equals the devices take turns, and each device's own order is kept. A title that
changes its place goes on with what it does. One that nobody looks at any more lingers, and is then given up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from server.models import DeviceId, ItemId, Priority

LINGER = 8.0
"""Seconds for which a title keeps its place after the last device has looked away: people scroll back and forth."""


@dataclass(frozen=True, slots=True)
class Want:
    """A title that a device shows, and how likely it is to be played there."""

    item_id: ItemId
    priority: Priority


@dataclass(slots=True)
class _Entry:
    leaves_at: float = math.inf
    """When it is given up, as far as nobody comes back to it."""
    due_at: float = 0.0
    """Not started before; never again when it is done."""


@dataclass(slots=True)
class _Device:
    wants: dict[ItemId, Priority] = field(default_factory=dict)
    served: int = 0
    """The turn in which a title of this device was started last."""


class PreloadQueue:
    """The titles in scope of any device, those that are being got ready, and those that are done or rest."""

    def __init__(self, concurrency: int) -> None:
        """At most ``concurrency`` titles are being got ready at once."""
        self._concurrency = concurrency
        self._devices: dict[DeviceId, _Device] = {}
        self._entries: dict[ItemId, _Entry] = {}
        self._running: dict[ItemId, int] = {}
        """What holds a slot, and in which turn it has got it."""
        self._stopping: set[ItemId] = set()
        self._turn = 0

    # --- What devices look at

    def look(self, device: DeviceId, wants: Sequence[Want], now: float) -> None:
        """Replace all that the device wants."""
        best: dict[ItemId, Priority] = {}
        for want in sorted(wants, key=lambda want: -want.priority):  # stable: the order given stays among equals
            best.setdefault(want.item_id, want.priority)
        self._devices.setdefault(device, _Device()).wants = best
        self._settle(now)

    def leave(self, device: DeviceId, now: float) -> None:
        """Forget a device and what it wants."""
        self._devices.pop(device, None)
        self._settle(now)

    def give_up(self, now: float) -> list[ItemId]:
        """Forget the titles that nobody has looked at for long enough; return them."""
        gone = [item for item, entry in self._entries.items() if entry.leaves_at <= now]
        for item in gone:
            del self._entries[item]
        return gone

    # --- What is known

    def __contains__(self, item: ItemId) -> bool:
        """Whether the title has its place here."""
        return item in self._entries

    def __len__(self) -> int:
        """Return how many titles have their place here."""
        return len(self._entries)

    @property
    def running(self) -> frozenset[ItemId]:
        """What holds a slot at present."""
        return frozenset(self._running)

    def priority(self, item: ItemId) -> Priority | None:
        """Return the highest priority that a device gives it; None when nobody looks at it any more."""
        return max((device.wants[item] for device in self._devices.values() if item in device.wants), default=None)

    def order(self) -> list[ItemId]:
        """Return all titles, the most urgent first; those that linger come last."""
        wanted = [item for item, _ in self._merged(lambda _: True)]
        return wanted + [item for item, entry in self._entries.items() if entry.leaves_at < math.inf]

    def next_change(self, now: float) -> float:
        """Return when the next title leaves, or may be started again; infinity when that is up to the devices."""
        times = (time for entry in self._entries.values() for time in (entry.leaves_at, entry.due_at))
        return min((time for time in times if time > now), default=math.inf)

    # --- Slots

    def start(self, now: float) -> ItemId | None:
        """Give the most urgent title that waits a slot; None when there is no such title, or no slot."""
        if len(self._running) >= self._concurrency:
            return None
        found = next(self._waiting(now), None)
        if found is None:
            return None
        item, device = found
        self._turn += 1
        self._devices[device].served = self._running[item] = self._turn
        return item

    def preempt(self, now: float) -> ItemId | None:
        """Return a title that has to give up its slot for one that has the focus; ``stopped`` is told once it has."""
        focused = [item for item, _ in self._waiting(now) if self.priority(item) is Priority.FOCUSED]
        free = self._concurrency - len(self._running) + len(self._stopping)
        candidates = [
            (self.priority(item) or 0, -turn, item)
            for item, turn in self._running.items()
            if item not in self._stopping and self.priority(item) is not Priority.FOCUSED
        ]
        if len(focused) <= free or not candidates:
            return None
        victim = min(candidates)[2]
        self._stopping.add(victim)
        return victim

    def stopped(self, item: ItemId) -> None:
        """Take a title's slot back; it waits for another, if it is in scope still."""
        self._free(item)

    def done(self, item: ItemId) -> None:
        """Take a title's slot back: it is ready."""
        self.rest(item, math.inf)

    def rest(self, item: ItemId, until: float) -> None:
        """Take a title's slot back; it is not tried again before ``until``."""
        self._free(item)
        if entry := self._entries.get(item):
            entry.due_at = until

    def again(self, item: ItemId) -> None:
        """Let a title that was done, or rests, wait for a slot."""
        self._entries[item].due_at = 0.0

    # --- Inside

    def _free(self, item: ItemId) -> None:
        self._running.pop(item, None)
        self._stopping.discard(item)

    def _settle(self, now: float) -> None:
        """Make places for what came into scope; what left it begins to linger."""
        wanted = {item for device in self._devices.values() for item in device.wants}
        for item in wanted:
            self._entries.setdefault(item, _Entry()).leaves_at = math.inf
        for item, entry in self._entries.items():
            if item not in wanted and entry.leaves_at == math.inf:
                entry.leaves_at = now + LINGER

    def _waiting(self, now: float) -> Iterator[tuple[ItemId, DeviceId]]:
        return self._merged(lambda item: item not in self._running and self._entries[item].due_at <= now)

    def _merged(self, eligible: Callable[[ItemId], bool]) -> Iterator[tuple[ItemId, DeviceId]]:
        """Yield the wanted titles that are eligible, each once, with the device in whose turn it comes."""
        seen: set[ItemId] = set()
        in_turn = sorted(self._devices.items(), key=lambda pair: pair[1].served)  # stable: the first come first
        for level in sorted(Priority, reverse=True):
            rows = [
                (name, [item for item, priority in device.wants.items() if priority is level and eligible(item)])
                for name, device in in_turn
            ]
            for place in range(max((len(items) for _, items in rows), default=0)):
                for name, items in rows:
                    if place < len(items) and items[place] not in seen:
                        seen.add(items[place])
                        yield items[place], name

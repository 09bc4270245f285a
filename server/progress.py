"""The use case: go on watching where it was left off. The devices of a household share it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from server.errors import ProgressNotFoundError
from server.models import ItemId, ResumePoint, SourceId

BEGUN, FINISHED = 0.05, 0.92
"""Parts of a title: before the first nobody has really begun, after the second only the credits are left."""

MOST_SHOWN = 50


class ProgressStore(Protocol):
    """Where resume points are kept."""

    async def put(self, point: ResumePoint) -> None:
        """Keep a resume point in place of the title's former one."""

    async def get(self, item_id: ItemId) -> ResumePoint | None:
        """Return a title's resume point."""

    async def remove(self, item_id: ItemId) -> None:
        """Forget a title's resume point; one that never was is fine."""

    async def latest(self) -> Sequence[ResumePoint]:
        """Return all resume points that lead somewhere, the newest first."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a player tells of itself. Position and duration in seconds."""

    source_id: SourceId
    position: float
    duration: float
    title: str
    poster: str | None = None


class WatchProgress:
    """Remembers how far each title was watched."""

    def __init__(self, points: ProgressStore, clock: Callable[[], datetime]) -> None:
        """Keep resume points in ``points``, with the time that ``clock`` tells."""
        self._points = points
        self._clock = clock

    async def note(self, item_id: ItemId, watched: Watched) -> None:
        """Remember how far a title was watched; players may be a moment beyond the end. Raises SafeModeError."""
        point = ResumePoint(
            item_id=item_id,
            source_id=watched.source_id,
            title=watched.title,
            poster=watched.poster,
            position=min(watched.position, watched.duration),
            duration=watched.duration,
            updated_at=self._clock(),
        )
        await self._points.put(point)

    async def get(self, item_id: ItemId) -> ResumePoint:
        """Return how far a title was watched. Raises ProgressNotFoundError."""
        point = await self._points.get(item_id)
        if point is None:
            raise ProgressNotFoundError
        return point

    async def forget(self, item_id: ItemId) -> None:
        """Forget how far a title was watched. Raises SafeModeError."""
        await self._points.remove(item_id)

    async def to_continue(self) -> Sequence[ResumePoint]:
        """Return what was begun and not finished, the newest first."""
        return to_continue(await self._points.latest())

    async def of_title(self, item_id: ItemId) -> Sequence[ResumePoint]:
        """Return how far a title was watched, or each episode of a show, the newest first; empty when nothing was."""
        return [
            point for point in await self._points.latest() if item_id in {point.item_id, _show_or_film(point.item_id)}
        ]


def to_continue(latest: Iterable[ResumePoint]) -> list[ResumePoint]:
    """Return what was begun and not finished of resume points that come with the newest first.

    Of a show only the episode that was watched last counts: an older one that was left off is not gone back to. Pure.
    """
    newest: dict[str, ResumePoint] = {}
    for point in latest:
        newest.setdefault(_show_or_film(point.item_id), point)
    begun = (point for point in newest.values() if BEGUN <= point.position / point.duration <= FINISHED)
    return list(itertools.islice(begun, MOST_SHOWN))


def _show_or_film(item_id: ItemId) -> str:
    return item_id.partition(":")[0] if item_id.startswith("tt") else item_id

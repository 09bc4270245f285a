"""Has what people look at got ready, as many titles at once as there are slots. Lives on one event loop."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import math
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass

from server.errors import DomainError, NotFoundError, NoVideoError, UnsafeTorrentError
from server.events import PreloadBudget, PreloadPause, PreloadStatus
from server.models import Device, DeviceId, ItemId, PreloadState, Priority
from server.preload.budget import HourlyBudget
from server.preload.loading import (
    Loader,
    NoSourceError,
    OverHourlyBudgetError,
    Preload,
    PreloadFailedError,
    SilentSwarmError,
    reason,
)
from server.preload.queue import PreloadQueue
from server.preload.scopes import Scopes
from server.preload.viewport import Viewport, wants

HELD = 8
"""Titles that stay in their swarms once they are ready; the others are ready on the disk."""

_LOOK_EVERY = 5.0  # seconds between two looks at the circumstances, while anything is in scope
_FIRST_REST = {PreloadState.FAILED: 30.0, PreloadState.NO_SOURCE: 300.0}  # seconds, doubled with each failure
_LONGEST_REST = 3600.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DiskRoom:
    """What the disk has for titles that nobody plays yet, in bytes."""

    used: int = 0
    limit: int = 0
    """0 for none."""
    full: bool = False
    """Whether nothing more may come at all."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the world lets us do."""

    disk: Callable[[], DiskRoom]
    metered: Callable[[], bool]
    """Whether the network costs by the byte, as far as anybody knows."""


class Preloader:
    """Takes viewports and gets ready what they show, for as long as ``running`` lasts."""

    def __init__(
        self,
        loader: Loader,
        queue: PreloadQueue,
        budget: HourlyBudget,
        circumstances: Circumstances,
        *,
        enabled: bool = True,
    ) -> None:
        self._loader = loader
        self._queue = queue
        self._budget = budget
        self._circumstances = circumstances
        self._enabled = enabled
        self._paused = False
        self._scopes = Scopes()
        self._preloads: dict[ItemId, Preload] = {}
        self._tasks: dict[ItemId, asyncio.Task[None]] = {}
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Get titles ready; in the end everything is released."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})
            tasks = list(self._tasks.values())
            for working in tasks:
                working.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # --- What people do

    def look(self, device: Device, viewport: Viewport) -> None:
        """Take note of what a device shows; nothing happens when it is older than what is known.

        Raises ViewportTooFrequentError.
        """
        now = self._loop.time()
        if self._scopes.hear(device, viewport.timestamp, now):
            self._queue.look(device.id, wants(viewport.sliders, viewport.focus), now)
            self.wake()

    def devices(self) -> Collection[Device]:
        """Return the devices that have said what they show, as they were then."""
        return self._scopes.devices()

    def end_device(self, device_id: DeviceId) -> None:
        """Take it that the device shows nothing: it was turned out."""
        self._scopes.forget(device_id)
        self._queue.leave(device_id, self._loop.time())
        self.wake()

    def pause(self, *, paused: bool) -> None:
        """Get nothing more ready, or go on. What is ready stays so."""
        self._paused = paused
        self.wake()

    def wake(self) -> None:
        """Look at once at what is to be done."""
        self._woken.set()

    # --- What there is to see

    @property
    def pause_reason(self) -> PreloadPause | None:
        """Why nothing is got ready."""
        if self._paused:
            return PreloadPause.USER
        if not self._enabled:
            return PreloadPause.DISABLED
        if self._circumstances.metered():
            return PreloadPause.METERED
        return PreloadPause.DISK if self._circumstances.disk().full else None

    @property
    def spent(self) -> PreloadBudget:
        """What it has cost."""
        disk = self._circumstances.disk()
        return PreloadBudget(self._budget.used(self._loop.time()), self._budget.limit, disk.used, disk.limit)

    def entries(self, most: int | None = None) -> tuple[PreloadStatus, ...]:
        """Return the titles in scope, the most urgent first."""
        return tuple(self._describe(item) for item in self._queue.order()[:most])

    def _describe(self, item: ItemId) -> PreloadStatus:
        priority = self._queue.priority(item) or Priority.NEAR
        preload = self._preloads.get(item) or Preload(item, priority)
        return PreloadStatus(
            item_id=item,
            title=preload.source.title if preload.source else "",
            priority=priority.name.lower(),
            state=preload.state.value,
            source_id=preload.source.id if preload.source else None,
            progress=preload.progress,
            detail=preload.detail,
        )

    # --- What is done

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            self._step(self._loop.time())
            now = self._loop.time()
            then = min(self._queue.next_change(now), self._scopes.next_silence())
            if len(self._queue):
                then = min(then, now + _LOOK_EVERY)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(None if then == math.inf else then):
                    await self._woken.wait()

    def _step(self, now: float) -> None:
        for name in self._scopes.silent(now):
            self._queue.leave(name, now)
        for item in self._queue.give_up(now):
            self._stop(item)
        for item, preload in self._preloads.items():
            preload.matter(self._queue.priority(item) or Priority.NEAR)
        if self.pause_reason:
            for item in self._queue.running:
                self._stop(item)
            return
        self._hold()
        while (victim := self._queue.preempt(now)) is not None:
            self._stop(victim)
        while (started := self._queue.start(now)) is not None:
            self._begin(started)

    def _hold(self) -> None:
        """Keep the most urgent of what is ready in its swarms; have what got the focus rejoin its own."""
        ready = [
            item
            for item in self._queue.order()
            if (preload := self._preloads.get(item)) and preload.state is PreloadState.READY
        ]
        for item in ready:
            if item not in self._tasks and self._queue.priority(item) is Priority.FOCUSED:
                self._queue.again(item)
        for item in [item for item in ready if item in self._tasks][HELD:]:
            if self._queue.priority(item) is not Priority.FOCUSED:
                self._stop(item)

    def _begin(self, item: ItemId) -> None:
        if item in self._tasks:  # what it was before is about to end, and looks after itself
            self._preloads.pop(item)
        preload = self._preloads.setdefault(item, Preload(item, Priority.NEAR))
        preload.matter(self._queue.priority(item) or Priority.NEAR)
        task = self._tasks[item] = self._loop.create_task(self._get_ready(preload))
        task.add_done_callback(functools.partial(self._ended, item))

    def _stop(self, item: ItemId) -> None:
        if task := self._tasks.get(item):
            task.cancel()
        elif item not in self._queue:
            self._preloads.pop(item, None)

    def _ended(self, item: ItemId, task: asyncio.Task[None]) -> None:
        if self._tasks.get(item) is not task:
            return
        del self._tasks[item]
        self._queue.stopped(item)
        if item not in self._queue:
            self._preloads.pop(item, None)
        self.wake()

    async def _get_ready(self, preload: Preload) -> None:
        """Get a title ready and hold it until it is cancelled, which leaves it ready; or say what is the matter."""
        item = preload.item_id
        try:
            async with self._loader.ready(preload) as torrent:
                preload.failures = 0
                self._queue.done(item)
                self.wake()
                await torrent.ended.wait()  # its source was removed, or its disk is full
            preload.enter(PreloadState.WAITING)
            self._rest(preload, 0.0)
        except asyncio.CancelledError:
            if preload.state is not PreloadState.READY:
                preload.enter(PreloadState.WAITING)
            raise
        except OverHourlyBudgetError as error:
            preload.enter(PreloadState.WAITING, str(error))
            self._rest(preload, error.until - self._loop.time())
        except (NoSourceError, NotFoundError) as error:
            self._fail(preload, PreloadState.NO_SOURCE, reason(error))
        except (NoVideoError, UnsafeTorrentError, SilentSwarmError) as error:
            # The next time it is another source, if there is one.
            self._fail(preload, PreloadState.FAILED, reason(error), first_rest=1.0)
        except (PreloadFailedError, DomainError) as error:
            self._fail(preload, PreloadState.FAILED, reason(error))
        except Exception as error:  # noqa: BLE001 - the boundary: one title must not end the others
            _log.error("A preload failed: %s", type(error).__name__)
            self._fail(preload, PreloadState.FAILED, "Something unexpected happened.")

    def _fail(self, preload: Preload, state: PreloadState, detail: str, first_rest: float | None = None) -> None:
        preload.enter(state, detail)
        self._rest(preload, min((first_rest or _FIRST_REST[state]) * 2**preload.failures, _LONGEST_REST))
        preload.failures += 1

    def _rest(self, preload: Preload, seconds: float) -> None:
        self._queue.rest(preload.item_id, self._loop.time() + seconds)

"""Keeps the downloads within their cap: what was not used for the longest goes first, and nothing that is in use."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from server.events import Notice, NoticeCode, StorageStatus
from server.torrent import folder
from server.torrent.engine import TorrentEngine

INTERVAL = 5.0
"""Seconds between two looks at the disk; also looked at whenever a download is opened."""

_GIB = 1 << 30
_MARGIN = 50  # a fiftieth of the cap, at most 1 GiB, is what may come in between two looks
_SLACK = 10  # a tenth of the cap for what was never played is made free at once
_RESERVE = 50  # a fiftieth of the disk, at most 1 GiB, stays free

_FULL = Notice(
    NoticeCode.DISK_FULL,
    "The disk with the downloads is full. Free some room on it, or choose another folder in the settings; videos that "
    "are not downloaded yet can't be played until then.",
)
_OVER = Notice(
    NoticeCode.STORAGE_CAP,
    "The downloads have reached their limit, and all of them are in use. What plays goes on; close a video, or raise "
    "the limit in the settings.",
)

_log = logging.getLogger(__name__)


class FolderList(Protocol):
    """Knows which folders belong to downloads."""

    async def folders(self) -> Sequence[str]:
        """Return their names, the least recently used one first."""

    async def unused(self) -> Sequence[str]:
        """Return the names of those that were never played, the oldest first."""


@dataclass(frozen=True, slots=True)
class Room:
    """What there is on the disk, in bytes."""

    used: int
    cap: int
    """Most that the downloads may occupy; 0 for no limit."""
    free: int
    total: int

    @property
    def over(self) -> bool:
        """Whether the cap is reached."""
        return bool(self.cap) and self.used >= self.cap

    @property
    def short(self) -> bool:
        """Whether too little of the disk is free."""
        return self.free < self._reserve

    @property
    def excess(self) -> int:
        """How much has to go."""
        target = self.cap - min(_GIB, self.cap // _MARGIN)
        return max(self.used - target if self.cap else 0, self._reserve - self.free, 0)

    @property
    def _reserve(self) -> int:
        return min(_GIB, self.total // _RESERVE)


class DownloadQuota:
    """Watches the disk for as long as ``running`` lasts."""

    def __init__(self, engine: TorrentEngine, downloads: FolderList, root: Path, cap: int, unused_cap: int = 0) -> None:
        """``root`` holds the folders of the downloads; both caps are in bytes, 0 means no limit.

        ``unused_cap`` is for what was got ready and never played.
        """
        self._engine = engine
        self._downloads = downloads
        self._root = root
        self._cap = cap
        self._unused_cap = unused_cap
        self.unused = 0
        """Bytes of what was never played."""
        self._room = Room(used=0, cap=cap, free=0, total=0)

    @property
    def status(self) -> StorageStatus:
        """What the latest look at the disk has shown."""
        return StorageStatus(used=self._room.used, cap=self._cap, free=self._room.free)

    @property
    def full(self) -> bool:
        """Whether there is no room for what perhaps nobody will play."""
        no_room = self._room.short or self._room.over or self._engine.disk_full
        return no_room or (bool(self._unused_cap) and self.unused >= self._unused_cap)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What people should do something about: nothing could be deleted, and there is no room."""
        full = self._room.short or self._engine.disk_full
        return tuple(notice for notice, holds in ((_FULL, full), (_OVER, self._room.over)) if holds)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the cap."""
        await self._try()
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def enforce(self) -> None:
        """Look at the disk and delete what has to go. Raises OSError when the disk can't be looked at."""
        sizes, room = await self._look()
        unused = [name for name in await self._downloads.unused() if sizes.get(name)]
        self.unused = sum(sizes[name] for name in unused)
        if self._unused_cap and self.unused >= self._unused_cap:
            target = self._unused_cap - self._unused_cap // _SLACK
            self.unused -= await self._evict(unused, sizes, self.unused - target)
            sizes, room = await self._look()
        if excess := room.excess:
            # The list does not tell of the last minute.
            await self._evict(sorted(sizes, key=self._engine.released), sizes, excess)
            _, room = await self._look()
        self._room = room

    async def _evict(self, names: Sequence[str], sizes: Mapping[str, int], excess: int) -> int:
        """Delete the first downloads that nobody holds, until so many bytes are gone; return how many are."""
        gone = 0
        for name in names:
            if gone >= excess:
                break
            if sizes[name] and await self._engine.evict(name):
                gone += sizes[name]
        return gone

    async def _run(self) -> None:
        opened = self._engine.opened
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(INTERVAL):
                    await opened.wait()
            opened.clear()
            await self._try()

    async def _try(self) -> None:
        try:
            await self.enforce()
        except Exception as error:  # noqa: BLE001 - a disk that was unplugged may come back, and is looked after then
            _log.warning("The room for downloads can't be looked after: %s", type(error).__name__)

    async def _look(self) -> tuple[Mapping[str, int], Room]:
        """Return what each folder occupies, the least recently used one first, and what there is in all."""
        names = await self._downloads.folders()

        def look() -> tuple[Mapping[str, int], Room]:
            sizes = {name: folder.occupied(self._root / name) for name in names}
            disk = shutil.disk_usage(self._root)
            return sizes, Room(used=sum(sizes.values()), cap=self._cap, free=disk.free, total=disk.total)

        return await asyncio.get_running_loop().run_in_executor(None, look)

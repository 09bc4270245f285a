"""Gets parts of a video ready before anybody plays it, and then holds them without downloading on."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence

from server.models import Purpose, VideoFile
from server.torrent.extent import Extent
from server.torrent.torrent import Torrent

Part = tuple[int, int]
"""Bytes of a video: the first position, and the one behind the last."""


class Holding:
    """Parts of a video that the swarm is asked for, behind all who play."""

    def __init__(self, torrent: Torrent, extent: Extent, parts: Sequence[Part]) -> None:
        """See ``holding``."""
        self._torrent = torrent
        self._pieces = sorted({piece for first, stop in parts for piece in extent.between(first, stop)})
        self._piece_length = extent.piece_length

    @property
    def size(self) -> int:
        """Return the bytes that this takes at most: it is whole pieces that a swarm gives."""
        return len(self._pieces) * self._piece_length

    @property
    def progress(self) -> float:
        """Return the part of it that is on the disk, 0 to 1."""
        have = self._torrent.have
        return sum(1 for piece in self._pieces if have[piece]) / len(self._pieces)

    async def complete(self) -> None:
        """Wait, without end, until all of it is on the disk. Raises TorrentFailedError, StreamClosedError."""
        for piece in self._pieces:
            await self._torrent.piece(piece)


@contextlib.asynccontextmanager
async def holding(torrent: Torrent, video: VideoFile, parts: Sequence[Part]) -> AsyncIterator[Holding]:
    """Have parts of a leased torrent's video got ready; what has come stays on the disk, also for who plays it next.

    Once they are there nothing more is downloaded; ending the context gives up what is missing. Raises
    TorrentFailedError.
    """
    await torrent.prepare(video, Purpose.PRELOAD)
    extent = torrent.extent(video)
    wishes = [torrent.wishes.open(extent, first, stop, Purpose.PRELOAD) for first, stop in parts]
    try:
        yield Holding(torrent, extent, parts)
    finally:
        for wish in wishes:
            torrent.wishes.release(wish)

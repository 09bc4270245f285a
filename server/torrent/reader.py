"""Reads a range of a video while the swarm is still sending it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from typing import BinaryIO

from server.errors import TorrentTimeoutError
from server.models import Purpose, VideoFile
from server.torrent.torrent import Torrent

_READ_AHEAD = 1 << 20
"""Most bytes fetched from the disk at once."""


class Reader:
    """The bytes of a video from ``position`` to before ``stop``, each verified before it is given out."""

    def __init__(self, torrent: Torrent, video: VideoFile, key: int, start: int, stop: int) -> None:
        """See ``open_reader``, which also closes it."""
        self.position = start
        self.stop = stop
        self.waiting = False
        """Whether the swarm has not sent yet what comes next."""
        self._torrent = torrent
        self._extent = torrent.extent(video)
        self._path = torrent.path(video)
        self._key = key
        self._file: BinaryIO | None = None
        self._file_lock = threading.Lock()  # a cancelled read goes on in its thread while close() comes

    @property
    def buffered(self) -> int:
        """Bytes from the position on that are on the disk, without a gap, at most up to the range's end."""
        return self._extent.available(self.position, self.stop, self._torrent.have)

    async def wait(self, patience: float) -> int:
        """Wait for bytes at the position and return how many there are at least; 0 at the end of the range.

        Raises TorrentTimeoutError after ``patience`` seconds, TorrentFailedError, StreamClosedError.
        """
        if self.position >= self.stop:
            return 0
        piece = self._extent.piece_at(self.position)
        if not self._torrent.have[piece] or self._torrent.error:
            self.waiting = True
            try:
                async with asyncio.timeout(patience):
                    await self._torrent.piece(piece)
            except TimeoutError:
                raise TorrentTimeoutError("The swarm sends no data. Try again later, or another source.") from None
            finally:
                self.waiting = False
        return self._extent.available(self.position, min(self.stop, self.position + _READ_AHEAD), self._torrent.have)

    async def read(self, patience: float) -> bytes:
        """Return the next bytes, as many as are there, at most 1 MiB; empty at the end of the range.

        Raises as ``wait`` does, and OSError when the file can't be read.
        """
        count = await self.wait(patience)
        if not count:
            return b""
        data = await asyncio.get_running_loop().run_in_executor(None, self._fetch, self.position, count)
        self.position += len(data)
        self._torrent.advance(self._key, self.position)
        return data

    def _fetch(self, position: int, count: int) -> bytes:
        with self._file_lock:
            if self._file is None:
                self._file = self._path.open("rb", buffering=0)
            self._file.seek(position)
            data = self._file.read(count)
        if len(data) != count:
            raise OSError(f"The file ends {count - len(data)} bytes early.")
        return data

    async def close(self) -> None:
        """Want no more bytes and close the file."""
        self._torrent.release(self._key)
        await asyncio.get_running_loop().run_in_executor(None, self._close_file)

    def _close_file(self) -> None:
        with self._file_lock:
            if self._file is not None:
                self._file.close()


@contextlib.asynccontextmanager
async def open_reader(
    torrent: Torrent, video: VideoFile, start: int, stop: int, purpose: Purpose
) -> AsyncIterator[Reader]:
    """Read the bytes from ``start`` to before ``stop``; the swarm is asked for them at once."""
    reader = Reader(torrent, video, torrent.open(torrent.extent(video), start, stop, purpose), start, stop)
    try:
        yield reader
    finally:
        await reader.close()

"""Reads a range of a video while the swarm is still sending it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import BinaryIO, TypeVar

from server.errors import StreamClosedError, TorrentTimeoutError
from server.models import Purpose, VideoFile
from server.torrent.folder import disk_error
from server.torrent.torrent import Torrent

T = TypeVar("T")

SLICE = 4 << 20
"""Most bytes that are promised, and sent, at once."""

_PASSING = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""What the process lacks, and not the file."""

_WARM = 256 << 10
"""Bytes that are read at once into the kernel's cache."""


class Reader:
    """The bytes of a video from ``position`` to before ``stop``, each verified before it is given out."""

    def __init__(
        self, torrent: Torrent, video: VideoFile, key: int, *, start: int, stop: int, patience: Patience
    ) -> None:
        """See ``open_reader``, which also closes it."""
        self.position = start
        self.stop = stop
        self.waiting = False
        """Whether the swarm has not sent yet what comes next."""
        self._torrent = torrent
        self._extent = torrent.extent(video)
        self._path = torrent.path(video)
        self._key = key
        self._patience = patience
        self._file: BinaryIO | None = None
        self._fetching = self._given = 0
        self._closed = False
        self._file_lock = threading.Lock()  # a cancelled read goes on in its thread while close() comes

    @property
    def buffered(self) -> int:
        """Bytes from the position on that are on the disk, without a gap, at most up to the range's end."""
        return self._extent.available(self.position, self.stop, self._torrent.have)

    @property
    def held(self) -> int:
        """Bytes in memory: those that are being read from the disk, and those that ``read`` gave out last."""
        return self._fetching + self._given

    async def wait(self) -> int:
        """Wait for bytes at the position; return how many there are, at most SLICE, or 0 at the end of the range.

        Raises TorrentTimeoutError when the patience is over, TorrentFailedError, StreamClosedError.
        """
        if self.position >= self.stop:
            return 0
        piece = self._extent.piece_at(self.position)
        if not self._torrent.have[piece] or self._torrent.error:
            self.waiting = True
            try:
                async with asyncio.timeout_at(self._patience.deadline()):
                    await self._torrent.wishes.wait(self._key, piece)
            except TimeoutError:
                raise TorrentTimeoutError("The swarm sends no data. Try again later, or another source.") from None
            finally:
                self.waiting = False
        self._patience.satisfied()
        return self._extent.available(self.position, min(self.stop, self.position + SLICE), self._torrent.have)

    async def read(self, limit: int) -> bytes:
        """Return the next bytes, as many as are there, at most ``limit``; empty at the end of the range.

        What it gave before must have been let go. Raises as ``wait`` does, and TorrentFailedError when the file can't
        be read: the torrent is then checked anew when it is played next.
        """
        self._given = 0
        count = min(await self.wait(), limit)
        if not count:
            return b""
        data = await self._on_thread(lambda: self._fetch(self.position, count))
        self._given = len(data)
        self.advance(len(data))
        return data

    async def cached_file(self, count: int) -> BinaryIO:
        """Return the file for the kernel to send ``count`` bytes from the position on, once they are in its cache.

        Sending what is not there would block the loop for as long as the disk takes. ``advance`` says what was sent.
        What ``read`` gave before must have been let go. Raises TorrentFailedError as ``read`` does.
        """
        self._given = 0
        if self._file is None or not self._in_cache(self._file, count):
            await self._on_thread(lambda: self._warm(self.position, count))
        assert self._file  # noqa: S101 - fetching has opened it
        return self._file

    def ended_early(self) -> Exception:
        """Return the error to raise for a file that does not hold what it did; the torrent has failed."""
        return self._fail(OSError())

    def advance(self, count: int) -> None:
        """Go on by ``count`` bytes, which were sent."""
        self.position += count
        self._torrent.wishes.advance(self._key, self.position)

    async def close(self) -> None:
        """Want no more bytes and close the file."""
        self._torrent.wishes.release(self._key)
        # Shielded, for a call that is cancelled before its thread takes it up never happens.
        await asyncio.shield(asyncio.get_running_loop().run_in_executor(None, self._close_file))

    async def _on_thread(self, function: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(None, function)
        except OSError as error:
            raise self._fail(error) from error

    def _fail(self, error: OSError) -> Exception:
        failure = disk_error(error.errno)
        if error.errno not in _PASSING and not self._torrent.error:
            self._torrent.fail(failure)
        return failure

    def _fetch(self, position: int, count: int) -> bytes:
        with self._opened(position, count) as file:
            data = file.read(count)
        if len(data) != count:
            raise OSError(f"The file ends {count - len(data)} bytes early.")
        return data

    def _warm(self, position: int, count: int) -> None:
        buffer = memoryview(bytearray(min(_WARM, count)))
        with self._opened(position, len(buffer)) as file:
            while count:
                done = file.readinto(buffer[:count])  # type: ignore[attr-defined]  # it is unbuffered
                if not done:
                    raise OSError(f"The file ends {count} bytes early.")
                count -= done

    @contextlib.contextmanager
    def _opened(self, position: int, memory: int) -> Iterator[BinaryIO]:
        with self._file_lock:
            if self._closed:
                raise StreamClosedError
            if self._file is None:
                self._file = self._path.open("rb", buffering=0)
            self._file.seek(position)
            self._fetching = memory
            try:
                yield self._file
            finally:
                self._fetching = 0

    def _in_cache(self, file: BinaryIO, count: int) -> bool:
        """Whether the first and the last byte of the next ``count`` could be read without waiting for the disk."""
        probe = bytearray(1)
        try:
            ends = self.position, self.position + count - 1
            return all(os.preadv(file.fileno(), [probe], position, os.RWF_NOWAIT) for position in ends)
        except OSError:  # not in the cache, or a file system that can't tell
            return False

    def _close_file(self) -> None:
        with self._file_lock:
            self._closed = True
            if self._file is not None:
                self._file.close()


class Patience:
    """How long a reader waits for the swarm: until a fixed time for its first bytes, so many seconds for later ones."""

    def __init__(self, first: float, later: float) -> None:
        """``first`` is a time of the loop, ``later`` a number of seconds."""
        self._deadline: float | None = first
        self._seconds = later

    def deadline(self) -> float:
        """Return the time of the loop when a wait that begins now is over."""
        return self._deadline or asyncio.get_running_loop().time() + self._seconds

    def satisfied(self) -> None:
        """Take note that bytes have come."""
        self._deadline = None


@contextlib.asynccontextmanager
async def open_reader(
    torrent: Torrent,
    video: VideoFile,
    start: int,
    stop: int,
    *,
    purpose: Purpose,
    patience: Patience,
    viewing: object = None,
) -> AsyncIterator[Reader]:
    """Read the bytes from ``start`` to before ``stop``; the swarm is asked for them at once.

    ``viewing`` says who watches what: a reader that stands still goes behind a later one of the same viewing. Raises
    TorrentTimeoutError, TorrentFailedError.
    """
    try:
        async with asyncio.timeout_at(patience.deadline()):
            await torrent.prepare(video, purpose)
    except TimeoutError:
        raise TorrentTimeoutError("The torrent does not get ready. Try again later, or another source.") from None
    key = torrent.wishes.open(torrent.extent(video), start, stop, purpose, viewing)
    reader = Reader(torrent, video, key, start=start, stop=stop, patience=patience)
    try:
        yield reader
    finally:
        await reader.close()

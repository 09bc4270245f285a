"""Which pieces of a torrent are on the disk, and who waits for others."""

from __future__ import annotations

import asyncio
from pathlib import Path

from server.errors import DomainError, StreamClosedError
from server.torrent.journal import PieceJournal


class Progress:
    """The pieces of one torrent. Used on the event loop only."""

    def __init__(self) -> None:
        self.have = bytearray()
        """A byte a piece, 1 for those that are verified and in their file; empty until the metadata are known."""
        self.risen = asyncio.Event()
        """Set when a piece has come; whoever saves what is there clears it."""
        self.error: DomainError | None = None
        self._waiting: dict[int, set[asyncio.Future[None]]] = {}
        self._journal: PieceJournal | None = None

    async def begin(self, pieces: int, journal: Path) -> None:
        """Count so many pieces from here on, none of them there, and keep the journal of them."""
        self._journal = await asyncio.get_running_loop().run_in_executor(None, PieceJournal, journal, pieces)
        self.have.extend(bytes(pieces))

    def note(self, piece: int) -> bool:
        """Take note of a piece that is verified and in its file; return whether that is news."""
        if not self.have or self.have[piece]:
            return False
        self.have[piece] = 1
        self.risen.set()
        if self._journal:
            self._journal.note(piece)
        for waiter in self._waiting.pop(piece, ()):
            if not waiter.done():
                waiter.set_result(None)
        return True

    async def wait(self, piece: int) -> None:
        """Wait until the piece is on the disk. Raises what the torrent failed with; when it was closed, in any case."""
        while not self.have[piece] or isinstance(self.error, StreamClosedError):
            if self.error:
                raise self.error
            waiter = asyncio.get_running_loop().create_future()
            waiters = self._waiting.setdefault(piece, set())
            waiters.add(waiter)
            try:
                await waiter
            finally:
                waiters.discard(waiter)
                if not waiters and self._waiting.get(piece) is waiters:
                    del self._waiting[piece]

    def fail(self, error: DomainError) -> None:
        """Tell everybody who waits that no more will come."""
        self.error = error
        for waiters in self._waiting.values():
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_exception(error)
                    waiter.exception()  # it may have been cancelled meanwhile: nobody's oversight

    def close(self) -> None:
        """Let go of the journal."""
        if self._journal:
            self._journal.close()
            self._journal = None

"""Which pieces are on the disk, in a file that survives the death of the process.

Resume data are written seconds apart; a process killed in between would download the last pieces again. The journal is
a byte a piece in a shared memory map: noting a piece costs a store, and the kernel keeps it when the process is killed.
After a power failure it may promise too much, so whoever reads it has the pieces verified before they count.
"""

from __future__ import annotations

import mmap
from pathlib import Path


class PieceJournal:
    """A map of ``pieces`` bytes at ``path``: 1 for each piece that was on the disk. Blocking; open it on a thread."""

    def __init__(self, path: Path, pieces: int) -> None:
        """Open or create the file. A file of another length belongs to something else and is emptied."""
        if not path.exists() or path.stat().st_size != pieces:
            path.write_bytes(bytes(pieces))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), pieces)

    def note(self, piece: int) -> None:
        """Remember that the piece is on the disk."""
        self._map[piece] = 1

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()


def read(path: Path) -> bytes:
    """Return the journal's bytes, one a piece; empty when there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""

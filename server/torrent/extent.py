"""Where a file lies in the pieces of its torrent: pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.models import VideoFile


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a file lies in the pieces of its torrent. Positions are bytes from the start of the file."""

    piece_length: int
    offset: int
    size: int

    @classmethod
    def of(cls, video: VideoFile, piece_length: int) -> Extent:
        """Return the extent of a video."""
        return cls(piece_length=piece_length, offset=video.offset, size=video.size)

    @property
    def first(self) -> int:
        """Return the first piece that holds a byte of the file."""
        return self.offset // self.piece_length

    @property
    def last(self) -> int:
        """Return the last piece that holds a byte of the file."""
        return (self.offset + self.size - 1) // self.piece_length

    @property
    def pieces(self) -> range:
        """Return all pieces that hold bytes of the file."""
        return range(self.first, self.last + 1)

    def piece_at(self, position: int) -> int:
        """Return the piece that holds the byte at ``position``."""
        return (self.offset + position) // self.piece_length

    def end_of(self, piece: int) -> int:
        """Return the position behind the last byte of the file that lies in ``piece``."""
        return min((piece + 1) * self.piece_length - self.offset, self.size)

    def between(self, start: int, stop: int) -> range:
        """Return the pieces that hold the bytes from ``start`` to before ``stop``."""
        return range(self.piece_at(start), self.piece_at(stop - 1) + 1)

    def available(self, position: int, stop: int, have: Mapping[int, bool] | bytearray) -> int:
        """Return how many bytes from ``position`` up to ``stop`` are in pieces of ``have``, without a gap."""
        end = position
        while end < stop:
            piece = self.piece_at(end)
            if not have[piece]:
                break
            end = min(self.end_of(piece), stop)
        return end - position

"""Which bytes of a video a player needs for its first seconds, read off its beginning: pure.

MP4 (ISO/IEC 14496-12): boxes, each with its size in front; players want ``moov``, before the media or behind them.
Matroska (RFC 9559): elements, each with an id and its size; players want the ``Cues`` too, whose place the ``SeekHead``
tells. Of anything else it is the beginning and the end.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

MIB = 1 << 20

PROBE = 64 << 10
"""Bytes of the beginning that ``needed`` wants to see."""

SECONDS = 2.0
"""Seconds of play that are got ready."""

_LIVELY = 1.5  # the first seconds may have more bytes than those of the whole on average
_LEAST, _MOST = 1 * MIB, 16 * MIB  # bytes of media
_MOST_INDEX = 16 * MIB
_TAIL = 1 * MIB
_FILM, _FILM_SIZE = 5400.0, 600 * MIB  # seconds that a video has which does not tell, and from which size on
_EPISODE = 1500.0

_EBML, _SEGMENT, _SEEK_HEAD, _SEEK, _INFO, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x114D9B74, 0x4DBB, 0x1549A966, 0x1F43B675
_SEEK_ID, _SEEK_POSITION, _CUES = 0x53AB, 0x53AC, 0x1C53BB6B
_TIMESTAMP_SCALE, _DURATION = 0x2AD7B1, 0x4489
_ANY = 1 << 62
_NANOSECONDS = 1_000_000_000
_MP4_STARTS = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pdin", b"styp"})


class Span(NamedTuple):
    """Bytes of the video, from ``start`` to before ``stop``."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the beginning tells: where the media begin, where the index lies if apart, how long it plays (seconds)."""

    media: int
    index: Span | None
    duration: float | None = None


def needed(head: bytes, size: int, index: bytes = b"") -> list[Span]:
    """Return what the first seconds of play need of a video of ``size`` bytes, given the beginning of it.

    ``index`` is the beginning of the second span that was returned before, if there was one: it may tell more.
    """
    layout = _layout(head, size)
    duration = layout.duration or _duration_behind(index) or (_FILM if size >= _FILM_SIZE else _EPISODE)
    media = min(max(int(size / duration * SECONDS * _LIVELY), _LEAST), _MOST)
    spans = [Span(0, min(layout.media + media, size))]
    if layout.index and layout.index.stop > spans[0].stop:
        spans.append(Span(max(layout.index.start, spans[0].stop), layout.index.stop))
    return spans


def _layout(head: bytes, size: int) -> _Layout:
    tail = Span(max(0, size - _TAIL), size)
    try:
        if head[4:8] in _MP4_STARTS:
            return _mp4(head, size) or _Layout(0, tail)
        if head[:4] == _EBML.to_bytes(4):
            return _matroska(head, size, tail)
    except (IndexError, struct.error, ValueError, OverflowError):  # not what it looked like
        pass
    return _Layout(0, tail)


def _duration_behind(index: bytes) -> float | None:
    """Return how long an MP4 plays, given what lies behind its media."""
    try:
        moov = next((index[body:stop] for kind, _, body, stop in _boxes(index, 0, _ANY) if kind == b"moov"), b"")
        return _movie_duration(moov)
    except (IndexError, struct.error, ValueError):
        return None


# --- MP4


def _mp4(head: bytes, size: int) -> _Layout | None:
    media = 0
    for kind, start, body, stop in _boxes(head, 0, size):
        if kind == b"moov":
            return _Layout(max(media, min(stop, _MOST_INDEX)), None, _movie_duration(head[body:stop]))
        if kind == b"mdat":
            # What lies behind is moov, perhaps with a little before it; without anything behind there are fragments.
            return _Layout(start, Span(max(stop, size - _MOST_INDEX), size) if stop < size else None)
        media = stop
    return None


def _boxes(data: bytes, start: int, size: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Yield kind, start, start of the body, and end of each box whose head is within ``data``."""
    while start + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, start)
        body = start + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, body)
            body += 8
        stop = start + length if length else size
        if stop < body or stop > size:
            raise ValueError("A box of impossible size.")
        yield kind, start, body, stop
        start = stop


def _movie_duration(moov: bytes) -> float | None:
    for kind, _, body, _ in _boxes(moov, 0, _ANY):
        if kind == b"mvhd":
            form = ">4xQQIQ" if moov[body] == 1 else ">4xIIII"
            _, _, timescale, duration = struct.unpack_from(form, moov, body)
            return duration / timescale if timescale else None
    return None


# --- Matroska


def _matroska(head: bytes, size: int, tail: Span) -> _Layout:
    index, duration, media = tail, None, 0
    for kind, body, stop in _elements(head, 0, len(head)):
        if kind != _SEGMENT:
            continue
        for inner, inner_body, inner_stop in _elements(head, body, min(stop, len(head))):
            media = inner_stop
            if inner == _SEEK_HEAD and (cues := _cues(head, inner_body, inner_stop)) is not None:
                start = body + cues
                index = Span(start, min(size, start + _MOST_INDEX)) if start < size - _MOST_INDEX else Span(start, size)
            elif inner == _INFO:
                duration = _segment_duration(head, inner_body, inner_stop)
            elif inner == _CLUSTER:
                media = inner_body
                break
    return _Layout(min(media, _MOST_INDEX), index if index.start < size else tail, duration)


def _cues(head: bytes, start: int, stop: int) -> int | None:
    """Return the position of the cues in the segment, as the SeekHead from ``start`` to ``stop`` tells."""
    for kind, body, end in _elements(head, start, stop):
        if kind == _SEEK:
            fields = {field: head[at:until] for field, at, until in _elements(head, body, end)}
            if fields.get(_SEEK_ID) == _CUES.to_bytes(4):
                return int.from_bytes(fields.get(_SEEK_POSITION, b""))
    return None


def _segment_duration(head: bytes, start: int, stop: int) -> float | None:
    fields = {field: head[at:until] for field, at, until in _elements(head, start, stop)}
    scale = int.from_bytes(fields.get(_TIMESTAMP_SCALE, b"")) or 1_000_000
    raw = fields.get(_DURATION, b"")
    if len(raw) not in (4, 8):
        return None
    (ticks,) = struct.unpack(">f" if len(raw) == 4 else ">d", raw)  # noqa: PLR2004 - the two sizes of floats
    return ticks * scale / _NANOSECONDS if ticks > 0 else None


def _elements(data: bytes, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """Yield id, start of the body, and end of each element that begins in ``data`` from ``start`` to ``stop``."""
    while start < min(stop, len(data)):
        width = 9 - data[start].bit_length()
        kind = int.from_bytes(data[start : start + width])
        at = start + width
        width = 9 - data[at].bit_length()
        length = int.from_bytes(data[at : at + width]) & ((1 << 7 * width) - 1)
        unknown = length == (1 << 7 * width) - 1
        body = at + width
        start = stop if unknown else body + length
        yield kind, body, start

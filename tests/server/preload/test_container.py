from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.preload.container import MIB, PROBE, Span, needed

CLIP = Path(__file__).parents[3] / "resources" / "demo" / "clip.mp4"
GIB = 1 << 30


def box(kind: bytes, length: int, body: bytes = b"") -> bytes:
    """Return the start of a box of ``length`` bytes, as far as its body is given."""
    if length >= 1 << 32:
        return struct.pack(">I4sQ", 1, kind, length) + body
    return struct.pack(">I4s", length, kind) + body


def mvhd(seconds: float, *, version: int = 0) -> bytes:
    form = ">B3xQQIQ80x" if version else ">B3xIIII80x"
    body = struct.pack(form, version, 0, 0, 600, int(seconds * 600))
    return box(b"mvhd", len(body) + 8, body)


def element(kind: int, body: bytes, *, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return kind.to_bytes((kind.bit_length() + 7) // 8) + ((1 << 56) | size).to_bytes(8) + body


def seek(kind: int, position: int) -> bytes:
    return element(0x4DBB, element(0x53AB, kind.to_bytes(4)) + element(0x53AC, position.to_bytes(8)))


FTYP = box(b"ftyp", 24, b"isom" + bytes(12))


@pytest.mark.parametrize("version", [0, 1])
def test_an_mp4_that_can_be_streamed_needs_its_index_and_what_follows(version: int) -> None:
    header = mvhd(1000, version=version)
    head = FTYP + box(b"moov", 3 * MIB, header)
    (span,) = needed(head, 1000 * MIB)  # 1 MiB a second
    assert span == Span(0, 24 + 3 * MIB + 3 * MIB)


def test_an_mp4_with_its_index_at_the_end_needs_exactly_that() -> None:
    size = 2 * GIB
    index = size - 5 * MIB
    head = FTYP + box(b"free", 8) + box(b"mdat", index - 32)
    first, last = needed(head, size)
    assert last == Span(index, size)
    assert first == Span(0, 32 + int(size / 5400 * 3))


def test_an_index_at_the_end_tells_how_much_is_needed_at_the_beginning() -> None:
    size = 2 * GIB
    head = FTYP + box(b"mdat", size - 24 - MIB)
    behind = box(b"free", 100, bytes(92)) + box(b"moov", MIB - 100, mvhd(1024))
    assert needed(head, size, behind)[0] == Span(0, 24 + 6 * MIB)
    assert needed(head, size, b"nothing of the kind") == needed(head, size)


def test_an_mp4_whose_media_are_larger_than_32_bits_can_say() -> None:
    size = 9 * GIB
    head = FTYP + box(b"mdat", size - 24 - 2 * MIB)
    assert needed(head, size)[1] == Span(size - 2 * MIB, size)


def test_an_mp4_of_fragments_has_nothing_at_its_end() -> None:
    head = FTYP + box(b"mdat", 0)
    assert len(needed(head, GIB)) == 1


def test_the_clip_of_the_demo() -> None:
    data = CLIP.read_bytes()
    spans = needed(data[:PROBE], len(data))
    index = data.index(b"moov") - 4
    assert any(span.start <= index < span.stop for span in spans)


def test_matroska_tells_its_length_and_where_its_cues_are() -> None:
    size = 1200 * MIB
    ticks = element(0x2AD7B1, (1_000_000).to_bytes(4)) + element(0x4489, struct.pack(">d", 1_200_000))
    info = element(0x1549A966, ticks)
    place = size - 300_000
    start = element(0x1A45DFA3, bytes(20))
    segment = element(0x18538067, b"", length=size - len(start) - 12)
    head = start + segment + element(0x114D9B74, seek(0x1549A966, 90) + seek(0x1C53BB6B, place)) + info
    head += element(0x1F43B675, b"", length=MIB)
    first, last = needed(head, size)
    assert last == Span(len(start) + len(segment) + place, size)
    assert first == Span(0, len(head) + 3 * MIB)


def test_matroska_of_a_live_recording_has_no_length() -> None:
    head = element(0x1A45DFA3, bytes(20)) + bytes.fromhex("18538067 01ffffffffffffff") + element(0x1F43B675, bytes(100))
    size = GIB
    assert needed(head, size)[1] == Span(size - MIB, size)


def test_of_anything_else_it_is_the_beginning_and_the_end() -> None:
    assert needed(b"RIFF" + bytes(100), 3000 * MIB) == [
        Span(0, int(3000 * MIB / 5400 * 3)),
        Span(2999 * MIB, 3000 * MIB),
    ]


def test_a_short_video_is_needed_whole() -> None:
    assert needed(b"", 400_000) == [Span(0, 400_000)]


@given(st.binary(max_size=400), st.integers(1, 1 << 44))
def test_whatever_it_is_the_spans_lie_within_and_apart(data: bytes, size: int) -> None:
    for start in (b"", FTYP, box(b"moov", 1000), bytes.fromhex("1a45dfa3"), element(0x1A45DFA3, b""), FTYP + FTYP):
        spans = needed(start + data, size)
        assert spans[0].start == 0
        edges = [edge for span in spans for edge in (span.start, span.stop)]
        assert edges == sorted(edges)
        assert edges[-1] <= size
        assert sum(span.stop - span.start for span in spans) <= 64 * MIB

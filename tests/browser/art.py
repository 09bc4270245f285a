"""Pictures for a catalogue that has none: a sun over mountains, in colours that go with a seed."""

from __future__ import annotations

import colorsys
import random
import struct
import zlib

Colour = tuple[int, int, int]
_Scene = tuple[float, tuple[float, float, float], list[tuple[float, float, list[float]]]]
"""The hue; where the sun is and how large; the mountains."""


def draw(seed: str, width: int, height: int) -> bytes:
    """Return a PNG, always the same for a seed and a size."""
    source = random.Random(seed)
    hue = source.random()
    sun = (source.uniform(0.25, 0.75) * width, source.uniform(0.2, 0.38) * height, source.uniform(0.09, 0.15) * height)
    # Each range of mountains: how far down its peaks are, how steep, and where.
    ranges = [
        (0.42 + 0.13 * layer, source.uniform(1.0, 1.9), [source.uniform(-0.1, 1.1) * width for _ in range(5)])
        for layer in range(4)
    ]
    rows = [_row(y, width, height, (hue, sun, ranges)) for y in range(height)]
    return _png(width, height, rows)


def _row(y: int, width: int, height: int, scene: _Scene) -> bytes:
    hue, sun, ranges = scene
    row = bytearray(bytes(_colour(hue, 0.16 + 0.3 * y / height, 0.45)) * width)
    across, down, radius = sun
    reach = (radius**2 - (y - down) ** 2) ** 0.5 if abs(y - down) < radius else 0.0
    _fill(row, across - reach, across + reach, _colour(hue + 0.12, 0.84, 0.75))
    for layer, (top, steep, peaks) in enumerate(ranges):
        for number, peak in enumerate(peaks):
            below = y - (top + 0.05 * (number % 3)) * height
            if below > 0:
                _fill(
                    row,
                    peak - below * steep,
                    peak + below * steep,
                    _colour(hue + 0.05 * layer, 0.28 - 0.065 * layer, 0.42),
                )
    return bytes(row)


def _fill(row: bytearray, start: float, stop: float, colour: Colour) -> None:
    first, last = max(0, round(start)), min(len(row) // 3, round(stop))
    if last > first:
        row[first * 3 : last * 3] = bytes(colour) * (last - first)


def _colour(hue: float, lightness: float, saturation: float) -> Colour:
    red, green, blue = (round(255 * part) for part in colorsys.hls_to_rgb(hue % 1, lightness, saturation))
    return red, green, blue


def _png(width: int, height: int, rows: list[bytes]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")

"""Draws the icon in the sizes and containers that systems want: PNG, Windows' ICO, macOS' ICNS."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512, 1024)
_ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
_ICNS_KINDS = {b"icp4": 16, b"icp5": 32, b"icp6": 64, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}


def render(svg: Path) -> dict[int, bytes]:
    """Return the drawing as PNG, by width and height in pixels. Needs no application of Qt: there is no text in it."""
    renderer = QSvgRenderer(str(svg))
    if not renderer.isValid():
        raise ValueError(f"{svg} is no drawing")
    return {size: _png(renderer, size) for size in SIZES}


def ico(pictures: Mapping[int, bytes]) -> bytes:
    """Pack PNG pictures as Windows wants them."""
    header, bodies = struct.pack("<HHH", 0, 1, len(_ICO_SIZES)), b""
    offset = len(header) + 16 * len(_ICO_SIZES)
    for size in _ICO_SIZES:
        body = pictures[size]
        edge = size % 256  # 0 stands for 256
        header += struct.pack("<BBBBHHII", edge, edge, 0, 0, 1, 32, len(body), offset + len(bodies))
        bodies += body
    return header + bodies


def icns(pictures: Mapping[int, bytes]) -> bytes:
    """Pack PNG pictures as macOS wants them."""
    blocks = b"".join(
        kind + struct.pack(">I", 8 + len(pictures[size])) + pictures[size] for kind, size in _ICNS_KINDS.items()
    )
    return b"icns" + struct.pack(">I", 8 + len(blocks)) + blocks


def _png(renderer: QSvgRenderer, size: int) -> bytes:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload] # the stubs ask for bytes, Qt for text
    return bytes(data.data())

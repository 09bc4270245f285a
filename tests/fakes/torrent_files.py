"""Torrent files of any shape, made of nothing: their pieces' hashes fit no bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import libtorrent as lt

PIECE = 16 << 10

Files = Sequence[tuple[str, int]]
"""Paths within the torrent's folder, and sizes in bytes."""


def info(
    content: Files | int, *, name: bytes = b"film.mp4", piece_length: int = PIECE, **more: Any
) -> dict[bytes, Any]:
    """Return the description of one file of so many bytes, or of a folder of files."""
    size = content if isinstance(content, int) else sum(size for _, size in content)
    pieces = -(-size // piece_length)
    described: dict[bytes, Any] = {
        b"name": name,
        b"piece length": piece_length,
        b"pieces": b"".join(index.to_bytes(20, "big") for index in range(pieces)),
    }
    if isinstance(content, int):
        described[b"length"] = content
    else:
        described[b"files"] = [
            {b"path": path.encode().split(b"/"), b"length": size} | ({b"attr": b"p"} if ".pad/" in path else {})
            for path, size in content
        ]
    return described | {key.encode(): value for key, value in more.items()}


def torrent_file(description: Mapping[bytes, Any], **more: Any) -> bytes:
    """Return a torrent file; ``more`` stands beside the description, with ``_`` for ``-`` in its names."""
    return lt.bencode({b"info": dict(description)} | {key.replace("_", "-").encode(): more[key] for key in more})

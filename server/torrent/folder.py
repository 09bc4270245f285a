"""Where a torrent's files lie: under names that say nothing about it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from server.torrent.files import TorrentFile

JOURNAL = "pieces"
"""Name of the journal beside the files."""


def file_name(index: int) -> str:
    """Return the name that the file ``index`` of a torrent has on the disk."""
    return f"{index}.bin"


def sharing_pieces(files: Sequence[TorrentFile], wanted: int, piece_length: int) -> list[int]:
    """Return the files that hold bytes of the pieces that the file ``wanted`` lies in, itself included.

    All of them have to be files that may be written: libtorrent keeps the bytes of the others in a file named after the
    info hash.
    """
    chosen = files[wanted]
    first = chosen.offset // piece_length * piece_length
    end = (chosen.offset + chosen.size - 1) // piece_length * piece_length + piece_length
    return [file.index for file in files if file.size and file.offset < end and file.offset + file.size > first]


def make_folder(folder: Path) -> None:
    """Create the folder, open to its owner only. Blocking."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def delete_folder(folder: Path) -> None:
    """Delete a torrent's files. Blocking."""
    shutil.rmtree(folder, ignore_errors=True)

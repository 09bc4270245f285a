"""Where a torrent's files lie: under names that say nothing about it."""

from __future__ import annotations

import contextlib
import errno
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from server.errors import DiskFullError, TorrentFailedError
from server.torrent.files import TorrentFile

JOURNAL = "pieces"
"""Name of the journal beside the files."""


_RUBBISH = ".miauflix-rubbish"

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, 112})  # the last is ERROR_DISK_FULL of Windows


def disk_error(code: int | None) -> TorrentFailedError:
    """Return the error for what the operating system says of a torrent's files."""
    if code in _NO_ROOM:
        return DiskFullError("There is no room left on the disk. Free some, then play again.")
    return TorrentFailedError("A file of this torrent can't be read or written.")


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


def occupied(folder: Path) -> int:
    """Return the bytes that a torrent's files take up on the disk; sparse ones take less than their size. Blocking."""
    total = 0
    with contextlib.suppress(FileNotFoundError):
        for path in folder.iterdir():
            with contextlib.suppress(FileNotFoundError):  # deleted meanwhile
                stat = path.lstat()
                total += stat.st_blocks * 512 if hasattr(stat, "st_blocks") else stat.st_size
    return total


def make_root(root: Path) -> None:
    """Create the folder of all downloads, and delete what was set aside there and not deleted. Blocking."""
    make_folder(root)
    for rubbish in root.glob(f".*{_RUBBISH}"):
        delete_folder(rubbish)


def set_aside(root: Path, name: str) -> Path | None:
    """Move the download of this name to where it can be deleted while its name is used again. Blocking.

    Return where; None when it can't be moved, for on Windows somebody may have one of its files open.
    """
    rubbish = root / f".{secrets.token_hex(8)}{_RUBBISH}"
    try:
        (root / name).rename(rubbish)
    except FileNotFoundError:
        return rubbish  # there is nothing to delete
    except OSError:
        return None
    return rubbish


def delete_folder(folder: Path) -> None:
    """Delete a folder and all in it. Blocking."""
    shutil.rmtree(folder, ignore_errors=True)

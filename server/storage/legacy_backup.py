"""Copy a legacy database before anything is done with it; a copy that exists is never overwritten."""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
import sqlite3
from pathlib import Path

from server.errors import LegacyFileError

_HEADER = b"SQLite format 3\0"
"""What every SQLite database in clear begins with."""


def backup_path(path: Path) -> Path:
    """Return where a legacy file's copy goes: ``<name>_before_encrypt.sqlite`` beside it."""
    return path.with_name(f"{path.stem}_before_encrypt.sqlite")


def back_up(path: Path) -> Path:
    """Copy the file to ``backup_path``, for its owner only, and return the copy's path.

    A copy that is there and says the same is taken as it is. Blocks. Raises LegacyFileError.
    """
    target = backup_path(path)
    draft = target.with_name(f"{target.name}.tmp")
    try:
        _check_kind(path)  # no copy of anything else is left behind
        draft.unlink(missing_ok=True)  # of a copy that was interrupted
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            _copy(path, draft)
            _place(draft, target)
        finally:
            draft.unlink(missing_ok=True)
    except FileNotFoundError as error:
        raise LegacyFileError(f"There is no file {path}.") from error
    except sqlite3.Error as error:
        raise LegacyFileError(
            f"{path} can't be read: {error}. Stop the legacy Miauflix first, and check that this is its database."
        ) from error
    except OSError as error:
        raise LegacyFileError(f"{path} can't be copied to {target}: {error.strerror}.") from error
    return target


def _check_kind(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(len(_HEADER)) not in {_HEADER, b""}:  # an empty file is an empty database
            raise LegacyFileError(f"{path} is not a plain SQLite database, or it is damaged.")


def _copy(path: Path, draft: Path) -> None:
    if any(_has_bytes(path.with_name(path.name + suffix)) for suffix in ("-wal", "-journal")):
        # part of what the database says is in a file beside it
        source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        with contextlib.closing(source), contextlib.closing(sqlite3.connect(draft)) as copy:
            source.backup(copy)
    else:
        shutil.copyfile(path, draft)
    with draft.open("rb+") as file:
        os.fsync(file.fileno())


def _place(draft: Path, target: Path) -> None:
    try:
        os.link(draft, target)  # unlike a renaming, this never replaces anything
    except FileExistsError:
        if not filecmp.cmp(draft, target, shallow=False):
            raise LegacyFileError(
                f"{target} exists and holds something else. Move it away, then run this again."
            ) from None


def _has_bytes(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False

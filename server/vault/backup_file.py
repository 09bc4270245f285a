"""The file a key backup is in: for its owner only, and never written over another."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from server.errors import BackupFileError
from server.vault.backup import MAX_BYTES

if TYPE_CHECKING:
    from pathlib import Path


def read_backup(path: Path) -> bytes:
    """Return the file's bytes, of a file that is too large a few more than a backup has. Raises BackupFileError."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BackupFileError(f"{path} can't be read: {error.strerror}.") from error


def write_backup(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, whole or not at all. Raises BackupFileError."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        raise BackupFileError(f"{path} is there already and is left as it is. Choose another name.") from None
    except OSError as error:
        raise BackupFileError(f"{path} can't be written: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise BackupFileError(f"{path} can't be written: {error.strerror}.") from error

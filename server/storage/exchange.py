"""Give a database file another key: a copy under the new key takes the file's place, whole or not at all.

``PRAGMA rekey`` would rewrite the file in place, and leave one with two keys when the process is killed.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2 as sqlcipher

from server.errors import DatabaseDamagedError, RotationError
from server.storage.connection import connect, create_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_COPIED_PRAGMAS = ("user_version", "application_id")


def exchange_key(path: Path, key: bytes, new_key: bytes) -> None:
    """Copy the database under ``new_key`` and put the copy in its place.

    Nobody may have the database open. Raises DatabaseDamagedError, RotationError, having changed nothing.
    """
    remove_draft(path)
    draft = _draft(path)
    try:
        _export(path, key, draft, new_key)
        _check_copy(draft, new_key)
        _sync(draft)
        if any(side.exists() for side in _sides(path)):
            raise RotationError("Another program has the database open. Close it and try again.")
        draft.replace(path)
    except (sqlcipher.Error, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise RotationError(f"The database could not be copied under its new key: {reason}. Try again.") from error
    finally:
        remove_draft(path)
    _sync_folder(path.parent)


def remove_draft(path: Path) -> None:
    """Delete what a copy that was interrupted left beside the database."""
    draft = _draft(path)
    for file in (draft, draft.with_name(f"{draft.name}-journal"), *_sides(draft)):
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _draft(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _sides(path: Path) -> Iterable[Path]:
    return [path.with_name(f"{path.name}{suffix}") for suffix in ("-wal", "-shm")]


def _export(path: Path, key: bytes, draft: Path, new_key: bytes) -> None:
    create_file(draft)
    with contextlib.closing(connect(path, key)) as connection:
        _check_whole(connection, path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("ATTACH DATABASE ? AS draft KEY ?", (str(draft), f"x'{new_key.hex()}'"))
        connection.execute("SELECT sqlcipher_export('draft')").fetchall()
        for pragma in _COPIED_PRAGMAS:
            (value,) = connection.execute(f"PRAGMA main.{pragma}").fetchone()
            connection.execute(f"PRAGMA draft.{pragma} = {int(value)}")
        if _inventory(connection, "main") != _inventory(connection, "draft"):
            raise RotationError("The copy under the new key lacks rows. Nothing was changed; try again.")
        connection.execute("DETACH DATABASE draft")


def _check_copy(draft: Path, new_key: bytes) -> None:
    """Open the copy as the database will be opened, and read every page of it."""
    with contextlib.closing(connect(draft, new_key)) as connection:
        _check_whole(connection, draft)


def _check_whole(connection: Any, path: Path) -> None:
    # the first looks at every page's authentication code, the second at what the pages say
    complaints = connection.execute("PRAGMA cipher_integrity_check").fetchall()
    if complaints or connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
        raise DatabaseDamagedError(f"The database {path} is damaged. Put back a copy of it.")


def _inventory(connection: Any, schema: str) -> list[tuple[Any, ...]]:
    """Return everything a database defines, and how many rows each of its tables has."""
    defined = connection.execute(f"SELECT type, name, sql FROM {schema}.sqlite_master ORDER BY 1, 2").fetchall()  # noqa: S608 - the name is one of two constants
    tables = [name for kind, name, _ in defined if kind == "table"]
    counts = [connection.execute(f'SELECT count(*) FROM {schema}."{name}"').fetchone() for name in tables]  # noqa: S608 - the database's own names
    return [*defined, *counts]


def _sync(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the exchange last; Windows can't open folders and keeps names by itself."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

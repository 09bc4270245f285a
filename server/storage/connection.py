"""Open SQLCipher: the key, the checks that it is in force, and the settings every connection gets."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlcipher3 import dbapi2 as sqlcipher

from server.errors import DatabaseDamagedError, KeyWrongError, StartError

KEY_BYTES = 32
BUSY_TIMEOUT = 10.0
"""Seconds to wait for another process's transaction."""

READ_ONLY = "miauflix_read_only"
"""Execution option of an engine whose transactions may not write."""

_PLAIN_HEADER = b"SQLite format 3\0"
_NOT_A_DATABASE = "file is not a database"


def make_engine(path: Path, key: bytes) -> sa.Engine:
    """Return an engine with one connection to the file, which is opened on first use, and by then exists.

    Statements run without their parameters showing in errors, in transactions that lock at once for writing.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"A database key has {KEY_BYTES} bytes.")
    engine = sa.create_engine(
        "sqlite+pysqlite://",
        module=sqlcipher,
        creator=lambda: connect(path, key),
        poolclass=sa.QueuePool,
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
        isolation_level=None,
    )
    sa.event.listen(engine, "begin", _begin)
    return engine


def create_file(path: Path) -> None:
    """Make an empty file for its owner only, in a folder for its owner only, unless there is one. Raises StartError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite gives its side files the mode of the main one
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StartError(f"The database {path} can't be opened: {error.strerror}.") from error


def check_encrypted(path: Path) -> None:
    """Raise DatabaseDamagedError when the file is a plain SQLite database."""
    with path.open("rb") as file:
        if file.read(len(_PLAIN_HEADER)) == _PLAIN_HEADER:
            raise DatabaseDamagedError(f"{path} is not encrypted, so it is not a database of Miauflix. Move it away.")


def connect(path: Path, key: bytes) -> Any:
    """Open the file and return sqlcipher's connection. Raises KeyWrongError, DatabaseDamagedError, StartError."""
    connection = sqlcipher.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT)
    with contextlib.ExitStack() as undo:
        undo.callback(connection.close)
        # a damaged page would be described on stderr, over and over
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        if connection.execute("PRAGMA cipher_version").fetchone() is None:
            raise StartError("This installation of Miauflix can't encrypt its database. Install it again.")
        _unlock(connection, path)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        # what was deleted or encrypted anew is overwritten, so that whoever has the key does not find it in free pages
        connection.execute("PRAGMA secure_delete = ON").fetchone()
        undo.pop_all()
    return connection


def _unlock(connection: Any, path: Path) -> None:
    """Read the first page, which shows whether the key fits, and switch to the write-ahead log."""
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlcipher.OperationalError as error:
        raise StartError(f"The database {path} can't be opened: {error}.") from error
    except sqlcipher.DatabaseError as error:
        if str(error) == _NOT_A_DATABASE:
            raise KeyWrongError(
                f"The key does not open {path}. Bring back the key it was made with (`miauflix key restore FILE`), or "
                "a copy of the file if that is damaged."
            ) from error
        raise DatabaseDamagedError(f"The database {path} is damaged ({error}). Put back a copy of it.") from error


def _begin(connection: sa.Connection) -> None:
    if connection.get_execution_options().get(READ_ONLY):
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.exec_driver_sql("BEGIN")
        return
    # a read that later writes could not wait for another writer: its view of the data would be out of date
    connection.exec_driver_sql("BEGIN IMMEDIATE")

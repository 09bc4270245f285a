"""Who has the database open: all share it, and wait while one of them exchanges the file."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import ReadWriteLock, Timeout

from server.errors import DatabaseBusyError
from server.storage.connection import create_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 10.0
"""Seconds to wait for commands that have the database open: they take a moment."""

_EXCHANGE_PATIENCE = 120.0  # seconds to wait for the copy of a whole database


class Sharing:
    """One process's share in a database. Belongs to the thread that made it."""

    def __init__(self, database_path: Path) -> None:
        """Join those who share; the lock is a file beside the database. Raises StartError, DatabaseBusyError."""
        path = database_path.with_suffix(".lock")
        create_file(path)
        self._lock = ReadWriteLock(path, is_singleton=False)
        try:
            self._join()
        except DatabaseBusyError:
            self._lock.close()
            raise

    def close(self) -> None:
        """Leave."""
        self._lock.release(force=True)
        self._lock.close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Have the database to oneself; nobody may have it open here. Raises DatabaseBusyError."""
        self._lock.release()
        try:
            self._lock.acquire_write(PATIENCE)
        except Timeout:
            self._join()
            raise DatabaseBusyError(
                "Another Miauflix command is using the database. Wait until it has ended, then try again."
            ) from None
        try:
            yield
        finally:
            self._lock.release()
            self._join()

    def _join(self) -> None:
        try:
            self._lock.acquire_read(_EXCHANGE_PATIENCE)
        except Timeout:
            raise DatabaseBusyError("The database's key is being changed. Wait until that is done.") from None

"""The encrypted database: one connection, on one thread of its own, one transaction a call."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, closing, suppress
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa

from server.errors import (
    DatabaseDamagedError,
    DatabaseUnavailableError,
    DiskFullError,
    KeyWrongError,
    SafeModeError,
    StartError,
)
from server.storage.connection import READ_ONLY, check_encrypted, create_file, make_engine
from server.storage.exchange import exchange_key
from server.storage.migrate import migrate
from server.storage.sharing import Sharing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

T = TypeVar("T")

_UNAVAILABLE = frozenset(
    {"database is locked", "database table is locked", "disk I/O error", "unable to open database file"}
)
_READ_ONLY_ERROR = "attempt to write a readonly database"
_NO_ROOM = "database or disk is full"


class Database:
    """Runs functions on the database's thread. Made by ``Database.open``."""

    def __init__(self, path: Path, keys: Sequence[bytes]) -> None:
        self._path = path
        self._candidates = {key: make_engine(path, key) for key in keys}
        self.key, self._engine = next(iter(self._candidates.items()))
        self._sharing: Sharing
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self.read_only = False

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, *keys: bytes) -> AsyncIterator[Database]:
        """Open the file, make it when absent, bring its schema up to date; close at exit.

        Keys are raw and have 32 bytes; the first that fits is used. Several processes may have the file open. Raises
        KeyWrongError, DatabaseDamagedError, DatabaseNewerError, DatabaseBusyError, StartError.
        """
        database = cls(path, keys)
        undo = ExitStack()
        try:
            await database._on_thread(lambda: database._open(undo))
            yield database
        finally:
            database._thread.submit(undo.close)  # connections and locks belong to the thread that made them
            await asyncio.to_thread(database._thread.shutdown)

    async def run(self, function: Callable[[sa.Connection], T]) -> T:
        """Return what ``function`` returns; it runs in one transaction, undone when it raises.

        Once begun, it runs to its end even when the caller is cancelled. Raises DiskFullError, and SafeModeError when
        it writes although ``refuse_writes`` was called.
        """
        return await self._on_thread(lambda: self._transact(function))

    async def checkpoint(self) -> None:
        """Move everything from the write-ahead log into the database and empty the log, unless somebody reads it."""
        await self._on_thread(self._checkpoint)

    async def change_key(self, key: bytes) -> None:
        """Give the file another key; other processes wait, or are waited for.

        Raises DatabaseBusyError, DatabaseDamagedError, RotationError, having changed nothing.
        """
        await self._on_thread(lambda: self._change_key(key))

    def refuse_writes(self) -> None:
        """Let all later calls of ``run`` read only."""
        self._engine.update_execution_options(**{READ_ONLY: True})
        self.read_only = True

    async def _on_thread(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    def _open(self, undo: ExitStack) -> None:
        create_file(self._path)
        check_encrypted(self._path)
        self._sharing = Sharing(self._path)
        undo.callback(self._sharing.close)
        undo.callback(lambda: self._engine.dispose())  # noqa: PLW0108 - the engine of that moment
        self.key, self._engine = self._fitting()
        _prepare(self._engine, self._path)

    def _fitting(self) -> tuple[bytes, sa.Engine]:
        """Return the first key that opens the file, and its engine."""
        *first, last = self._candidates.items()
        for key, engine in first:
            with suppress(KeyWrongError), closing(engine.raw_connection()):
                return key, engine
        return last

    def _transact(self, function: Callable[[sa.Connection], T]) -> T:
        try:
            with self._engine.begin() as connection:
                return function(connection)
        except sa.exc.OperationalError as error:
            if self.read_only and str(error.orig) == _READ_ONLY_ERROR:
                raise SafeModeError(
                    "A key is missing, so nothing is changed until it is back: see the notices of Miauflix on the "
                    "machine it runs on."
                ) from error
            if str(error.orig) == _NO_ROOM:
                raise DiskFullError("There is no room left on the disk with the database. Free some.") from error
            if str(error.orig) in _UNAVAILABLE:
                raise DatabaseUnavailableError(
                    "Another program holds the database of Miauflix, or its disk fails. Try again in a moment."
                ) from error
            raise

    def _checkpoint(self) -> None:
        with closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _change_key(self, key: bytes) -> None:
        self._engine.dispose()
        try:
            with self._sharing.alone():
                exchange_key(self._path, self.key, key)
                self.key = key
        finally:
            self._engine = make_engine(self._path, self.key)  # which connects when it is used


def _prepare(engine: sa.Engine, path: Path) -> None:
    try:
        with engine.begin() as connection:
            migrate(connection)
    except sa.exc.OperationalError as error:
        raise StartError(f"The database {path} can't be used: {error.orig}.") from error
    except sa.exc.DatabaseError as error:
        raise DatabaseDamagedError(f"The database {path} is damaged ({error.orig}). Put back a copy of it.") from error
    check_encrypted(path)

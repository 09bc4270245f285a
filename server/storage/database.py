"""The encrypted database: one connection, on one thread of its own, one transaction a call."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa

from server.errors import DatabaseDamagedError, SafeModeError, StartError
from server.storage.connection import READ_ONLY, check_encrypted, create_file, make_engine
from server.storage.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

T = TypeVar("T")

_READ_ONLY_ERROR = "attempt to write a readonly database"


class Database:
    """Runs functions on the database's thread. Made by ``Database.open``."""

    def __init__(self, engine: sa.Engine, thread: ThreadPoolExecutor) -> None:
        self._engine = engine
        self._thread = thread
        self.read_only = False

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, key: bytes) -> AsyncIterator[Database]:
        """Open the file with a raw key of 32 bytes, make it when absent, bring its schema up to date; close at exit.

        Several processes may have it open. Raises KeyWrongError, DatabaseDamagedError, DatabaseNewerError, StartError.
        """
        engine = make_engine(path, key)
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        try:
            await asyncio.get_running_loop().run_in_executor(thread, _prepare, engine, path)
            yield cls(engine, thread)
        finally:
            thread.submit(engine.dispose)  # connections belong to the thread that made them
            await asyncio.to_thread(thread.shutdown)

    async def run(self, function: Callable[[sa.Connection], T]) -> T:
        """Return what ``function`` returns; it runs in one transaction, undone when it raises.

        Once begun, it runs to its end even when the caller is cancelled. Raises SafeModeError when it writes although
        ``refuse_writes`` was called.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transact, function)

    def refuse_writes(self) -> None:
        """Let all later calls of ``run`` read only."""
        self._engine.update_execution_options(**{READ_ONLY: True})
        self.read_only = True

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
            raise


def _prepare(engine: sa.Engine, path: Path) -> None:
    create_file(path)
    check_encrypted(path)
    try:
        with engine.begin() as connection:
            migrate(connection)
    except sa.exc.OperationalError as error:
        raise StartError(f"The database {path} can't be used: {error.orig}.") from error
    except sa.exc.DatabaseError as error:
        raise DatabaseDamagedError(f"The database {path} is damaged ({error.orig}). Put back a copy of it.") from error
    check_encrypted(path)

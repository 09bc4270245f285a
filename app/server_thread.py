"""The server's thread and event loop: start, call, stop. Knows nothing of Qt."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from app.local_server import LocalServer, Serve
from server.events import Publish
from server.settings import Options

_log = logging.getLogger(__name__)

T = TypeVar("T")

Ask = Callable[[LocalServer], Coroutine[Any, Any, T]]
"""A coroutine function of the server, run on its loop."""


class ServerNotRunningError(Exception):
    """The server has not started, or has stopped already."""


class ServerThread:
    """Runs a server on a thread of its own. The server itself never leaves that thread; futures and events do.

    All methods may be called from any one thread. After a failed start or a stop it can be started again.
    """

    def __init__(self, serve: Serve, options: Options, publish: Publish) -> None:
        self._serve = serve
        self._options = options
        self._publish = publish
        self._run: _Run | None = None

    def start(self, options: Options | None = None) -> Future[tuple[str, ...]]:
        """Start; the future gives the server's addresses or fails with a StartError. Cancelled by a stop meanwhile.

        ``options``, if given, count from now on. Raises RuntimeError when the server runs already.
        """
        if self._run is not None and self._run.thread.is_alive() and not self._run.finished.done():
            raise RuntimeError("The server thread runs already.")
        self._options = options or self._options
        self._run = _Run(self._serve, self._options, self._publish)
        self._run.thread.start()
        return self._run.ready

    def call(self, ask: Ask[T]) -> Future[T]:
        """Run ``ask(server)`` on the server's loop.

        The future fails with ServerNotRunningError when there is none, or it stops before it has answered.
        """
        if self._run is None:
            return _not_running()
        return self._run.call(ask)

    def stop(self) -> Future[None]:
        """Ask the server to stop; the future is done once its loop is closed. Breaks off a start. May be repeated."""
        if self._run is None:
            return _done()
        self._run.stop()
        return self._run.finished

    def join(self, timeout: float) -> bool:
        """Wait for the thread to end, in seconds; return whether it has."""
        if self._run is None:
            return True
        self._run.thread.join(timeout)
        return not self._run.thread.is_alive()


class _Run:
    """One life of the server, from start to stop."""

    def __init__(self, serve: Serve, options: Options, publish: Publish) -> None:
        self.ready: Future[tuple[str, ...]] = Future()
        self.finished: Future[None] = Future()
        # A daemon, so that a server that hangs while it stops can't keep the process alive.
        self.thread = threading.Thread(target=self._main, name="server", daemon=True)
        self._serve = serve
        self._options = options
        self._publish = publish
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._server: LocalServer | None = None
        self._calls: set[asyncio.Task[Any]] = set()

    def call(self, ask: Ask[T]) -> Future[T]:
        answer = self._answer(ask)
        try:
            return asyncio.run_coroutine_threadsafe(answer, self._loop)
        except RuntimeError:  # the loop is closed
            answer.close()
            return _not_running()

    def stop(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._request_stop)
        except RuntimeError:
            _log.debug("The server's loop is closed already")

    def _main(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._live())
        except asyncio.CancelledError:
            self.ready.cancel()
        except Exception as error:  # noqa: BLE001 - the thread's boundary: whoever waits for the start is told
            if self.ready.done():
                _log.exception("The server did not stop cleanly")
            else:
                self.ready.set_exception(error)
        finally:
            self.finished.set_result(None)

    async def _live(self) -> None:
        self._life = asyncio.current_task()
        if self._stopping.is_set():
            raise asyncio.CancelledError
        async with self._serve(self._options, self._publish) as server:
            self._server = server
            self.ready.set_result(tuple(server.urls))
            await self._stopping.wait()
            self._server = None
            await self._end_calls()

    async def _answer(self, ask: Ask[T]) -> T:
        server, task = self._server, asyncio.current_task()
        if server is None or task is None:
            raise ServerNotRunningError
        self._calls.add(task)
        try:
            return await ask(server)
        except asyncio.CancelledError:
            if self._stopping.is_set():
                raise ServerNotRunningError from None  # whoever waits is told, or it would wait for good
            raise
        finally:
            self._calls.discard(task)

    async def _end_calls(self) -> None:
        calls = tuple(self._calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    def _request_stop(self) -> None:
        if self._stopping.is_set():
            return  # a second cancellation would break off the unwinding of the start
        self._stopping.set()
        if self._server is None and self._life is not None:
            self._life.cancel()


def _not_running() -> Future[Any]:
    future: Future[Any] = Future()
    future.set_exception(ServerNotRunningError())
    return future


def _done() -> Future[None]:
    future: Future[None] = Future()
    future.set_result(None)
    return future

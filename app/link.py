"""How windows reach the server, and have slow work done: answers come back on the main thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from app.bridge import Bridge
from app.server_thread import Ask, ServerThread

T = TypeVar("T")


class Link:
    """Used on the main thread, which it never blocks."""

    def __init__(self, bridge: Bridge, server: ServerThread) -> None:
        self._bridge = bridge
        self._server = server
        self._workers = ThreadPoolExecutor(2, thread_name_prefix="worker")

    def ask(
        self, ask: Ask[T], then: Callable[[T], None], otherwise: Callable[[BaseException], None] | None = None
    ) -> None:
        """Ask the running server; ``then`` gets the answer, ``otherwise`` what went wrong (by default it is logged).

        Where none runs that is a ServerNotRunningError.
        """
        self._bridge.deliver(self._server.call(ask), then, otherwise)

    def work(
        self,
        function: Callable[[], T],
        then: Callable[[T], None],
        otherwise: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Call a function that may block, on a thread of its own."""
        self._bridge.deliver(self._workers.submit(function), then, otherwise)

    def close(self) -> None:
        """Take no more work; what was begun is finished."""
        self._workers.shutdown(wait=False)

"""The way from the server's thread into the UI: one queue, drained by a timer on the main thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from server.events import Event, PairingRequested, Status, StatusChanged

_log = logging.getLogger(__name__)

DRAIN_INTERVAL_MS = 100

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class _Reply:
    """A finished future and what the UI does with it."""

    future: Future[Any]
    then: Callable[[Any], None]
    otherwise: Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class _Word:
    """What somebody on another thread tells a listener in the UI."""

    say: Callable[[], None]


class Bridge(QObject):
    """Hands events and results to the UI on the main thread, at most 100 ms late.

    Of several snapshots that wait only the latest is shown. The timer also gives the interpreter its chance to run
    signal handlers while Qt waits for input.
    """

    status_changed = Signal(object)
    """Carries a Status."""
    pairing_requested = Signal(object)
    """Carries a PairingRequested."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: SimpleQueue[Event | _Reply | _Word] = SimpleQueue()
        self._timer = QTimer(self, interval=DRAIN_INTERVAL_MS)
        self._timer.timeout.connect(self._drain)
        self._timer.start()

    def publish(self, event: Event) -> None:
        """Take an event from any thread; does not block."""
        self._queue.put(event)

    def deliver(
        self, future: Future[T], then: Callable[[T], None], otherwise: Callable[[BaseException], None] | None = None
    ) -> None:
        """Call ``then(result)`` or ``otherwise(error)`` on the main thread once the future is done.

        A cancelled future calls neither. Without ``otherwise`` an error is logged.
        """
        future.add_done_callback(partial(self._reply, then, otherwise or _log_error))

    def relay(self, listener: Callable[P, None]) -> Callable[P, None]:
        """Return a function for other threads that calls ``listener`` on the main thread, and does not block."""

        def tell(*args: P.args, **kwargs: P.kwargs) -> None:
            self._queue.put(_Word(partial(listener, *args, **kwargs)))

        return tell

    def _reply(self, then: Callable[[T], None], otherwise: Callable[[BaseException], None], future: Future[T]) -> None:
        self._queue.put(_Reply(future, then, otherwise))

    def _drain(self) -> None:
        latest: Status | None = None
        while True:
            try:
                entry = self._queue.get_nowait()
            except Empty:
                break
            match entry:
                case StatusChanged(status):
                    latest = status
                case PairingRequested():
                    self.pairing_requested.emit(entry)
                case _Reply():
                    _hand_over(entry)
                case _Word():
                    entry.say()
        if latest is not None:
            self.status_changed.emit(latest)


def _hand_over(reply: _Reply) -> None:
    if reply.future.cancelled():
        return
    error = reply.future.exception()
    if error is None:
        reply.then(reply.future.result())
    else:
        reply.otherwise(error)


def _log_error(error: BaseException) -> None:
    _log.error("A request to the server failed", exc_info=error)

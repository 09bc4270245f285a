"""The keys, for dialogs: everything that touches them runs on a thread of its own, whether or not the server runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from PySide6.QtCore import QObject
from shiboken6 import isValid

from app.bridge import Bridge
from app.language import tr
from server.recovery import Progress, Step, Vault

T = TypeVar("T")

Work = Callable[[Vault, Progress], Coroutine[Any, Any, T]]
"""A coroutine function that does something with the keys and says what step it is at."""


class KeyDesk:
    """Does one thing after the other with the keys of a data folder, and tells the UI what came of it."""

    def __init__(self, vault: Vault, bridge: Bridge) -> None:
        self._vault = vault
        self._bridge = bridge

    def do(
        self,
        owner: QObject,
        work: Work[T],
        then: Callable[[T], None],
        otherwise: Callable[[BaseException], None],
        on_step: Callable[[Step], None] | None = None,
    ) -> None:
        """Begin ``work``; the others are called on the main thread: with each step, at last with what came of it.

        Once ``owner`` is deleted, as a dialog that was closed meanwhile, they are not called any more.
        A keyring may take seconds to answer. The thread is a daemon, so that one that never does can't keep the process
        alive.
        """
        outcome: Future[T] = Future()
        self._bridge.deliver(outcome, _while_there(owner, then), _while_there(owner, otherwise))
        progress = self._bridge.relay(_while_there(owner, on_step or _ignore))
        threading.Thread(target=self._run, args=(work, progress, outcome), name="keys", daemon=True).start()

    def _run(self, work: Work[T], progress: Progress, outcome: Future[T]) -> None:
        try:
            outcome.set_result(asyncio.run(work(self._vault, progress)))
        except Exception as error:  # noqa: BLE001 - the thread's boundary: whoever asked is told
            outcome.set_exception(error)


def _while_there(owner: QObject, listener: Callable[[T], None]) -> Callable[[T], None]:
    """Return a function that calls ``listener`` unless ``owner`` is deleted; for the main thread."""

    def tell(word: T) -> None:
        if isValid(owner):
            listener(word)

    return tell


def _ignore(_: Step) -> None:
    """Take a step and do nothing."""


def in_words(step: Step) -> str:
    """Return what a step does, for people."""
    match step:
        case Step.OPEN_KEYS:
            return tr("Opening the keys…")
        case Step.DERIVE:
            return tr("Working on the pass phrase…")
        case Step.CHECK_KEYS:
            return tr("Comparing the keys with the database…")
        case Step.TRY_ROWS:
            return tr("Decrypting some sources…")
        case Step.WRITE:
            return tr("Writing…")

"""The devices that ask to come in: who waits, and what somebody at the machine decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from app.link import Link
from app.server_thread import Ask
from server.errors import PairingNotFoundError
from server.models import Pairing

_INTERVAL_MS = 2000


class Pairings(QObject):
    """Knows who waits while ``follow`` was called; devices are also approved elsewhere, and codes run out.

    So the list is asked for again while anybody waits.
    """

    changed = Signal(object)
    """Carries the pairings that wait, a sequence."""

    def __init__(self, link: Link, complain: Callable[[BaseException], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._complain = complain
        self._timer = QTimer(self, interval=_INTERVAL_MS, singleShot=True)
        self._timer.timeout.connect(self.refresh)

    def refresh(self) -> None:
        """Ask who waits."""
        self._link.ask(lambda server: server.pairings(), self._show, self._complain)

    def rest(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def approve(self, user_code: str) -> None:
        """Let the device in."""
        self._decide(lambda server: server.approve(user_code))

    def deny(self, user_code: str) -> None:
        """Send the device away."""
        self._decide(lambda server: server.deny(user_code))

    def _show(self, pairings: Sequence[Pairing]) -> None:
        self.changed.emit(tuple(pairings))
        if pairings:
            self._timer.start()

    def _decide(self, decision: Ask[None]) -> None:
        self._link.ask(decision, lambda _: self.refresh(), self._undecided)

    def _undecided(self, error: BaseException) -> None:
        if not isinstance(error, PairingNotFoundError):  # somebody else decided, or the code ran out
            self._complain(error)
        self.changed.emit(())  # what still waits comes back with its buttons enabled
        self.refresh()

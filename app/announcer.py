"""Tells the person at the computer that a device asks to come in, with Approve and Deny right there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from app.bridge import Bridge
from app.dialogs.pairing_prompt import PairingPrompt
from app.language import tr
from app.link import Link
from app.notifications import Notifications
from server.models import Pairing

_APPROVE, _DENY, _SHOW = "approve", "deny", "default"


class Announcer(QObject):
    """One notification a device; our own small window where the desktop shows none with buttons."""

    approved = Signal(str)
    """Carries the user code."""
    denied = Signal(str)
    """Carries the user code."""
    wanted = Signal()
    """A notification was clicked: show more."""

    def __init__(self, link: Link, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._waiting: dict[str, Pairing] = {}
        self._unseen: dict[str, Pairing] = {}
        self._prompt: PairingPrompt | None = None
        self._notifications = Notifications(bridge.relay(self._answer))

    def show_pairings(self, pairings: Sequence[Pairing]) -> None:
        """Announce who is new, and take away what was answered elsewhere."""
        before, self._waiting = self._waiting, {pairing.user_code: pairing for pairing in pairings}
        for code in before.keys() - self._waiting.keys():
            self._unseen.pop(code, None)
            self._link.work(lambda code=code: self._notifications.withdraw(code), lambda _: None)  # type: ignore[misc]
        for code in self._waiting.keys() - before.keys():
            self._announce(self._waiting[code])
        self._fill_prompt()

    def close(self) -> None:
        """Take everything away."""
        if self._prompt is not None:
            self._prompt.hide()
            self._prompt.deleteLater()
            self._prompt = None
        self._waiting.clear()
        self._unseen.clear()
        self._notifications.close()

    def _announce(self, pairing: Pairing) -> None:
        heading = tr("“{name}” asks to come in").format(name=pairing.device_name)
        text = tr("Approve it only if its screen shows the code {code}. Address: {address}").format(
            code=pairing.user_code, address=pairing.address
        )
        buttons = ((_SHOW, tr("Show")), (_APPROVE, tr("Approve")), (_DENY, tr("Deny")))

        def show() -> bool:
            return self._notifications.show(pairing.user_code, heading, text, buttons)

        def ensure_seen(shown: bool) -> None:  # noqa: FBT001 - a result
            if not shown and pairing.user_code in self._waiting:
                self._unseen[pairing.user_code] = pairing
                self._fill_prompt()

        self._link.work(show, ensure_seen)

    def _fill_prompt(self) -> None:
        if self._prompt is None and self._unseen:
            self._prompt = PairingPrompt()
            self._prompt.approved.connect(self.approved)
            self._prompt.denied.connect(self.denied)
        if self._prompt is not None:
            self._prompt.show_pairings(tuple(self._unseen.values()))

    def _answer(self, code: str, pressed: str) -> None:
        match pressed:
            case "approve":
                self.approved.emit(code)
            case "deny":
                self.denied.emit(code)
            case _:
                self.wanted.emit()

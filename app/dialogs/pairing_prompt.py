"""A small window in the corner that asks whether to let devices in, where the desktop has no such notifications."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal

from app.language import tr
from app.widgets.layouts import column
from app.widgets.waiting import WaitingDevices
from app.widgets.window import Window
from server.models import Pairing

_WIDTH = 440
_MARGIN = 20


class PairingPrompt(Window):
    """Comes without taking the keyboard from anybody, and goes when nobody waits any more."""

    approved = Signal(str)
    """Carries the user code."""
    denied = Signal(str)
    """Carries the user code."""

    def __init__(self) -> None:
        super().__init__(tr("A device asks to come in"))
        self.setWindowFlags(Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._waiting = WaitingDevices()
        self._waiting.approved.connect(self.approved)
        self._waiting.denied.connect(self.denied)
        column(self, margins=(12, 12, 12, 12)).addWidget(self._waiting)
        self.setFixedWidth(_WIDTH)

    def show_pairings(self, pairings: Sequence[Pairing]) -> None:
        """Show who waits, in the lower right corner of the screen; hide when nobody does."""
        self._waiting.show_pairings(pairings)
        self.setVisible(bool(pairings))
        self.adjustSize()
        screen = self.screen().availableGeometry()
        self.move(screen.right() - self.width() - _MARGIN, screen.bottom() - self.height() - _MARGIN)

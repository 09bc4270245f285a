"""Cards at the top of the overview: devices that ask to come in, and standing notices."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.language import tr
from app.remedies import for_notice, words_for
from app.widgets.buttons import button, primary_button
from app.widgets.layouts import column, row
from app.widgets.text import body, card, heading
from server.events import Notice
from server.models import Pairing


class PairingCard(QWidget):
    """A device that waits, with Approve and Deny. After a choice both are disabled until the list is refreshed."""

    approved = Signal(str)
    """Carries the user code."""
    denied = Signal(str)
    """Carries the user code."""

    def __init__(self, pairing: Pairing) -> None:
        super().__init__()
        self._code = pairing.user_code
        name = pairing.device_name
        approve = primary_button(tr("Approve"), tr("Approve {name}").format(name=name))
        deny = button(tr("Deny"), tr("Deny {name}").format(name=name))
        self._buttons = (approve, deny)
        approve.clicked.connect(self._approve)
        deny.clicked.connect(self._deny)
        words = column(spacing=4)
        words.addWidget(heading(tr("“{name}” asks to come in").format(name=name)))
        advice = tr("Approve it only if its screen shows the code {code}. Address: {address}")
        words.addWidget(body(advice.format(code=self._code, address=pairing.address)))
        frame = card(attention=True)
        line = row(frame, spacing=12, margins=(16, 14, 16, 14))
        line.addLayout(words, 1)
        line.addWidget(deny)
        line.addWidget(approve)
        column(self).addWidget(frame)

    def _approve(self) -> None:
        self._choose()
        self.approved.emit(self._code)

    def _deny(self) -> None:
        self._choose()
        self.denied.emit(self._code)

    def _choose(self) -> None:
        for each in self._buttons:
            each.setEnabled(False)


class NoticeCard(QWidget):
    """A standing warning: what is the matter, what to do, and a button where the app can help."""

    remedied = Signal(object)
    """Carries the Remedy."""

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        frame = card(attention=True)
        line = row(frame, spacing=16, margins=(16, 12, 16, 12))
        line.addWidget(body(words_for(notice), selectable=True), 1)
        remedy = for_notice(notice.code)
        if remedy:
            helping = button(remedy.words)
            helping.clicked.connect(lambda: self.remedied.emit(remedy))
            line.addWidget(helping)
        column(self).addWidget(frame)

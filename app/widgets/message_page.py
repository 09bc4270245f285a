"""A page with one message: the server starts, stops, or could not start and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.language import tr
from app.remedies import Remedy
from app.widgets.buttons import button, emphasise, primary_button
from app.widgets.layouts import column, row
from app.widgets.text import body, title

_WIDTH = 480


class MessagePage(QWidget):
    """Title and text in the middle; below them, after a failure, Try again, what else helps, and Quit."""

    retried = Signal()
    quitted = Signal()
    remedied = Signal(object)
    """Carries the Remedy whose button was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self._title = title("")
        self._title.setWordWrap(True)
        self._text = body(muted=True, selectable=True)
        self._retry = primary_button(tr("Try again"))
        self._retry.clicked.connect(self.retried)
        self._remedy: Remedy | None = None
        self._help = primary_button("")
        self._help.clicked.connect(lambda: self.remedied.emit(self._remedy))
        leave = button(tr("Quit"))
        leave.clicked.connect(self.quitted)
        self._buttons = QWidget()
        choices = row(self._buttons, spacing=12, margins=(0, 12, 0, 0))
        choices.addWidget(self._help)
        choices.addWidget(self._retry)
        choices.addWidget(leave)
        choices.addStretch(1)
        message = QWidget()
        message.setFixedWidth(_WIDTH)
        words = column(message, spacing=10)
        for widget in (self._title, self._text, self._buttons):
            words.addWidget(widget)
        layout = column(self, margins=(24, 24, 24, 48))
        layout.addStretch(1)
        middle = row()
        middle.addStretch(1)
        middle.addWidget(message)
        middle.addStretch(1)
        layout.addLayout(middle)
        layout.addStretch(2)

    def say(self, title_text: str, text: str, *, failed: bool = False, remedy: Remedy | None = None) -> None:
        """Show a message; a failed start offers to try again, and what else may help."""
        self._title.setText(title_text)
        self._text.setText(text)
        self._buttons.setVisible(failed)
        self._remedy = remedy
        self._help.setVisible(remedy is not None)
        self._help.setText(remedy.words if remedy else "")
        emphasise(self._retry, primary=remedy is None)
        if failed:
            (self._help if remedy else self._retry).setFocus()

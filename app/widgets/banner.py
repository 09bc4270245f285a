"""One line of news at the top of a window, which goes away by itself or is closed."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame

from app.language import tr
from app.widgets.buttons import button
from app.widgets.layouts import row
from app.widgets.text import body

_SHOWN_MS = 12_000


class Banner(QFrame):
    """Bad news stay until they are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._words = body(selectable=True)
        close = button(tr("Close"), tr("Close the message"))
        close.clicked.connect(self.hide)
        line = row(self, spacing=12, margins=(16, 10, 10, 10))
        line.addWidget(self._words, 1)
        line.addWidget(close)
        self._timer = QTimer(self, interval=_SHOWN_MS, singleShot=True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def tell(self, text: str, *, bad: bool = False) -> None:
        """Show news in the place of what was there."""
        self._words.setText(text)
        self.setProperty("kind", "attention" if bad else "good")
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
        self._timer.stop()
        if not bad:
            self._timer.start()

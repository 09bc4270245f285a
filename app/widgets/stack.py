"""A place for cards that come and go."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.widgets.layouts import column


class Stack(QWidget):
    """Cards below each other; takes no room while it is empty."""

    def __init__(self, spacing: int = 12) -> None:
        super().__init__()
        self._layout = column(self, spacing=spacing)
        self.hide()

    def refill(self, cards: Sequence[QWidget]) -> None:
        """Replace the cards."""
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for each in cards:
            self._layout.addWidget(each)
        self.setVisible(bool(cards))

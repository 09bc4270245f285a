"""The addresses under which browsers reach the server, each with a button that copies it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.language import later, tr
from app.widgets.buttons import button
from app.widgets.layouts import column, row
from app.widgets.text import body, card

_MOST = 4
_INVITATION = later("Type one of these on a TV or phone in the same network:")
_NOWHERE = later("This computer is in no network. Connect it to reach Miauflix from other devices.")


class Addresses(QWidget):
    """At most four addresses, best first."""

    def __init__(self) -> None:
        super().__init__()
        self._urls: tuple[str, ...] | None = None
        self._layout = column(self)
        self._card: QWidget | None = None
        self.show_urls(())

    def show_urls(self, urls: Sequence[str]) -> None:
        """Show these addresses."""
        if tuple(urls) == self._urls:
            return
        self._urls = tuple(urls)
        if self._card is not None:
            self._card.hide()
            self._card.deleteLater()
        self._card = card()
        rows = column(self._card, spacing=8, margins=(16, 12, 12, 12))
        rows.addWidget(body(tr(_INVITATION if urls else _NOWHERE), muted=True))
        for url in self._urls[:_MOST]:
            rows.addLayout(_line(url))
        self._layout.addWidget(self._card)


def _line(url: str) -> QHBoxLayout:
    copy = button(tr("Copy"), tr("Copy {url}").format(url=url))
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(url))
    line = row(spacing=8)
    line.addWidget(body(url, selectable=True), 1)
    line.addWidget(copy)
    return line

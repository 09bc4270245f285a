"""A field that puts a few names in order, with buttons or with Alt and the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QPushButton, QWidget

from app.language import tr
from app.widgets.buttons import button
from app.widgets.fields import Field
from app.widgets.layouts import column, row

_WIDTH = 230
_MARGIN = 5  # of the style sheet, with its border
_KEYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class OrderField(Field):
    """The value is a tuple of names, empty for the usual order; names that it leaves out follow in that order."""

    def __init__(self, label: str, hint: str) -> None:
        self._names: tuple[tuple[str, str], ...] = ()
        self._value: tuple[str, ...] = ()
        self._list = _List()
        self._up = button("↑", tr("Move up"))
        self._down = button("↓", tr("Move down"))
        self._usual = button(tr("Usual order"))
        surround = QWidget()
        surround.setFixedWidth(_WIDTH)
        layout = column(surround, spacing=8)
        layout.addWidget(self._list)
        line = row(spacing=8)
        for made, part in ((self._up, 0), (self._down, 0), (self._usual, 1)):
            line.addWidget(made, part)
        layout.addLayout(line)
        super().__init__(label, hint, self._list, surround)
        self._list.moved.connect(self._move)
        self._list.currentRowChanged.connect(self._enable)
        self._up.clicked.connect(lambda: self._move(-1))
        self._down.clicked.connect(lambda: self._move(1))
        self._usual.clicked.connect(self._reset)

    def show_names(self, names: Sequence[tuple[str, str]]) -> None:
        """Take the names there are, each with its words, in the usual order."""
        self._names = tuple(names)
        self._fill()

    def value(self) -> tuple[str, ...]:
        """Return the order, empty for the usual one."""
        return self._value

    def show_value(self, value: Any) -> None:
        """Show an order; names that are not there any more do not show."""
        self._value = tuple(value)
        self._fill()

    def _fill(self, current: int = 0) -> None:
        words = dict(self._names)
        self._list.clear()
        for name in dict.fromkeys((*self._value, *words)):
            if name in words:
                item = QListWidgetItem(words[name])
                item.setData(Qt.ItemDataRole.UserRole, name)
                self._list.addItem(item)
        self._list.fit()
        self._list.setCurrentRow(current)
        self._enable()

    def _move(self, by: int) -> None:
        at = self._list.currentRow()
        if at < 0 or not 0 <= at + by < self._list.count():
            return
        names = [str(self._list.item(place).data(Qt.ItemDataRole.UserRole)) for place in range(self._list.count())]
        names.insert(at + by, names.pop(at))
        self._value = tuple(names)
        self._fill(at + by)
        self._edited()

    def _reset(self) -> None:
        self._value = ()
        self._fill()
        self._edited()

    def _enable(self) -> None:
        at = self._list.currentRow()
        _allow(self._up, self._list, allowed=at > 0)
        _allow(self._down, self._list, allowed=0 <= at < self._list.count() - 1)
        _allow(self._usual, self._list, allowed=bool(self._value))


class _List(QListWidget):
    """A list as high as its rows; Alt with an arrow key moves the current one."""

    moved = Signal(int)
    """Carries by how many rows."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("order")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def fit(self) -> None:
        """Take the height of the rows."""
        self.ensurePolished()
        rows = sum(self.sizeHintForRow(place) for place in range(self.count()))
        self.setFixedHeight(rows + 2 * _MARGIN)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move the current row, or do as lists do."""
        by = _KEYS.get(Qt.Key(event.key()))
        if by and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.moved.emit(by)
        else:
            super().keyPressEvent(event)


def _allow(made: QPushButton, otherwise: QWidget, *, allowed: bool) -> None:
    """Let a button be pressed or not; the keyboard does not stay on one that can't be."""
    if not allowed and made.hasFocus():
        otherwise.setFocus()
    made.setEnabled(allowed)

"""Pages of a window under a row of tabs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from app.widgets.layouts import column, row


class Tabs(QWidget):
    """One page at a time; a tab may carry a number."""

    def __init__(self, accessible_name: str) -> None:
        super().__init__()
        self._bar = QTabBar(documentMode=True, expanding=False, drawBase=False)
        self._bar.setObjectName("tabs")
        self._bar.setAccessibleName(accessible_name)
        self._bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._names: list[str] = []
        self._pages = QStackedWidget()
        self._bar.currentChanged.connect(self._pages.setCurrentIndex)
        layout = column(self, spacing=12)
        line = row(margins=(24, 0, 24, 0))
        line.addWidget(self._bar)
        line.addStretch(1)
        layout.addLayout(line)
        layout.addWidget(self._pages, 1)

    def add(self, name: str, page: QWidget) -> None:
        """Add a page."""
        self._names.append(name)
        self._pages.addWidget(page)
        self._bar.addTab(name)

    def show_number(self, page: QWidget, number: int) -> None:
        """Show a number beside the page's name; none when it is 0."""
        index = self._pages.indexOf(page)
        text = f"{self._names[index]}  {number}" if number else self._names[index]
        if self._bar.tabText(index) != text:
            self._bar.setTabText(index, text)

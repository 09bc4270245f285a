"""The settings dialog: pages on the left, the chosen one on the right, Apply below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QListWidget, QStackedWidget, QWidget

from app.language import tr
from app.settings.amending import SettingRefusedError
from app.settings.page import Page
from app.widgets.buttons import button, primary_button
from app.widgets.layouts import column, row
from app.widgets.text import body
from app.widgets.window import Window
from server.settings import Settings

_SIZE = QSize(880, 640)
_LEAST = QSize(760, 480)
_SIDEBAR = 190


class SettingsDialog(Window):
    """Collects what was changed on all pages; whoever owns it applies that and reports back."""

    wanted = Signal(object)
    """Carries the Edits to apply."""

    def __init__(self, pages: Sequence[Page], settings: Settings) -> None:
        super().__init__(tr("Miauflix settings"))
        self.setMinimumSize(_LEAST)
        self.resize(_SIZE)
        self._settings = settings
        self._pages = tuple(pages)
        self._names = QListWidget()
        self._names.setObjectName("sidebar")
        self._names.setAccessibleName(tr("Pages"))
        self._names.setFixedWidth(_SIDEBAR)
        self._stack = QStackedWidget()
        for page in self._pages:
            self._names.addItem(page.name)
            self._stack.addWidget(page)
            page.changed.connect(self._refresh)
        self._apply = primary_button(tr("Apply"))
        self._undo = button(tr("Undo changes"))
        self._said = body(muted=True)
        middle = row()
        middle.addWidget(self._names)
        middle.addWidget(self._stack, 1)
        layout = column(self)
        layout.addLayout(middle, 1)
        layout.addWidget(self._footer())
        self._names.currentRowChanged.connect(self._turn_to)
        self._apply.clicked.connect(self._want)
        self._undo.clicked.connect(lambda: self.show_settings(self._settings))
        self._names.setCurrentRow(0)
        self.show_settings(settings)

    def show_settings(self, settings: Settings) -> None:
        """Show what counts now; what was changed and not applied is gone."""
        self._settings = settings
        for page in self._pages:
            page.show_settings(settings)
        self._say("")
        self._refresh()

    def show_applied(self, settings: Settings) -> None:
        """Say that the changes count."""
        self.show_settings(settings)
        self._say(tr("Saved. Miauflix runs with the new settings."))

    def show_refused(self, problem: SettingRefusedError) -> None:
        """Say what is wrong, beside its field if it has one; everything that was typed stays."""
        for number, page in enumerate(self._pages):
            if page.show_problem(problem.key, problem.text):
                self._names.setCurrentRow(number)
                page.show_problem(problem.key, problem.text)  # once more, now that it can take the keyboard
                self._say(tr("Nothing was changed: see the field that is marked."))
                break
        else:
            self._say(problem.text)
        self._refresh()

    def open_page(self, name: str) -> None:
        """Turn to the page of this name and bring the dialog up."""
        for number, page in enumerate(self._pages):
            if page.name == name:
                self._names.setCurrentRow(number)
        self.bring_up()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Let the page look around."""
        super().showEvent(event)
        self._page().enter()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Let the page rest."""
        super().hideEvent(event)
        self._page().leave()

    def _page(self) -> Page:
        return self._pages[self._stack.currentIndex()]

    def _turn_to(self, number: int) -> None:
        if number == self._stack.currentIndex():
            return
        if self.isVisible():
            self._page().leave()
        self._stack.setCurrentIndex(number)
        if self.isVisible():
            self._page().enter()

    def _want(self) -> None:
        self.begin()
        self.wanted.emit({key: value for page in self._pages for key, value in page.edits().items()})

    def begin(self) -> None:
        """Show that something is being applied."""
        for each in (self._apply, self._undo, self._stack):
            each.setEnabled(False)
        self._say(tr("Applying… Miauflix restarts; what plays goes on after a moment."))

    def _refresh(self) -> None:
        dirty = any(page.edits() for page in self._pages)
        self._stack.setEnabled(True)
        self._apply.setEnabled(dirty)
        self._undo.setVisible(dirty)
        self._undo.setEnabled(dirty)

    def _say(self, text: str) -> None:
        self._said.setText(text)
        self._said.setAccessibleName(text)

    def _footer(self) -> QWidget:
        footer = QWidget()
        footer.setObjectName("footer")
        footer.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        close = button(tr("Close"))
        close.clicked.connect(partial(self.close))
        line = row(footer, spacing=10, margins=(20, 12, 20, 12))
        line.addWidget(self._said, 1)
        line.addWidget(self._undo)
        line.addWidget(close)
        line.addWidget(self._apply)
        return footer

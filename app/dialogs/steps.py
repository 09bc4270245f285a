"""A dialog of several steps, one below the other in time: each has a title, its content and one button that goes on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QDialog, QProgressBar, QStackedWidget, QWidget

from app.language import tr
from app.style import style_sheet
from app.widgets.buttons import button, primary_button
from app.widgets.layouts import column, row
from app.widgets.text import body, say, title

_SIZE = QSize(560, 500)


class Step(QWidget):
    """One step. Those that take time emit ``worked`` when they begin and ``completed`` or ``failed`` in the end."""

    changed = Signal()
    """Whether the step is ready has changed."""
    worked = Signal(str)
    """It is busy; carries what with, in words."""
    completed = Signal()
    failed = Signal(str)
    """It could not be done; carries what happened and what to do."""

    def __init__(self, title_text: str, action: str) -> None:
        super().__init__()
        self.title = title_text
        self.action = action
        self.layout_ = column(self, spacing=14)

    def is_ready(self) -> bool:
        """Say whether the button may be pressed."""
        return True

    def can_be_redone(self) -> bool:
        """Say whether Back may lead here again; what was written stays written."""
        return True

    def enter(self) -> None:
        """Take note that the step is shown."""

    def carry_out(self) -> None:
        """Do what the button says, then emit ``completed``."""
        self.completed.emit()


class StepDialog(QDialog):
    """Leads through steps. Back leads to the step before, except where what is done is done."""

    def __init__(self, name: str, steps: Sequence[Step], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("window")
        self.setWindowTitle(name)
        self.setMinimumSize(_SIZE)
        self._steps = list(steps)
        self._title = title("")
        self._title.setWordWrap(True)
        self._pages = QStackedWidget()
        self._state = body(muted=True, selectable=True)
        self._busy = QProgressBar(textVisible=False, maximum=0)
        self._busy.setAccessibleName(tr("Working"))
        self._cancel, self._back = button(tr("Cancel")), button(tr("Back"))
        self._go = primary_button("")
        self._cancel.clicked.connect(self.reject)
        self._back.clicked.connect(self._go_back)
        self._go.clicked.connect(self._carry_out)
        for step in self._steps:
            self._pages.addWidget(step)
            step.changed.connect(self._refresh)
            step.worked.connect(self._show_work)
            step.completed.connect(self._advance)
            step.failed.connect(self._show_failure)
        self._lay_out()
        self._working = False
        self.setStyleSheet(style_sheet(QGuiApplication.palette()))
        self.show_step(0)

    @property
    def current(self) -> Step:
        """The step on show."""
        return self._steps[self._pages.currentIndex()]

    def show_step(self, index: int) -> None:
        """Show the step with this number, from 0."""
        self._pages.setCurrentIndex(index)
        say(self._state, "")
        self._title.setText(self.current.title)
        self._go.setText(self.current.action)
        self.current.enter()
        self._refresh()
        self.current.setFocus()
        self._go.setDefault(True)

    def reject(self) -> None:
        """Close, unless something is under way that should not be left half done."""
        if not self._working:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let Escape cancel; Enter presses the default button, as in any dialog."""
        if event.key() == Qt.Key.Key_Escape:
            self.reject()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        buttons = row(spacing=12)
        buttons.addWidget(self._cancel)
        buttons.addStretch(1)
        buttons.addWidget(self._back)
        buttons.addWidget(self._go)
        layout = column(self, spacing=16, margins=(28, 24, 28, 22))
        layout.addWidget(self._title)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._busy)
        layout.addWidget(self._state)
        layout.addLayout(buttons)

    def _refresh(self) -> None:
        index, last = self._pages.currentIndex(), len(self._steps) - 1
        self._busy.setVisible(self._working)
        self._pages.setEnabled(not self._working)
        self._go.setEnabled(not self._working and self.current.is_ready())
        self._cancel.setEnabled(not self._working)
        self._cancel.setVisible(index < last)
        self._back.setEnabled(not self._working)
        self._back.setVisible(0 < index < last and self._steps[index - 1].can_be_redone())

    def _carry_out(self) -> None:
        if self._go.isEnabled():
            say(self._state, "")
            self.current.carry_out()

    def _go_back(self) -> None:
        self.show_step(self._pages.currentIndex() - 1)

    def _advance(self) -> None:
        self._working = False
        if self._pages.currentIndex() == len(self._steps) - 1:
            self.accept()
        else:
            self.show_step(self._pages.currentIndex() + 1)

    def _show_work(self, words: str) -> None:
        self._working = True
        say(self._state, words)
        self._refresh()

    def _show_failure(self, words: str) -> None:
        self._working = False
        say(self._state, words, problem=True)
        self._refresh()
        self.current.setFocus()

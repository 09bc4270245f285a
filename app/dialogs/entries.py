"""What people enter in a dialog: a label above, the entry, and below what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.language import tr
from app.widgets.buttons import button
from app.widgets.layouts import column, row
from app.widgets.text import body, say

ChooseFile = Callable[[QWidget, str], str]
"""Lets a person choose a file, beginning at a path; returns its path, or nothing when they changed their mind."""


class Entry(QWidget):
    """A line of text; a secret one is shown as dots, with a button that shows it."""

    changed = Signal()

    def __init__(self, label: str, *, secret: bool = False, hint: str = "") -> None:
        super().__init__()
        self._hint = hint
        self._edit = QLineEdit()
        self._edit.setAccessibleName(label)
        name = body(label)
        name.setBuddy(self._edit)
        self.setFocusProxy(self._edit)
        self._below = body()
        self._line = row(spacing=8)
        self._line.addWidget(self._edit, 1)
        layout = column(self, spacing=6)
        layout.addWidget(name)
        layout.addLayout(self._line)
        layout.addWidget(self._below)
        if secret:
            self._line.addWidget(_show_button(self._edit, label))
        self.complain("")
        self._edit.textChanged.connect(self._edited)

    @property
    def text(self) -> str:
        """What was entered."""
        return self._edit.text()

    def set_text(self, text: str) -> None:
        """Enter something in the person's place."""
        self._edit.setText(text)

    def complain(self, problem: str) -> None:
        """Say below the entry what is wrong; an empty text takes it back."""
        say(self._below, problem or self._hint, problem=bool(problem))
        self._edit.setAccessibleDescription(problem or self._hint)

    def _edited(self) -> None:
        self.complain("")
        self.changed.emit()


class FileEntry(Entry):
    """The path of a file, typed or chosen."""

    def __init__(self, label: str, choose: ChooseFile, *, hint: str = "") -> None:
        super().__init__(label, hint=hint)
        self._choose = choose
        browse = button(tr("Choose…"), tr("Choose: {field}").format(field=label))
        browse.clicked.connect(self._browse)
        self._line.addWidget(browse)

    @property
    def path(self) -> Path | None:
        """The path; None while nothing was entered."""
        text = self.text.strip()
        return Path(text).expanduser() if text else None

    def _browse(self) -> None:
        chosen = self._choose(self, self.text)
        if chosen:
            self.set_text(chosen)


def _show_button(edit: QLineEdit, label: str) -> QWidget:
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    show = button(tr("Show"), tr("Show: {field}").format(field=label))
    show.setCheckable(True)
    show.setAutoDefault(False)

    def reveal(shown: bool) -> None:  # noqa: FBT001 - Qt's signal
        edit.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)

    show.toggled.connect(reveal)
    return show

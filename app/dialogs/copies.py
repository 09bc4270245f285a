"""A copy of the keys, as people hand it over: a backup file with its pass phrase, or the rows of a printed key."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QRadioButton, QStackedWidget, QWidget

from app.dialogs.entries import ChooseFile, Entry, FileEntry
from app.key_desk import KeyDesk
from app.language import tr
from app.widgets.layouts import column
from app.widgets.text import body, say
from server.recovery import Header, Progress, SavedKeys, Vault

Open = Callable[[Vault, Progress], Coroutine[Any, Any, SavedKeys]]
"""Opens a copy of the keys, whosever they are."""


def choose_backup(parent: QWidget, at: str) -> str:
    """Let a person choose a backup file that exists."""
    return QFileDialog.getOpenFileName(parent, tr("Choose the backup"), at, _pattern())[0]


def choose_place(parent: QWidget, at: str) -> str:
    """Let a person choose where a backup file is to be."""
    return QFileDialog.getSaveFileName(parent, tr("Save the backup"), at, _pattern())[0]


def _pattern() -> str:
    return tr("Key backups (*.json);;All files (*)")


class BackupCopy(QWidget):
    """A backup file and its pass phrase; says of the file when it was made, as soon as there is one."""

    changed = Signal()

    def __init__(self, desk: KeyDesk, choose: ChooseFile = choose_backup) -> None:
        super().__init__()
        self._desk = desk
        self.file = FileEntry(tr("Backup file"), choose)
        self.passphrase = Entry(tr("Its pass phrase"), secret=True)
        self._made = body(muted=True)
        layout = column(self, spacing=12)
        for widget in (self.file, self._made, self.passphrase):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.setFocusProxy(self.file)
        self.file.changed.connect(self._look)
        self.passphrase.changed.connect(self.changed)

    def is_ready(self) -> bool:
        """Say whether all is there that it takes."""
        return self.file.path is not None and bool(self.passphrase.text)

    def opening(self) -> Open:
        """Return what opens the copy."""
        path, passphrase = self.file.path, self.passphrase.text

        async def open_it(vault: Vault, progress: Progress) -> SavedKeys:
            if path is None:
                raise ValueError("No file was chosen.")
            return await vault.open_backup(path, passphrase, progress)

        return open_it

    def clear(self) -> None:
        """Forget the pass phrase."""
        self.passphrase.set_text("")

    def _look(self) -> None:
        say(self._made, "")
        self.changed.emit()
        path = self.file.path
        if path is not None and path.suffix:
            self._desk.do(self, lambda vault, _: vault.inspect(path), partial(self._show_header, path), lambda _: None)

    def _show_header(self, path: Path, header: Header) -> None:
        if path != self.file.path:
            return  # another one was chosen meanwhile
        made = f"{header.created_at.astimezone():%Y-%m-%d %H:%M}"
        say(self._made, tr("Made on {moment}.").format(moment=made))


class PrintedCopy(QWidget):
    """The rows of a printed recovery key, typed or pasted."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows = QPlainTextEdit()
        self._rows.setAccessibleName(tr("Recovery key"))
        self._rows.setPlaceholderText("ABCD-EFGH-JKLM-NPQR-STUV-WXYZ-2345")
        self._rows.setTabChangesFocus(True)
        layout = column(self, spacing=6)
        layout.addWidget(body(tr("All rows of the recovery key; blanks and dashes don't matter."), muted=True))
        layout.addWidget(self._rows)
        self.setFocusProxy(self._rows)
        self._rows.textChanged.connect(self.changed)

    def is_ready(self) -> bool:
        """Say whether anything was typed."""
        return bool(self._rows.toPlainText().strip())

    def clear(self) -> None:
        """Forget the rows."""
        self._rows.clear()

    def opening(self) -> Open:
        """Return what opens the copy."""
        text = self._rows.toPlainText()

        async def open_it(vault: Vault, _: Progress) -> SavedKeys:
            return await vault.open_recovery_key(text)

        return open_it


class AnyCopy(QWidget):
    """Either of the two, as a person chooses."""

    changed = Signal()

    def __init__(self, desk: KeyDesk, choose: ChooseFile = choose_backup) -> None:
        super().__init__()
        self.backup, self.printed = BackupCopy(desk, choose), PrintedCopy()
        self.by_file = QRadioButton(tr("A backup file"))
        self.by_print = QRadioButton(tr("A printed recovery key"))
        self._forms = QStackedWidget()
        layout = column(self, spacing=12)
        layout.addWidget(self.by_file)
        layout.addWidget(self.by_print)
        layout.addWidget(self._forms, 1)
        for form in (self.backup, self.printed):
            self._forms.addWidget(form)
            form.changed.connect(self.changed)
        self.by_file.setChecked(True)
        self.by_print.toggled.connect(self._switch)
        self.setFocusProxy(self.by_file)

    def is_ready(self) -> bool:
        """Say whether all is there that it takes."""
        return self._form.is_ready()

    def opening(self) -> Open:
        """Return what opens the copy."""
        return self._form.opening()

    def clear(self) -> None:
        """Forget the pass phrase and the rows."""
        self.backup.clear()
        self.printed.clear()

    @property
    def _form(self) -> BackupCopy | PrintedCopy:
        return self.printed if self.by_print.isChecked() else self.backup

    def _switch(self) -> None:
        self._forms.setCurrentWidget(self._form)
        self.changed.emit()

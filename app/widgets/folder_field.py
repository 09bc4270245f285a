"""A field for a folder: typed, or chosen in the system's dialog."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from app.language import tr
from app.widgets.buttons import button
from app.widgets.fields import Field
from app.widgets.layouts import row

_WIDTH = 330


class FolderField(Field):
    """Empty means the default, which is shown in grey."""

    def __init__(self, label: str, hint: str, default: str) -> None:
        self._edit = QLineEdit(placeholderText=default)
        self._default = default
        control = QWidget()
        control.setFixedWidth(_WIDTH)
        choose = button(tr("Choose…"), tr("Choose: {field}").format(field=label))
        line = row(control, spacing=8)
        line.addWidget(self._edit, 1)
        line.addWidget(choose)
        super().__init__(label, hint, self._edit, control)
        self._edit.textEdited.connect(self._edited)
        choose.clicked.connect(self._choose)

    def value(self) -> str:
        """Return the folder as it was typed."""
        return self._edit.text().strip()

    def show_value(self, value: Any) -> None:
        """Show a folder."""
        self._edit.setText(str(value))
        self._edit.setCursorPosition(0)

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.label, self.value() or self._default)
        if folder and folder != self.value():
            self._edit.setText(folder)
            self._edited()

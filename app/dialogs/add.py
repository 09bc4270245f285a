"""Add a video: a magnet link that is typed or pasted, or a torrent file that is chosen."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from app.adding import links_in
from app.language import tr
from app.widgets.buttons import button, primary_button
from app.widgets.layouts import column, row
from app.widgets.text import body, title
from app.widgets.window import Window

_SIZE = QSize(560, 300)


class AddDialog(Window):
    """Closes when something was added; what is wrong is said below the field, and nothing is lost."""

    wanted = Signal(list, object)
    """Carries the links and a title or None."""

    def __init__(self) -> None:
        super().__init__(tr("Add a video"))
        self.resize(_SIZE)
        self._link = QLineEdit(placeholderText=tr("magnet:?xt=… or a torrent file"))
        self._link.setAccessibleName(tr("Magnet link or torrent file"))
        self._title = QLineEdit(placeholderText=tr("Title, if you like another one"))
        self._title.setAccessibleName(tr("Title"))
        self._problem = body()
        self._problem.setObjectName("problem")
        choose = button(tr("Choose a file…"))
        choose.clicked.connect(self._choose)
        self._add = primary_button(tr("Add"))
        self._add.clicked.connect(self._want)
        self._add.setEnabled(False)
        self._link.textChanged.connect(self._changed)
        self._link.returnPressed.connect(self._want)
        self._title.returnPressed.connect(self._want)
        layout = column(self, spacing=14, margins=(28, 24, 28, 24))
        layout.addWidget(title(tr("Add a video")))
        layout.addWidget(body(tr("Or drop it on the status window. Stream only what you may."), muted=True))
        line = row(spacing=10)
        line.addWidget(self._link, 1)
        line.addWidget(choose)
        layout.addLayout(line)
        layout.addWidget(self._title)
        layout.addWidget(self._problem)
        layout.addStretch(1)
        choices = row(spacing=10)
        choices.addStretch(1)
        close = button(tr("Cancel"))
        close.clicked.connect(self.close)
        choices.addWidget(close)
        choices.addWidget(self._add)
        layout.addLayout(choices)

    def begin(self) -> None:
        """Bring the dialog up, empty, or with the magnet link that lies on the clipboard."""
        found = links_in(QApplication.clipboard().mimeData())
        self._link.setText(found[0] if found else "")
        self._title.clear()
        self.bring_up()
        self._link.setFocus()

    def show_added(self, _: str) -> None:
        """Close: what was wanted is there."""
        self.close()

    def show_refused(self, text: str) -> None:
        """Say what is wrong."""
        self._problem.setText(text)
        self._add.setEnabled(True)
        self._link.setFocus()

    def _changed(self, text: str) -> None:
        self._problem.setText("")
        self._add.setEnabled(bool(text.strip()))

    def _want(self) -> None:
        link = self._link.text().strip()
        if link and self._add.isEnabled():
            self._add.setEnabled(False)
            self.wanted.emit([link], self._title.text().strip() or None)

    def _choose(self) -> None:
        file, _ = QFileDialog.getOpenFileName(self, tr("Choose a file…"), "", tr("Torrent files (*.torrent)"))
        if file:
            self._link.setText(file)

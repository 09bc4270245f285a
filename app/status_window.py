"""The status window: a header, and below it what goes on, or why nothing does."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from app.presence import Phase, Presence
from app.widgets.buttons import primary_button
from app.widgets.layouts import column, row
from app.widgets.message_page import MessagePage
from app.widgets.overview import Overview
from app.widgets.text import body, title
from app.widgets.window import Window

_SIZE = QSize(860, 680)
_LEAST = QSize(680, 440)
_ICON = QSize(44, 44)


class StatusWindow(Window):
    """Shows snapshots and takes decisions; whoever owns it says what closing means."""

    opened = Signal()
    """Open Miauflix was pressed."""
    approved = Signal(str)
    """Carries the user code of a pairing."""
    denied = Signal(str)
    """Carries the user code of a pairing."""
    retried = Signal()
    remedied = Signal(object)
    """Carries the Remedy that was chosen for a failed start or a notice."""
    quitted = Signal()
    closed = Signal()

    def __init__(self, icons: Path) -> None:
        super().__init__("Miauflix")
        self.setMinimumSize(_LEAST)
        self.resize(_SIZE)
        self._subtitle = body(muted=True)
        self._open = primary_button("Open Miauflix")
        self._open.clicked.connect(self.opened)
        self._message, self._overview = MessagePage(), Overview()
        self._message.retried.connect(self.retried)
        self._message.quitted.connect(self.quitted)
        for part in (self._message, self._overview):
            part.remedied.connect(self.remedied)
        self._overview.approved.connect(self.approved)
        self._overview.denied.connect(self.denied)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._message)
        self._pages.addWidget(self._overview)
        layout = column(self)
        layout.addWidget(self._header(icons))
        layout.addWidget(self._pages, 1)
        QShortcut(QKeySequence("Ctrl+Q"), self, self.quitted.emit)
        self.update_presence(Presence())

    def update_presence(self, presence: Presence) -> None:
        """Show how things are."""
        running = presence.phase is Phase.RUNNING
        self._open.setEnabled(running)
        self._subtitle.setText(_subtitle(presence))
        match presence.phase:
            case Phase.STARTING:
                self._message.say("Starting Miauflix…", "This takes a few seconds. The system's keyring may ask you.")
            case Phase.STOPPING:
                self._message.say("Stopping Miauflix…", "Open streams are being closed.")
            case Phase.FAILED if presence.failure is not None:
                self._message.say(
                    presence.failure.title, presence.failure.detail, failed=True, remedy=presence.failure.remedy
                )
            case _ if presence.status is not None:
                self._overview.show_status(presence.status)
        self._overview.show_pairings(presence.waiting)
        self._pages.setCurrentWidget(self._overview if running else self._message)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Hide; the owner decides what else."""
        event.accept()
        self.closed.emit()

    def _header(self, icons: Path) -> QWidget:
        mark = QLabel()
        mark.setPixmap(QIcon(str(icons / "miauflix.svg")).pixmap(_ICON))
        words = column(spacing=2)
        words.addWidget(title("Miauflix"))
        words.addWidget(self._subtitle)
        header = QWidget()
        line = row(header, spacing=14, margins=(24, 20, 24, 16))
        line.addWidget(mark)
        line.addLayout(words, 1)
        line.addWidget(self._open)
        return header


def _subtitle(presence: Presence) -> str:
    if presence.status is None:
        return presence.headline
    return f"{presence.headline} · version {presence.status.version}"

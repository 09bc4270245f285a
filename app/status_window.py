"""The status window: a header, and below it what goes on, or why nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLabel, QStackedWidget, QWidget

from app.adding import links_in
from app.language import tr
from app.presence import Phase, Presence
from app.recent_problems import Problem
from app.widgets.banner import Banner
from app.widgets.buttons import button, primary_button
from app.widgets.layouts import column, row
from app.widgets.lists import ComingUp, Problems, Providers
from app.widgets.message_page import MessagePage
from app.widgets.overview import Overview
from app.widgets.tabs import Tabs
from app.widgets.text import body, title
from app.widgets.window import Window
from server.events import Status

_SIZE = QSize(860, 680)
_LEAST = QSize(760, 440)
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
    add_wanted = Signal()
    dropped = Signal(list)
    """Carries magnet links and paths of torrent files that were dropped or pasted."""
    pause_wanted = Signal(bool)
    """Carries whether to pause what is got ready, or to resume it."""
    source_settings_wanted = Signal()
    quitted = Signal()
    closed = Signal()

    def __init__(self, icons: Path) -> None:
        super().__init__("Miauflix")
        self.setMinimumSize(_LEAST)
        self.resize(_SIZE)
        self.setAcceptDrops(True)
        self._subtitle = body(muted=True)
        self._open = primary_button(tr("Open Miauflix"))
        self._open.clicked.connect(self.opened)
        self._add = button(tr("Add…"), tr("Add a video"))
        self._add.clicked.connect(self.add_wanted)
        self._banner = Banner()
        self._message, self._overview = MessagePage(), Overview()
        self._coming, self._providers, self._problems = ComingUp(), Providers(), Problems()
        self._tabs = Tabs(tr("What is shown"))
        for name, page in (
            (tr("Now"), self._overview),
            (tr("Coming up"), self._coming),
            (tr("Sources"), self._providers),
            (tr("Problems"), self._problems),
        ):
            self._tabs.add(name, page)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._message)
        self._pages.addWidget(self._tabs)
        layout = column(self)
        layout.addWidget(self._header(icons))
        news = column(margins=(24, 0, 24, 12))
        news.addWidget(self._banner)
        layout.addLayout(news)
        layout.addWidget(self._pages, 1)
        self._connect()
        self.update_presence(Presence())

    def update_presence(self, presence: Presence) -> None:
        """Show how things are."""
        running = presence.phase is Phase.RUNNING
        for each in (self._open, self._add):
            each.setEnabled(running)
        self._subtitle.setText(_subtitle(presence))
        match presence.phase:
            case Phase.STARTING:
                advice = tr("This takes a few seconds. The system's keyring may ask you.")
                self._message.say(tr("Starting Miauflix…"), advice)
            case Phase.STOPPING:
                self._message.say(tr("Stopping Miauflix…"), tr("Open streams are being closed."))
            case Phase.FAILED if presence.failure is not None:
                failure = presence.failure
                self._message.say(failure.title, failure.detail, failed=True, remedy=failure.remedy)
            case _ if presence.status is not None:
                self._show_status(presence.status)
        self._overview.show_pairings(presence.waiting)
        self._pages.setCurrentWidget(self._tabs if running else self._message)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show what went wrong lately."""
        self._problems.show_problems(problems)
        self._tabs.show_number(self._problems, len(problems))

    def tell(self, text: str, *, bad: bool = False) -> None:
        """Tell news at the top; bad ones stay until they are closed."""
        self._banner.tell(text, bad=bad)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take magnet links and torrent files."""
        if links_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Have what was dropped added."""
        event.acceptProposedAction()
        self.dropped.emit(links_in(event.mimeData()))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Hide; the owner decides what else."""
        event.accept()
        self.closed.emit()

    def _connect(self) -> None:
        self._message.retried.connect(self.retried)
        self._message.quitted.connect(self.quitted)
        for part in (self._message, self._overview):
            part.remedied.connect(self.remedied)
        self._overview.approved.connect(self.approved)
        self._overview.denied.connect(self.denied)
        self._coming.pause_wanted.connect(self.pause_wanted)
        self._providers.settings_wanted.connect(self.source_settings_wanted)
        QShortcut(QKeySequence("Ctrl+Q"), self, self.quitted.emit)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, self._paste)

    def _show_status(self, status: Status) -> None:
        self._overview.show_status(status)
        self._coming.show_status(status)
        self._providers.show_status(status)
        self._tabs.show_number(self._coming, len(status.preloads))

    def _paste(self) -> None:
        links = links_in(QApplication.clipboard().mimeData())
        if links:
            self.dropped.emit(links)
        else:
            self.tell(tr("There is no magnet link on the clipboard."))

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
        line.addWidget(self._add)
        line.addWidget(self._open)
        return header


def _subtitle(presence: Presence) -> str:
    if presence.status is None:
        return presence.headline
    return tr("{headline} · version {version}").format(headline=presence.headline, version=presence.status.version)

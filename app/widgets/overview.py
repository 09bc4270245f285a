"""The page of the status window while the server runs, fed by snapshots."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QScrollArea, QWidget

from app.formatting import fraction, size
from app.language import later, tr
from app.widgets.addresses import Addresses
from app.widgets.cards import NoticeCard
from app.widgets.layouts import column, row
from app.widgets.snapshot_table import SnapshotTable
from app.widgets.stack import Stack
from app.widgets.tables import stream_table, torrent_table
from app.widgets.text import body, card, heading
from app.widgets.waiting import WaitingDevices
from server.events import Notice, Status, StorageStatus, StreamStatus, TorrentStatus
from server.models import Pairing

_NO_STREAMS = later("Nothing is playing. Open Miauflix in a browser or on a TV and press Play.")
_NO_SOURCES = later("There is nothing to play yet. Open Miauflix, or drop a magnet link or a torrent file here.")
_NO_TORRENTS = later("No torrent is active. Torrents start when something is played and rest a while after.")


class Overview(QScrollArea):
    """Who asks to come in, what needs care, what plays, what is downloaded, room on the disk, addresses."""

    approved = Signal(str)
    """Carries the user code of a pairing."""
    denied = Signal(str)
    """Carries the user code of a pairing."""
    remedied = Signal(object)
    """Carries the Remedy that a notice offers."""

    def __init__(self) -> None:
        super().__init__(widgetResizable=True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._notices: tuple[Notice, ...] = ()
        self._waiting, self._notice_cards = WaitingDevices(), Stack()
        self._waiting.approved.connect(self.approved)
        self._waiting.denied.connect(self.denied)
        self._streams: SnapshotTable[StreamStatus] = stream_table()
        self._torrents: SnapshotTable[TorrentStatus] = torrent_table()
        self._storage = _Storage()
        self._addresses = Addresses()
        page = QWidget()
        page.setObjectName("page")
        layout = column(page, spacing=24, margins=(24, 4, 24, 24))
        layout.addWidget(self._waiting)
        layout.addWidget(self._notice_cards)
        layout.addWidget(_section(tr("Playing"), self._streams))
        layout.addWidget(_section(tr("Torrents"), self._torrents))
        lower = row(spacing=24)
        lower.addWidget(_section(tr("Storage"), self._storage), 1, Qt.AlignmentFlag.AlignTop)
        lower.addWidget(_section(tr("Addresses"), self._addresses), 1, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(lower)
        layout.addStretch(1)
        self.setWidget(page)

    def show_status(self, status: Status) -> None:
        """Show a snapshot."""
        self._streams.show_rows(status.streams, tr(_NO_STREAMS if status.sources else _NO_SOURCES))
        self._torrents.show_rows(status.torrents, tr(_NO_TORRENTS))
        self._storage.show_storage(status.storage)
        self._addresses.show_urls(status.urls)
        if status.notices != self._notices:
            self._notices = status.notices
            cards = [NoticeCard(notice) for notice in status.notices]
            for each in cards:
                each.remedied.connect(self.remedied)
            self._notice_cards.refill(cards)

    def show_pairings(self, pairings: Sequence[Pairing]) -> None:
        """Show the devices that wait."""
        if self._waiting.show_pairings(pairings):
            self.verticalScrollBar().setValue(0)


class _Storage(QWidget):
    """How much of the room for torrents is used."""

    def __init__(self) -> None:
        super().__init__()
        self._words = body()
        self._free = body(muted=True)
        self._bar = QProgressBar(textVisible=False, maximum=1000)
        self._bar.setAccessibleName(tr("Storage used"))
        frame = card()
        layout = column(frame, spacing=10, margins=(16, 14, 16, 14))
        layout.addWidget(self._words)
        layout.addWidget(self._bar)
        layout.addWidget(self._free)
        column(self).addWidget(frame)

    def show_storage(self, storage: StorageStatus) -> None:
        """Show a snapshot; without a cap the disk's free room is the limit."""
        limit = storage.cap or storage.used + storage.free
        words = tr("{used} of {limit} used") if storage.cap else tr("{used} used")
        self._words.setText(words.format(used=size(storage.used), limit=size(limit)))
        self._bar.setValue(round(1000 * fraction(storage.used, limit)))
        self._free.setText(tr("{free} free on the disk").format(free=size(storage.free)))


def _section(title: str, content: QWidget) -> QWidget:
    section = QWidget()
    layout = column(section, spacing=10)
    layout.addWidget(heading(title))
    layout.addWidget(content)
    return section

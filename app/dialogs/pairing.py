"""Pair a device: a QR code for phones, the address for TVs, and below them who asks to come in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QWidget

from app.language import tr
from app.link import Link
from app.server_thread import ServerNotRunningError
from app.widgets.buttons import button
from app.widgets.layouts import column, row
from app.widgets.qr import QrCode
from app.widgets.text import body, card, heading, title
from app.widgets.waiting import WaitingDevices
from app.widgets.window import Window
from server.events import Status
from server.models import Device, DeviceId, Pairing

_SIZE = QSize(700, 560)
_RENEW_MS = 9 * 60_000  # a link is good for ten minutes
_LOOK_MS = 1500


class PairingDialog(Window):
    """While it is open it keeps a link that works, and looks who was let in."""

    approved = Signal(str)
    """Carries the user code."""
    denied = Signal(str)
    """Carries the user code."""

    def __init__(self, link: Link) -> None:
        super().__init__(tr("Pair a device"))
        self._link = link
        self._known: frozenset[DeviceId] | None = None
        self._qr = QrCode(tr("QR code that lets a phone in"))
        self._address = body(selectable=True)
        self._address.setObjectName("address")
        self._news = body()
        self._news.setObjectName("good")
        self._waiting = WaitingDevices()
        self._nobody = body(tr("No device is waiting. One that opens the address shows up here."), muted=True)
        self._renewal = QTimer(self, interval=_RENEW_MS)
        self._renewal.timeout.connect(self._renew)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._ask_devices)
        self._waiting.approved.connect(self.approved)
        self._waiting.denied.connect(self.denied)
        self._build()
        self.resize(_SIZE)

    def show_status(self, status: Status) -> None:
        """Show the address under which TVs reach the server."""
        self._address.setText(status.urls[0] if status.urls else tr("This computer is in no network."))

    def show_pairings(self, pairings: Sequence[Pairing]) -> None:
        """Show who waits."""
        self._waiting.show_pairings(pairings)
        self._nobody.setVisible(not pairings)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Make a link and begin to look who comes."""
        super().showEvent(event)
        self._known = None
        self._news.setText("")
        self._renew()
        self._ask_devices()
        self._renewal.start()
        self._look.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Forget the link."""
        super().hideEvent(event)
        self._renewal.stop()
        self._look.stop()
        self._qr.show_text("")

    def _renew(self) -> None:
        self._link.ask(lambda server: server.pairing_link(), self._show_link, self._no_link)

    def _show_link(self, link: str) -> None:
        if self.isVisible():
            self._qr.show_text(link)

    def _no_link(self, error: BaseException) -> None:
        self._qr.show_text("")
        stopped = isinstance(error, ServerNotRunningError)
        self._news.setText(tr("Miauflix is not running at present.") if stopped else str(error))

    def _ask_devices(self) -> None:
        self._link.ask(lambda server: server.devices(), self._greet, lambda _: None)

    def _greet(self, devices: Sequence[Device]) -> None:
        before, self._known = self._known, frozenset(device.id for device in devices)
        new = [device for device in devices if before is not None and device.id not in before]
        if new and self.isVisible():
            self._news.setText(tr("“{name}” is in.").format(name=new[-1].name))
            self._renew()  # the code may have been the one that was just used

    def _build(self) -> None:
        ways = row(spacing=16)
        ways.addWidget(self._for_phones(), 1)
        ways.addWidget(self._for_screens(), 1)
        layout = column(self, spacing=16, margins=(28, 24, 28, 24))
        layout.addWidget(title(tr("Pair a device")))
        layout.addLayout(ways)
        layout.addWidget(self._news)
        layout.addWidget(heading(tr("Waiting for approval")))
        layout.addWidget(self._waiting)
        layout.addWidget(self._nobody)
        layout.addStretch(1)

    def _for_phones(self) -> QWidget:
        frame = card()
        layout = column(frame, spacing=12, margins=(20, 18, 20, 18))
        layout.addWidget(heading(tr("Phone or tablet")))
        layout.addWidget(body(tr("Point its camera here. It is let in at once."), muted=True))
        layout.addWidget(self._qr, 0, Qt.AlignmentFlag.AlignHCenter)
        fresh = button(tr("New code"))
        fresh.setToolTip(tr("Each code lets one device in, within ten minutes."))
        fresh.clicked.connect(self._renew)
        layout.addWidget(fresh, 0, Qt.AlignmentFlag.AlignHCenter)
        return frame

    def _for_screens(self) -> QFrame:
        frame = card()
        layout = column(frame, spacing=12, margins=(20, 18, 20, 18))
        layout.addWidget(heading(tr("TV or computer")))
        steps = (tr("Open its browser and type this address:"), tr("It shows a code. Compare it and approve it below."))
        layout.addWidget(body(steps[0], muted=True))
        layout.addWidget(self._address)
        layout.addWidget(body(steps[1], muted=True))
        layout.addStretch(1)
        return frame

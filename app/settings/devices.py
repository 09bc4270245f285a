"""Settings → Devices: who waits, who was let in, what they are called, and the way out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.language import tr
from app.link import Link
from app.presence import Failure
from app.server_thread import Ask, ServerNotRunningError
from app.settings.device_card import DeviceCard
from app.settings.page import Page
from app.widgets.buttons import button
from app.widgets.layouts import row
from app.widgets.stack import Stack
from app.widgets.text import body
from app.widgets.waiting import WaitingDevices
from server.models import Device, DeviceId, Pairing, Scope

_LOOK_MS = 2000


class DevicesPage(Page):
    """Follows the list while it is in view; everything takes effect at once."""

    approved = Signal(str)
    """Carries the user code."""
    denied = Signal(str)
    """Carries the user code."""
    pairing_wanted = Signal()

    def __init__(self, link: Link) -> None:
        super().__init__(tr("Devices"), tr("TVs, phones and browsers that may use Miauflix. Changes count at once."))
        self._link = link
        self._devices: tuple[Device, ...] | None = None
        self._cards: list[DeviceCard] = []
        self._waiting, self._list = WaitingDevices(), Stack(spacing=10)
        self._waiting.approved.connect(self.approved)
        self._waiting.denied.connect(self.denied)
        self._said = body(muted=True)
        pair = button(tr("Pair a device…"))
        pair.clicked.connect(self.pairing_wanted)
        self.add_section(self._waiting)
        self.add_section(self._list)
        self.add_section(self._said)
        line = QWidget()
        beside = row(line)
        beside.addWidget(pair)
        beside.addStretch(1)
        self.add_section(line)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._ask)

    def enter(self) -> None:
        """Begin to follow the list."""
        self._ask()
        self._look.start()

    def leave(self) -> None:
        """Rest."""
        self._look.stop()

    def show_pairings(self, pairings: Sequence[Pairing]) -> None:
        """Show who waits."""
        self._waiting.show_pairings(pairings)

    def _ask(self) -> None:
        self._link.ask(lambda server: server.devices(), self._show, self._fail)

    def _show(self, devices: Sequence[Device]) -> None:
        self._said.setText("" if devices else tr("No device was let in yet. Pair a TV or a phone to begin."))
        if tuple(devices) == self._devices or any(card.is_edited for card in self._cards):
            return
        self._devices = tuple(devices)
        self._cards = [DeviceCard(device) for device in devices]
        for card in self._cards:
            card.renamed.connect(self._rename)
            card.promoted.connect(self._promote)
            card.revoked.connect(self._revoke)
        self._list.refill(self._cards)

    def _rename(self, device_id: str, name: str) -> None:
        self._do(lambda server: server.rename(DeviceId(device_id), name))

    def _promote(self, device_id: str, on: bool) -> None:  # noqa: FBT001 - a signal's value
        scope = Scope.ADMIN if on else Scope.VIEWER
        self._do(lambda server: server.set_scope(DeviceId(device_id), scope))

    def _revoke(self, device_id: str) -> None:
        self._cards = []  # nothing of them is edited any more
        self._do(lambda server: server.revoke(DeviceId(device_id)))

    def _do(self, ask: Ask[None]) -> None:
        self._link.ask(ask, lambda _: self._ask(), self._fail)

    def _fail(self, error: BaseException) -> None:
        stopped = isinstance(error, ServerNotRunningError)
        failure = Failure.of(error)
        self._said.setText(tr("Miauflix is not running.") if stopped else f"{failure.title}. {failure.detail}")

"""One device that was let in: its name, which can be changed on the spot, and the way out."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDate, QLocale, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.language import tr
from app.widgets.buttons import button
from app.widgets.layouts import column, row
from app.widgets.switch import Switch
from app.widgets.text import body, card
from server.models import Device, Scope

_SURE_MS = 5000
_NAME_LIMIT = 64


class DeviceCard(QWidget):
    """Turning out takes two presses: the first one asks whether that is meant."""

    renamed = Signal(str, str)
    """Carries the device's id and its new name."""
    promoted = Signal(str, bool)
    """Carries the device's id, and whether it may manage the others from now on."""
    revoked = Signal(str)
    """Carries the device's id."""

    def __init__(self, device: Device) -> None:
        super().__init__()
        self._device = device
        self._name = QLineEdit(device.name, maxLength=_NAME_LIMIT)
        self._name.setAccessibleName(tr("Name of {name}").format(name=device.name))
        self._name.editingFinished.connect(self._rename)
        self._manages = Switch(tr("{name} may manage devices").format(name=device.name))
        self._manages.setChecked(device.scope is Scope.ADMIN)
        self._manages.clicked.connect(lambda on: self.promoted.emit(device.id, on))
        self._out = button(tr("Turn out"), tr("Turn out {name}").format(name=device.name))
        self._out.setProperty("kind", "danger")
        self._out.clicked.connect(self._ask)
        self._sure = False
        self._doubt = QTimer(self, interval=_SURE_MS, singleShot=True)
        self._doubt.timeout.connect(self._calm)
        self._build(device)

    @property
    def is_edited(self) -> bool:
        """Return whether somebody is about to change it, so that it must not be replaced."""
        return self._sure or (self._name.hasFocus() and self._name.text() != self._device.name)

    def _build(self, device: Device) -> None:
        frame = card()
        words = column(spacing=4)
        words.addWidget(self._name)
        words.addWidget(body(_history(device), muted=True))
        line = row(frame, spacing=16, margins=(16, 14, 16, 14))
        line.addLayout(words, 1)
        line.addWidget(body(tr("May manage devices"), muted=True))
        line.addWidget(self._manages)
        line.addWidget(self._out)
        column(self).addWidget(frame)

    def _rename(self) -> None:
        name = self._name.text().strip()
        if name and name != self._device.name:
            self.renamed.emit(self._device.id, name)
        elif not name:
            self._name.setText(self._device.name)

    def _ask(self) -> None:
        if self._sure:
            self.revoked.emit(self._device.id)
            return
        self._sure = True
        self._out.setText(tr("Really turn out?"))
        self._doubt.start()

    def _calm(self) -> None:
        self._sure = False
        self._out.setText(tr("Turn out"))


def _history(device: Device) -> str:
    came = tr("Let in on {day}").format(day=_day(device.created_at))
    if device.last_seen_at is None:
        return came
    return tr("{came} · last seen on {day}").format(came=came, day=_day(device.last_seen_at))


def _day(at: datetime) -> str:
    local = at.astimezone()
    return QLocale().toString(QDate(local.year, local.month, local.day), QLocale.FormatType.ShortFormat)

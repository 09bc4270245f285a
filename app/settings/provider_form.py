"""The card of one provider: on or off, its address, its API key, and a button that tries it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.language import tr
from app.widgets.buttons import button
from app.widgets.fields import SwitchField, TextField
from app.widgets.layouts import column, row
from app.widgets.tables import provider_state
from app.widgets.text import body, card
from server.events import ProviderStatus

_FINE = frozenset({"ok", "empty", "cached"})


class ProviderSwitch(SwitchField):
    """Shows off while there is no address, since the provider is off then; what is set stays as it is."""

    def __init__(self, name: str, about: str) -> None:
        self._about = about
        self._is_set = self._has_address = False
        super().__init__(name, about)
        self._show()

    def value(self) -> bool:
        """Return whether it is to be on once there is an address."""
        return self._is_set

    def show_value(self, value: Any) -> None:
        """Show on or off, as far as there is an address."""
        self._is_set = bool(value)
        self._show()

    def show_address(self, address: str) -> None:
        """Show whether this address lets the provider be on."""
        self._has_address = bool(address.strip())
        self._show()

    def _edited(self) -> None:
        self._is_set = self._switch.isChecked()
        super()._edited()

    def _show(self) -> None:
        self._switch.setEnabled(self._has_address)
        self._switch.setChecked(self._is_set and self._has_address)
        wanting = tr("Enter an address to switch it on.")
        self.show_hint(self._about if self._has_address else f"{self._about} {wanting}")


class ProviderForm(QWidget):
    """What stands in the fields is tried, applied or not."""

    tried = Signal()
    keyed = Signal(str)
    """Carries the API key to keep; empty to forget the one there is."""
    removed = Signal()

    def __init__(self, name: str, hint: str, *, has_key: bool = False, removable: bool = False) -> None:
        super().__init__()
        self.enabled = ProviderSwitch(name, hint)
        self.address = TextField(tr("Address of {name}").format(name=name), placeholder="https://…")
        self.address.shown.connect(self.enabled.show_address)
        self._said = body(muted=True)
        self._test = button(tr("Test"), tr("Test {name}").format(name=name))
        self._test.clicked.connect(self._try)
        frame = card()
        layout = column(frame, spacing=14, margins=(18, 16, 18, 16))
        layout.addWidget(self.enabled)
        layout.addWidget(self.address)
        if has_key:
            self._add_key(layout, name)
        line = row(spacing=10)
        line.addWidget(self._said, 1)
        if removable:
            out = button(tr("Remove"), tr("Remove {name}").format(name=name))
            out.setProperty("kind", "danger")
            out.clicked.connect(self.removed)
            line.addWidget(out)
        line.addWidget(self._test)
        layout.addLayout(line)
        column(self).addWidget(frame)

    def show_trial(self, status: ProviderStatus) -> None:
        """Say how the trial went."""
        self._test.setEnabled(True)
        words = provider_state(status)
        if status.state == "idle":
            words = tr("It is off: enter its address and switch it on.")
        elif status.count:
            words = tr("{state}: %n found", "", status.count).format(state=words)
        self._say(words, good=status.state in _FINE)

    def show_failure(self, text: str) -> None:
        """Say why it could not be tried, or its key not be kept."""
        self._test.setEnabled(True)
        self._say(text, good=False)

    def show_key(self, *, kept: bool) -> None:
        """Say whether there is a key; what it is is never shown again."""
        self._key.show_value("")
        self._key.show_placeholder(tr("A key is kept") if kept else tr("No key yet"))

    def _add_key(self, layout: QVBoxLayout, name: str) -> None:
        hint = tr("Kept encrypted with the other secrets; counts at once.")
        self._key = TextField(tr("API key of {name}").format(name=name), hint, secret=True)
        keep = button(tr("Save key"), tr("Save the API key of {name}").format(name=name))
        keep.clicked.connect(lambda: self.keyed.emit(self._key.value()))
        line = row(spacing=10)
        line.addWidget(self._key, 1)
        line.addWidget(keep)
        layout.addLayout(line)

    def _try(self) -> None:
        self._test.setEnabled(False)
        self._say(tr("Asking…"), good=None)
        self.tried.emit()

    def _say(self, text: str, *, good: bool | None) -> None:
        self._said.setText(text)
        self._said.setObjectName({True: "good", False: "problem", None: "body"}[good])
        self._said.setProperty("muted", good is None)
        self._said.style().unpolish(self._said)
        self._said.style().polish(self._said)

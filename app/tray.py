"""The tray icon, its menu, its tooltip and its notifications."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from app.presence import Phase, Presence, TrayState
from server.events import PairingRequested


class Tray(QObject):
    """Shows how things are; its signals say what the user wants."""

    opened = Signal()
    """Open Miauflix was chosen."""
    status_wanted = Signal()
    """Status was chosen, or the icon or a notification was clicked."""
    settings_wanted = Signal()
    quitted = Signal()

    def __init__(self, icons: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icons = {state: QIcon(str(icons / f"tray-{state}.svg")) for state in TrayState}
        self._state = TrayState.IDLE
        self._menu = QMenu()
        self._open = self._menu.addAction("&Open Miauflix", self.opened.emit)
        self._menu.addAction("&Status", self.status_wanted.emit)
        self._menu.addSeparator()
        self._menu.addAction("Se&ttings…", self.settings_wanted.emit)
        self._menu.addSeparator()
        self._quit = self._menu.addAction("&Quit", self.quitted.emit)
        self._icon = QSystemTrayIcon(self._icons[self._state], self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activate)
        self._icon.messageClicked.connect(self.status_wanted)

    @staticmethod
    def is_available() -> bool:
        """Return whether the desktop has a tray; nothing else that Qt offers tells the truth about it."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def state(self) -> TrayState:
        """Return which icon is shown."""
        return self._state

    def show(self) -> None:
        """Show the icon; where there is no tray yet it appears once there is one."""
        self._icon.show()

    def hide(self) -> None:
        """Take the icon away."""
        self._icon.hide()

    def update(self, presence: Presence) -> None:
        """Show how things are."""
        if presence.tray_state is not self._state:
            self._state = presence.tray_state
            self._icon.setIcon(self._icons[self._state])
        if presence.tooltip != self._icon.toolTip():
            self._icon.setToolTip(presence.tooltip)
        self._open.setEnabled(presence.phase is Phase.RUNNING)
        self._quit.setEnabled(presence.phase is not Phase.STOPPING)

    def announce(self, request: PairingRequested) -> None:
        """Notify that a device asks to come in; a click leads to the window, where it is approved or denied."""
        self._icon.showMessage(
            f"“{request.device_name}” asks to come in",
            f"It shows the code {request.user_code}. Click here to approve or deny it.",
            self._icons[TrayState.ATTENTION],
        )

    def complain(self, title: str, text: str) -> None:
        """Notify that something went wrong."""
        self._icon.showMessage(title, text, QSystemTrayIcon.MessageIcon.Warning)

    def _activate(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in {QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick}:
            self.status_wanted.emit()

"""The tray icon, its menu, its tooltip and its messages."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from app.language import tr
from app.presence import Phase, Presence, TrayState


class Tray(QObject):
    """Shows how things are; its signals say what the user wants."""

    opened = Signal()
    """Open Miauflix was chosen."""
    status_wanted = Signal()
    """Status was chosen, or the icon or a message was clicked."""
    pairing_wanted = Signal()
    pause_wanted = Signal(bool)
    """Carries whether to pause what is done ahead, or to resume it."""
    settings_wanted = Signal()
    quitted = Signal()

    def __init__(self, icons: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icons = {state: QIcon(str(icons / f"tray-{state}.svg")) for state in TrayState}
        self._state = TrayState.IDLE
        self._paused = False
        self._menu = QMenu()
        self._open = self._menu.addAction(tr("&Open Miauflix"), self.opened.emit)
        self._menu.addAction(tr("&Status"), self.status_wanted.emit)
        self._pair = self._menu.addAction(tr("Pair a &device…"), self.pairing_wanted.emit)
        self._menu.addSeparator()
        self._pause = self._menu.addAction(tr("Pause &getting ready"), self._toggle_pause)
        self._menu.addAction(tr("Se&ttings…"), self.settings_wanted.emit)
        self._menu.addSeparator()
        self._quit = self._menu.addAction(tr("&Quit"), self.quitted.emit)
        self.destroyed.connect(self._menu.deleteLater)  # a menu's parent would have to be a widget
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
        for action in (self._open, self._pair, self._pause):
            action.setEnabled(presence.phase is Phase.RUNNING)
        if presence.paused is not self._paused:
            self._paused = presence.paused
            self._pause.setText(tr("Resume &getting ready") if self._paused else tr("Pause &getting ready"))
        self._quit.setEnabled(presence.phase is not Phase.STOPPING)

    def complain(self, title: str, text: str) -> None:
        """Notify that something went wrong."""
        self._icon.showMessage(title, text, QSystemTrayIcon.MessageIcon.Warning)

    def _toggle_pause(self) -> None:
        self.pause_wanted.emit(not self._paused)

    def _activate(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in {QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick}:
            self.status_wanted.emit()

"""Opens the dialogs about the keys, one of each at a time, and says when something about the keys has changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from app.bridge import Bridge
from app.dialogs.backup import BackupDialog, CheckDialog
from app.dialogs.restore import RestoreDialog
from app.dialogs.rotate import RotateDialog
from app.key_desk import KeyDesk
from app.server_thread import ServerThread


class KeyDialogs(QObject):
    """Windows of their own, so that the tray can open them without any other."""

    changed = Signal()
    """A dialog has ended: keys or backups may be others than before."""
    restored = Signal()
    """The keys are back: the server has to start anew."""

    def __init__(self, desk: KeyDesk, bridge: Bridge, server: ServerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._bridge = bridge
        self._server = server
        self._open: dict[str, QDialog] = {}

    def back_up(self) -> None:
        """Make a backup."""
        self._bring_up("backup", lambda: BackupDialog(self.desk))

    def check(self) -> None:
        """Check a backup that was made before."""
        self._bring_up("check", lambda: CheckDialog(self.desk))

    def restore(self) -> None:
        """Bring the keys back from a copy."""
        self._bring_up("restore", self._restoring)

    def rotate(self) -> None:
        """Make new keys, then go on to their backup."""
        self._bring_up("rotate", self._rotating)

    def close(self) -> None:
        """Take all dialogs away."""
        for dialog in tuple(self._open.values()):
            dialog.hide()
            dialog.deleteLater()
        self._open.clear()

    def _restoring(self) -> QDialog:
        dialog = RestoreDialog(self.desk)
        dialog.accepted.connect(self.restored)
        return dialog

    def _rotating(self) -> QDialog:
        dialog = RotateDialog(self._bridge, self._server)
        dialog.backup_wanted.connect(self.back_up)
        return dialog

    def _bring_up(self, name: str, make: Callable[[], QDialog]) -> None:
        dialog = self._open.get(name)
        if dialog is None:
            dialog = self._open[name] = make()
            dialog.finished.connect(lambda _: self._forget(name))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _forget(self, name: str) -> None:
        dialog = self._open.pop(name, None)
        if dialog is not None:
            dialog.deleteLater()
        self.changed.emit()

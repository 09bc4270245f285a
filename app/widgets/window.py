"""What all windows share: the style, dark and light with the system, Esc, and coming to the front."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.style import style_sheet


class Window(QWidget):
    """A top-level window."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle(name)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # no button looks chosen before Tab is pressed
        QShortcut(QKeySequence(QKeySequence.StandardKey.Close), self, self.close)
        QShortcut(QKeySequence("Esc"), self, self.close)
        self.setStyleSheet(style_sheet(QGuiApplication.palette()))

    def bring_up(self) -> None:
        """Show the window in front of others."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()
        self.setFocus()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the system from dark to light and back."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange}:
            sheet = style_sheet(QGuiApplication.palette())
            if sheet != self.styleSheet():
                self.setStyleSheet(sheet)

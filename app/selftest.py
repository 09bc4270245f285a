"""What ``miauflix --selftest`` asks of Qt: a display to draw on, the icons, and what the app uses beside windows."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtNetwork import QLocalServer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

_SIZE = 64


def draw(resources: Path) -> str:
    """Load the platform plug-in and draw the icon; return a few words on what was found. Raises RuntimeError.

    Qt ends the process where it can't reach the display.
    """
    application = QApplication.instance() or QApplication(["miauflix"])
    if not isinstance(application, QApplication):
        raise RuntimeError("another kind of Qt application runs already")  # noqa: TRY004 - not about an argument
    picture = QIcon(str(resources / "icons" / "miauflix.svg")).pixmap(_SIZE, _SIZE).toImage()
    if picture.isNull() or not picture.pixelColor(picture.width() // 4, picture.height() // 2).alpha():
        raise RuntimeError("the icon could not be drawn: the SVG plug-in is missing")
    QLocalServer()
    tray = "with" if QSystemTrayIcon.isSystemTrayAvailable() else "without"
    return f"Qt {qVersion()} on {QGuiApplication.platformName()}, {tray} a tray"

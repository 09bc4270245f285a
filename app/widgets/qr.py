"""A QR code, sharp at every scale of the screen."""

from __future__ import annotations

import segno
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

_QUIET = 4  # modules of white around it, as the standard asks


class QrCode(QWidget):
    """Shows what a camera reads; always dark on white, for not every camera reads the opposite."""

    def __init__(self, accessible_name: str, side: int = 200) -> None:
        super().__init__()
        self._side = side
        self._text = ""
        self._modules: tuple[bytearray, ...] = ()
        self.setFixedSize(QSize(side, side))
        self.setAccessibleName(accessible_name)

    @property
    def text(self) -> str:
        """Return what it says."""
        return self._text

    def show_text(self, text: str) -> None:
        """Show this text; nothing when it is empty."""
        self._text = text
        self._modules = tuple(segno.make_qr(text, error="m").matrix) if text else ()
        self.update()

    def pixmap(self, module: int) -> QPixmap:
        """Return the code as a picture, so many pixels a module."""
        side = (len(self._modules) + 2 * _QUIET) * module
        picture = QPixmap(side, side)
        picture.fill(Qt.GlobalColor.white)
        painter = QPainter(picture)
        for y, line in enumerate(self._modules):
            for x, dark in enumerate(line):
                if dark:
                    area = QRectF((x + _QUIET) * module, (y + _QUIET) * module, module, module)
                    painter.fillRect(area, Qt.GlobalColor.black)
        painter.end()
        return picture

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint whole pixels of the screen for each module, in the middle of a white, rounded square."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawRoundedRect(self.rect(), 10, 10)
        if self._modules:
            ratio = self.devicePixelRatioF()
            module = max(1, int(self._side * ratio / (len(self._modules) + 2 * _QUIET)))
            picture = self.pixmap(module)
            picture.setDevicePixelRatio(ratio)
            place = (self._side - picture.width() / ratio) / 2
            painter.drawPixmap(round(place), round(place), picture)
        painter.end()

"""A check box that looks like the switches of phones."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox

from app.style import accent_colour, blend

_SIZE = QSize(44, 26)
_TRACK = QSize(40, 22)
_GAP = 3


class Switch(QCheckBox):
    """On or off; all that a check box does, the keyboard and screen readers included."""

    def __init__(self, accessible_name: str) -> None:
        super().__init__()
        self.setAccessibleName(accessible_name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the one size there is."""
        return _SIZE

    def hitButton(self, _: object) -> bool:  # noqa: N802 - Qt's name
        """Take clicks anywhere on the switch."""
        return True

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint track and knob, and a ring while the keyboard is here."""
        palette, on = self.palette(), self.isChecked()
        window, text = palette.window().color(), palette.windowText().color()
        track = accent_colour(palette) if on else blend(window, text, 0.34)
        if not self.isEnabled():
            track = blend(track, window, 0.55)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(2, 2, _TRACK.width(), _TRACK.height())
        if self.hasFocus():
            painter.setPen(blend(window, text, 0.7))
            painter.drawRoundedRect(area.adjusted(-1.5, -1.5, 1.5, 1.5), 12.5, 12.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(track)
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        radius = area.height() / 2 - _GAP
        centre = area.right() - area.height() / 2 if on else area.left() + area.height() / 2
        painter.setBrush(QColor("white"))
        painter.drawEllipse(QPointF(centre, area.center().y()), radius, radius)
        painter.end()

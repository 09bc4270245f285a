"""A table cell with a thin bar under its text."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.style import accent_colour, blend

PROGRESS_ROLE = Qt.ItemDataRole.UserRole + 1
"""The role under which a model gives a part of the whole, 0 to 1."""

_BAR_HEIGHT = 3
_MARGIN = 15


class ProgressDelegate(QStyledItemDelegate):
    """Paints the cell as usual, then the bar along its lower edge."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell."""
        super().paint(painter, option, index)
        part = index.data(PROGRESS_ROLE)
        if not isinstance(part, float):
            return
        palette = option.palette
        track = QRectF(option.rect).adjusted(_MARGIN, 0, -_MARGIN, -5)
        track.setTop(track.bottom() - _BAR_HEIGHT)
        filled = QRectF(track)
        filled.setWidth(track.width() * min(max(part, 0.0), 1.0))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for area, colour in (
            (track, blend(palette.window().color(), palette.windowText().color(), 0.14)),
            (filled, accent_colour(palette)),
        ):
            painter.setBrush(colour)
            painter.drawRoundedRect(area, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
        painter.restore()

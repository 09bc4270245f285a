"""The recovery sheet: the keys on one printed page, as rows of text and as a QR code."""

from __future__ import annotations

import os
import tempfile
from datetime import date
from pathlib import Path

import segno
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QFont, QFontDatabase, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QFileDialog, QWidget

from app.dialogs.entries import ChooseFile
from app.key_desk import KeyDesk
from app.language import tr
from app.presence import Failure
from app.widgets.buttons import button
from app.widgets.layouts import column, row
from app.widgets.text import body, heading

_RESOLUTION = 300  # dots per inch
_MARGIN = 20.0  # millimetres
_QR_SIDE = 60.0  # millimetres


def write_sheet(path: Path, recovery_key: str, made_on: date) -> None:
    """Write the sheet as a PDF of one A4 page, for its owner only. Raises OSError. Takes some milliseconds."""
    page = QBuffer()
    page.open(QIODevice.OpenModeFlag.WriteOnly)
    _print(page, recovery_key, made_on)
    # mkstemp's file is its owner's before anything stands in it
    handle, draft = tempfile.mkstemp(prefix=".miauflix-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(page.data().data())
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)


def _print(device: QIODevice, recovery_key: str, made_on: date) -> None:
    writer = QPdfWriter(device)
    writer.setResolution(_RESOLUTION)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN))
    writer.setTitle(tr("Miauflix recovery key"))
    painter = QPainter(writer)
    try:
        _draw(painter, QSizeF(writer.width(), writer.height()), recovery_key, made_on)
    finally:
        painter.end()


def _draw(painter: QPainter, page: QSizeF, recovery_key: str, made_on: date) -> None:
    top = _text(painter, QRectF(0, 0, page.width(), page.height()), tr("Miauflix recovery key"), _font(20, bold=True))
    words = tr(
        "These rows open everything that Miauflix keeps on your computer. Keep this page where you keep a passport. "
        "Nobody will ever ask you for it: no support, no update, no website."
    )
    top = _text(painter, QRectF(0, top + _mm(4), page.width(), page.height()), words, _font(10))
    line = tr("Printed on {day}. After the keys were changed, print a new one.").format(day=f"{made_on:%Y-%m-%d}")
    top = _text(painter, QRectF(0, top + _mm(3), page.width(), page.height()), line, _font(10))
    mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    mono.setPointSizeF(10.5)
    rows = "\n".join(f"{number:>2}  {text}" for number, text in enumerate(recovery_key.splitlines(), 1))
    top = _text(painter, QRectF(0, top + _mm(9), page.width(), page.height()), rows, mono)
    side = _mm(_QR_SIDE)
    _qr(painter, QRectF(0, top + _mm(9), side, side), recovery_key)
    beside = QRectF(side + _mm(8), top + _mm(9), page.width() - side - _mm(8), side)
    how = tr(
        "To bring the keys back: start Miauflix, choose “Bring the keys back…”, then “A printed recovery key”. Type "
        "the rows without their numbers, or scan the code with a phone that is offline."
    )
    _text(painter, beside, how, _font(10))


def _text(painter: QPainter, area: QRectF, text: str, font: QFont) -> float:
    """Draw text and return where it ends."""
    painter.setFont(font)
    return painter.drawText(area, int(Qt.TextFlag.TextWordWrap), text).bottom()


def _qr(painter: QPainter, area: QRectF, text: str) -> None:
    matrix = [list(line) for line in segno.make(text.replace("-", "").replace("\n", ""), error="m").matrix]
    side = area.width() / len(matrix)
    for y, line in enumerate(matrix):
        for x, dark in enumerate(line):
            if dark:
                painter.fillRect(QRectF(area.x() + x * side, area.y() + y * side, side + 1, side + 1), QColor("black"))


def _font(points: float, *, bold: bool = False) -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPointSizeF(points)
    font.setBold(bold)
    return font


def _mm(length: float) -> float:
    return length * _RESOLUTION / 25.4


def choose_sheet(parent: QWidget, at: str) -> str:
    """Let a person choose where the sheet is to be."""
    return QFileDialog.getSaveFileName(parent, tr("Save the recovery sheet"), at, tr("PDF (*.pdf)"))[0]


class SaveSheet(QWidget):
    """Offers to save the sheet, and says what came of it."""

    def __init__(self, desk: KeyDesk, choose: ChooseFile = choose_sheet) -> None:
        super().__init__()
        self._desk = desk
        self._choose = choose
        self._said = body(muted=True, selectable=True)
        self._said.hide()
        self._button = button(tr("Save the recovery sheet…"))
        self._button.clicked.connect(self._save)
        line = row()
        line.addWidget(self._button)
        line.addStretch(1)
        layout = column(self, spacing=8)
        layout.addWidget(heading(tr("On paper, too")))
        layout.addWidget(
            body(tr("One page with the keys as text and QR code. It needs no pass phrase: keep it safe."), muted=True)
        )
        layout.addLayout(line)
        layout.addWidget(self._said)

    def save(self, path: Path) -> None:
        """Get the keys, then write the sheet."""
        self._button.setEnabled(False)
        self._desk.do(self, lambda vault, _: vault.recovery_key(), lambda key: self._write(path, key), self._fail)

    def _save(self) -> None:
        chosen = self._choose(self, "miauflix-recovery-sheet.pdf")
        if chosen:
            self.save(Path(chosen))

    def _write(self, path: Path, recovery_key: str) -> None:
        try:
            write_sheet(path, recovery_key, date.today())  # noqa: DTZ011 - the day as the person has it
        except OSError as error:
            reason = f" ({error.strerror})" if error.strerror else ""
            self._say(tr("{path} can't be written.").format(path=path) + reason)
            return
        self._say(tr("Saved in {path}. Print it, then delete the file.").format(path=path))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _fail(self, error: BaseException) -> None:
        self._say(Failure.of(error).detail)

    def _say(self, text: str) -> None:
        self._button.setEnabled(True)
        self._said.setText(text)
        self._said.show()

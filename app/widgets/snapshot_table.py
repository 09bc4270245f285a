"""A quiet, sortable table of one kind of snapshot rows, with a sentence in its place while there are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTableView, QWidget

from app.widgets.layouts import column
from app.widgets.progress_delegate import PROGRESS_ROLE, ProgressDelegate
from app.widgets.text import body, card

Row = TypeVar("Row")
_Index = QModelIndex | QPersistentModelIndex

_SORT_ROLE = PROGRESS_ROLE + 1
_ROW_HEIGHT = 40
_VISIBLE_ROWS = 6


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its heading, what a cell says, what it is sorted by, and whether it shows a progress bar."""

    heading: str
    text: Callable[[Row], str]
    sort_by: Callable[[Row], Any] | None = None
    progress: Callable[[Row], float] | None = None
    """A part of the whole, 0 to 1."""
    stretch: bool = False
    width: int = 110
    """Pixels, for a column that does not stretch."""


class SnapshotModel(QAbstractTableModel, Generic[Row]):
    """The rows of the latest snapshot. Rows with the same keys as before are updated in place, so a selection stays."""

    def __init__(self, columns: Sequence[Column[Row]], key: Callable[[Row], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._key = key
        self._rows: tuple[Row, ...] = ()

    def key_of(self, number: int) -> str:
        """Return the key of a row."""
        return self._key(self._rows[number])

    def show(self, rows: Sequence[Row]) -> bool:
        """Replace the rows; return whether they are other ones than before, so that a selection is lost."""
        if tuple(rows) == self._rows:
            return False
        same = [self._key(row) for row in rows] == [self._key(row) for row in self._rows]
        if same and rows:
            self._rows = tuple(rows)
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._columns) - 1))
        elif not same:
            self.beginResetModel()
            self._rows = tuple(rows)
            self.endResetModel()
        return not same

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802 - Qt's name
        """Count the rows."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index | None = None) -> int:  # noqa: N802 - Qt's name
        """Count the columns."""
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | Qt.AlignmentFlag | None:
        """Give a column's heading."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return self._columns[section].heading if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give what a cell says, sorts by, or how full its bar is."""
        if not index.isValid():
            return None
        kind, row = self._columns[index.column()], self._rows[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return kind.text(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{kind.heading}: {kind.text(row)}"
        if role == _SORT_ROLE:
            return (kind.sort_by or kind.text)(row)
        if role == PROGRESS_ROLE and kind.progress is not None:
            return kind.progress(row)
        return None


class SnapshotTable(QWidget, Generic[Row]):
    """The view, sorted by a click on a heading; it grows with its rows up to six, or until it ``fills`` its page."""

    def __init__(
        self, name: str, columns: Sequence[Column[Row]], key: Callable[[Row], str], *, fills: bool = False
    ) -> None:
        super().__init__()
        self._fills = fills
        self._key = key
        self._model: SnapshotModel[Row] = SnapshotModel(columns, key, self)
        self._sorted = QSortFilterProxyModel(self, sortRole=_SORT_ROLE, dynamicSortFilter=True)
        self._sorted.setSourceModel(self._model)
        self._view = _table_view(name, columns)
        self._view.setModel(self._sorted)
        self._view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        _size_columns(self._view.horizontalHeader(), columns)
        self._empty = body(muted=True)
        self._empty_card = _empty_card(self._empty)
        layout = column(self)
        layout.addWidget(self._empty_card)
        layout.addWidget(self._view, 1)
        if fills:
            layout.addStretch(0)
        self.show_rows((), "")

    def show_rows(self, rows: Sequence[Row], empty: str) -> None:
        """Show the rows, or the sentence ``empty`` when there are none."""
        selected, place = self._selected(), self._view.verticalScrollBar().value()
        if self._model.show(rows):
            self._select(selected, rows)
            self._view.verticalScrollBar().setValue(place)
        self._empty.setText(empty)
        if self._fills:
            self._view.setMaximumHeight(self._height(len(rows), len(rows)))
        else:
            self._view.setFixedHeight(self._height(len(rows), _VISIBLE_ROWS))
        self._view.setVisible(bool(rows))
        self._empty_card.setVisible(not rows)

    def _selected(self) -> str | None:
        indexes = self._view.selectionModel().selectedRows()
        return self._model.key_of(self._sorted.mapToSource(indexes[0]).row()) if indexes else None

    def _select(self, key: str | None, rows: Sequence[Row]) -> None:
        for number, row in enumerate(rows):
            if key is not None and self._key(row) == key:
                self._view.selectRow(self._sorted.mapFromSource(self._model.index(number, 0)).row())

    def _height(self, rows: int, most: int) -> int:
        header, frame = self._view.horizontalHeader().sizeHint().height(), 2 * self._view.frameWidth()
        return header + _ROW_HEIGHT * min(rows, most) + frame + 2


def _table_view(name: str, columns: Sequence[Column[Row]]) -> QTableView:
    view = QTableView(showGrid=False, sortingEnabled=True, wordWrap=False)
    view.setAccessibleName(name)
    view.setTabKeyNavigation(False)  # Tab leaves the table, arrows move in it
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
    for number, each in enumerate(columns):
        if each.progress is not None:
            view.setItemDelegateForColumn(number, ProgressDelegate(view))
    return view


def _size_columns(header: QHeaderView, columns: Sequence[Column[Row]]) -> None:
    header.setHighlightSections(False)
    for number, each in enumerate(columns):
        mode = QHeaderView.ResizeMode.Stretch if each.stretch else QHeaderView.ResizeMode.Interactive
        header.setSectionResizeMode(number, mode)
        if not each.stretch:
            header.resizeSection(number, each.width)


def _empty_card(label: QLabel) -> QWidget:
    frame = card()
    column(frame, margins=(16, 14, 16, 14)).addWidget(label)
    return frame

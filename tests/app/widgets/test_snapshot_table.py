from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from app.widgets.snapshot_table import SnapshotTable
from app.widgets.tables import torrent_table
from server.events import TorrentStatus


def _torrent(name: str, *, rate: int = 0, progress: float = 0.0, state: str = "downloading") -> TorrentStatus:
    return TorrentStatus(name, name, 3, 1, rate, 0, progress, state)


@pytest.fixture
def table(qtbot: QtBot) -> SnapshotTable[TorrentStatus]:
    made = torrent_table()
    qtbot.addWidget(made)
    made.resize(900, 200)
    made.show()
    return made


def _texts(table: SnapshotTable[TorrentStatus], column: int) -> list[str]:
    model = table._view.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_the_model_is_sound(table: SnapshotTable[TorrentStatus], qtmodeltester: object) -> None:
    table.show_rows((_torrent("a"), _torrent("b")), "")
    qtmodeltester.check(table._model, force_py=True)  # type: ignore[attr-defined]  # the fixture's type has no name


def test_without_rows_a_sentence_says_what_to_do(table: SnapshotTable[TorrentStatus]) -> None:
    table.show_rows((), "Press Play.")
    assert table._empty.isVisible()
    assert table._empty.text() == "Press Play."
    table.show_rows((_torrent("a"),), "Press Play.")
    assert not table._empty.isVisible()
    assert table._view.isVisible()


def test_rates_sort_as_numbers(table: SnapshotTable[TorrentStatus]) -> None:
    table.show_rows((_torrent("slow", rate=900), _torrent("fast", rate=2_000_000), _torrent("middle", rate=30_000)), "")
    assert _texts(table, 0) == ["slow", "fast", "middle"]
    table._view.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    assert _texts(table, 0) == ["fast", "middle", "slow"]


def test_a_selection_stays_while_figures_change(table: SnapshotTable[TorrentStatus]) -> None:
    table.show_rows((_torrent("a"), _torrent("b")), "")
    table._view.selectRow(1)
    table.show_rows((_torrent("a"), _torrent("b", progress=0.5)), "")
    assert [index.row() for index in table._view.selectionModel().selectedRows()] == [1]
    assert _texts(table, 2) == ["0 %", "50 %"]


def test_states_are_words(table: SnapshotTable[TorrentStatus]) -> None:
    table.show_rows((_torrent("a", state="metadata"), _torrent("b", state="unheard of")), "")
    assert _texts(table, 1) == ["Finding details", "unheard of"]


def test_it_grows_with_its_rows_to_a_limit(table: SnapshotTable[TorrentStatus]) -> None:
    heights = []
    for number in (1, 6, 60):
        table.show_rows([_torrent(str(index)) for index in range(number)], "")
        heights.append(table._view.height())
    assert heights[0] < heights[1] == heights[2]


def test_screen_readers_hear_heading_and_cell(table: SnapshotTable[TorrentStatus]) -> None:
    table.show_rows((_torrent("a", progress=0.25),), "")
    assert isinstance(table._view, QTableView)
    assert table._view.accessibleName() == "Torrents"
    assert table._view.model().index(0, 2).data(Qt.ItemDataRole.AccessibleTextRole) == "Progress: 25 %"


def test_tab_leaves_the_table(table: SnapshotTable[TorrentStatus]) -> None:
    assert not table._view.tabKeyNavigation()

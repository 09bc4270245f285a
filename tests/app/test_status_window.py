from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes.local_server import snapshot
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.presence import Failure, Phase, Presence
from app.status_window import StatusWindow
from server.events import (
    Notice,
    NoticeCode,
    PreloadPause,
    PreloadStatus,
    ProviderStatus,
    StorageStatus,
    StreamStatus,
    TorrentStatus,
)
from server.models import Pairing

_NOW = datetime.now(UTC)
_STREAM = StreamStatus(
    "1",
    "s",
    "Living room TV",
    "Nosferatu",
    "WEB",
    _NOW,
    1000,
    420,
    420,
    3_400_000,
    48 << 20,
    waiting=False,
    memory=1_150_000,
)
_TORRENT = TorrentStatus("s", "Nosferatu", 14, 9, 4_100_000, 120_000, 0.63, "downloading")
_PAIRING = Pairing("WDJB-MJHT", "Kitchen TV", "192.168.1.33", _NOW + timedelta(minutes=9))


@pytest.fixture
def window(icons: Path, qtbot: QtBot) -> StatusWindow:
    made = StatusWindow(icons)
    qtbot.addWidget(made)
    made.show()
    return made


def _labels(window: QWidget) -> list[str]:
    return [label.text() for label in window.findChildren(QLabel) if label.isVisible()]


def _turn_to(window: StatusWindow, page: QWidget) -> None:
    window._tabs._bar.setCurrentIndex(window._tabs._pages.indexOf(page))


def _button(window: QWidget, accessible_name: str) -> QPushButton:
    found = [
        button
        for button in window.findChildren(QPushButton)
        if button.isVisible() and accessible_name in {button.accessibleName(), button.text()}
    ]
    assert len(found) == 1, f"{len(found)} buttons are called {accessible_name}"
    return found[0]


def test_while_it_starts_nothing_can_be_opened(window: StatusWindow) -> None:
    assert "Starting Miauflix…" in _labels(window)
    assert not _button(window, "Open Miauflix").isEnabled()


def test_a_snapshot_is_shown(window: StatusWindow) -> None:
    status = snapshot(
        streams=(_STREAM,),
        torrents=(_TORRENT,),
        storage=StorageStatus(12 << 30, 50 << 30, 212 << 30),
        sources=1,
        notices=(Notice(NoticeCode.KEY_IN_FILE, "The key lies in a file."),),
    )
    window.update_presence(Presence(Phase.RUNNING, status))
    cells = window._overview._streams._view.model()
    assert [cells.index(0, column).data() for column in range(7)] == [
        "Nosferatu",
        "Living room TV",
        "WEB",
        "42 %",
        "3.2 MiB/s",
        "48 MiB",
        "1.1 MiB",
    ]
    labels = _labels(window)
    assert "Playing 1 stream · version 1.2.3" in labels
    assert "12 GiB of 50 GiB used" in labels
    assert "212 GiB free on the disk" in labels
    assert "http://192.168.1.20:8620" in labels
    assert "The key lies in a file." in labels


def test_a_stream_without_bytes_says_that_it_waits(window: StatusWindow) -> None:
    waiting = StreamStatus("1", "s", "TV", "Film", "WEB", _NOW, 1000, 0, 0, 0, 0, waiting=True)
    window.update_presence(Presence(Phase.RUNNING, snapshot(streams=(waiting,))))
    assert window._overview._streams._view.model().index(0, 5).data() == "Waiting…"


def test_empty_states_say_what_to_do(window: StatusWindow, qtbot: QtBot) -> None:
    window.update_presence(Presence(Phase.RUNNING, snapshot(sources=0)))
    assert any("drop a magnet link" in text for text in _labels(window))
    window.update_presence(Presence(Phase.RUNNING, snapshot(sources=2, urls=())))
    assert any("press Play" in text for text in _labels(window))
    qtbot.waitUntil(lambda: any("in no network" in text for text in _labels(window)))


def test_a_failure_says_what_to_do_and_can_be_tried_again(window: StatusWindow, qtbot: QtBot) -> None:
    window.update_presence(Presence(Phase.FAILED, failure=Failure("The port is in use", "Choose another.")))
    labels = _labels(window)
    assert "The port is in use" in labels
    assert "Choose another." in labels
    with qtbot.waitSignal(window.retried):
        QTest.mouseClick(_button(window, "Try again"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(window.quitted):
        QTest.mouseClick(_button(window, "Quit"), Qt.MouseButton.LeftButton)


def test_a_waiting_device_can_be_approved_by_keyboard(window: StatusWindow, qtbot: QtBot) -> None:
    window.update_presence(Presence(Phase.RUNNING, snapshot(), (_PAIRING,)))
    assert any("WDJB-MJHT" in text for text in _labels(window))
    approve = _button(window, "Approve Kitchen TV")
    approve.setFocus()
    with qtbot.waitSignal(window.approved) as signal:
        QTest.keyClick(approve, Qt.Key.Key_Space)
    assert signal.args == ["WDJB-MJHT"]
    assert not approve.isEnabled()


def test_a_waiting_device_can_be_denied_and_goes(window: StatusWindow, qtbot: QtBot) -> None:
    window.update_presence(Presence(Phase.RUNNING, snapshot(), (_PAIRING,)))
    with qtbot.waitSignal(window.denied) as signal:
        QTest.mouseClick(_button(window, "Deny Kitchen TV"), Qt.MouseButton.LeftButton)
    assert signal.args == ["WDJB-MJHT"]
    window.update_presence(Presence(Phase.RUNNING, snapshot()))
    assert not any("Kitchen TV" in text for text in _labels(window))


def test_names_from_outside_are_plain_text(window: StatusWindow) -> None:
    rude = Pairing("WDJB-MJHT", "<img src='http://x/'><h1>TV", "192.168.1.33", _NOW)
    window.update_presence(Presence(Phase.RUNNING, snapshot(), (rude,)))
    shown = [label for label in window.findChildren(QLabel) if "<h1>" in label.text()]
    assert shown
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in shown)


def test_an_address_can_be_copied(window: StatusWindow) -> None:
    window.update_presence(Presence(Phase.RUNNING, snapshot()))
    QTest.mouseClick(_button(window, "Copy http://192.168.1.20:8620"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "http://192.168.1.20:8620"


def test_opening_asks_the_owner(window: StatusWindow, qtbot: QtBot) -> None:
    window.update_presence(Presence(Phase.RUNNING, snapshot()))
    with qtbot.waitSignal(window.opened):
        QTest.mouseClick(_button(window, "Open Miauflix"), Qt.MouseButton.LeftButton)


def test_escape_closes_and_control_q_quits(window: StatusWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(window.quitted):
        QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(window.closed):
        QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_every_control_that_takes_the_keyboard_has_a_name(window: StatusWindow) -> None:
    window.update_presence(Presence(Phase.RUNNING, snapshot(streams=(_STREAM,), torrents=(_TORRENT,)), (_PAIRING,)))
    nameless = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []


def test_it_follows_the_system_into_the_dark(window: StatusWindow, qapp: QApplication) -> None:
    light, before = window.styleSheet(), qapp.palette()
    try:
        qapp.setPalette(QPalette(QColor("#202124")))
        qapp.processEvents()
        assert window.styleSheet() != light
    finally:
        qapp.setPalette(before)
    qapp.processEvents()
    assert window.styleSheet() == light


def test_each_tab_says_what_to_do_while_it_is_empty(window: StatusWindow) -> None:
    window.update_presence(Presence(Phase.RUNNING, snapshot()))
    window.show_problems(())
    for page, words_there in (
        (window._coming, "Browse on a TV"),
        (window._providers, "Choose some in the settings"),
        (window._problems, "Nothing went wrong"),
    ):
        _turn_to(window, page)
        assert any(words_there in text for text in _labels(window))


def test_what_is_got_ready_is_listed_and_can_be_paused(window: StatusWindow, qtbot: QtBot) -> None:
    loading = PreloadStatus("tt0000001", "Metropolis", "focused", "loading", progress=0.4)
    stuck = PreloadStatus("tt0000002", "", "near", "failed", detail="No peer answered")
    window.update_presence(Presence(Phase.RUNNING, snapshot(preloads=(loading, stuck))))
    _turn_to(window, window._coming)
    assert window._tabs._bar.tabText(1) == "Coming up  2"
    cells = window._coming._table._view.model()
    assert [cells.index(0, column).data() for column in range(4)] == ["Metropolis", "In focus", "Loading", "40 %"]
    assert [cells.index(1, column).data() for column in range(3)] == [
        "Not known yet",
        "Near",
        "Failed: No peer answered",
    ]
    with qtbot.waitSignal(window.pause_wanted) as signal:
        QTest.mouseClick(_button(window, "Pause"), Qt.MouseButton.LeftButton)
    assert signal.args == [True]
    paused = snapshot(preload_paused=True, preload_pause_reason=PreloadPause.USER)
    window.update_presence(Presence(Phase.RUNNING, paused))
    assert "Paused. What plays goes on." in _labels(window)
    assert _button(window, "Resume")


def test_providers_say_how_they_do(window: StatusWindow) -> None:
    well = ProviderStatus("yts", "ok", _NOW, 12)
    resting = ProviderStatus("eztv", "resting", _NOW, retry_at=_NOW + timedelta(days=2))
    window.update_presence(Presence(Phase.RUNNING, snapshot(providers=(well, resting))))
    _turn_to(window, window._providers)
    cells = window._providers._table._view.model()
    assert [cells.index(0, column).data() for column in range(3)] == ["YTS", "Works", "12"]
    assert cells.index(1, 1).data().startswith("Left alone for a while, until ")


def test_a_selection_stays_while_rows_come_and_go(window: StatusWindow) -> None:
    first, second, third = (PreloadStatus(f"tt000000{n}", f"Film {n}", "near", "waiting") for n in range(3))
    window.update_presence(Presence(Phase.RUNNING, snapshot(preloads=(first, second))))
    view = window._coming._table._view
    view.selectRow(1)
    window.update_presence(Presence(Phase.RUNNING, snapshot(preloads=(third, first, second))))
    assert [index.data() for index in view.selectionModel().selectedRows()] == ["Film 1"]


def test_magnets_and_torrent_files_are_taken_by_drop_and_paste(window: StatusWindow, qtbot: QtBot) -> None:
    magnet = "magnet:?xt=urn:btih:" + "0" * 40
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/films/a.torrent"), QUrl.fromLocalFile("/films/b.mkv")])
    action, buttons, modifiers = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(9, 9), action, mime, buttons, modifiers)
    window.dragEnterEvent(entering)
    assert entering.isAccepted()
    with qtbot.waitSignal(window.dropped) as signal:
        window.dropEvent(QDropEvent(QPointF(9, 9), action, mime, buttons, modifiers))
    assert signal.args == [["/films/a.torrent"]]
    QGuiApplication.clipboard().setText(f"see {magnet} !")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(window.dropped) as signal:
        QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert signal.args == [[magnet]]
    QGuiApplication.clipboard().setText("nothing")
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "There is no magnet link on the clipboard." in _labels(window)

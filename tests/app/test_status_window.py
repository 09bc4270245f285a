from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes.local_server import snapshot
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.presence import Failure, Phase, Presence
from app.status_window import StatusWindow
from server.events import Notice, NoticeCode, StorageStatus, StreamStatus, TorrentStatus
from server.models import Pairing

_NOW = datetime.now(UTC)
_STREAM = StreamStatus(
    "1", "s", "Living room TV", "Nosferatu", "WEB", _NOW, 1000, 420, 420, 3_200_000, 48_000_000, waiting=False
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
        storage=StorageStatus(12_400_000_000, 50_000_000_000, 212_000_000_000),
        sources=1,
        notices=(Notice(NoticeCode.KEY_IN_FILE, "The key lies in a file."),),
    )
    window.update_presence(Presence(Phase.RUNNING, status))
    cells = window._overview._streams._view.model()
    assert [cells.index(0, column).data() for column in range(5)] == [
        "Nosferatu",
        "Living room TV",
        "42 %",
        "3.2 MB/s",
        "48 MB",
    ]
    labels = _labels(window)
    assert "Playing 1 stream · version 1.2.3" in labels
    assert "12 GB of 50 GB used" in labels
    assert "212 GB free on the disk" in labels
    assert "http://192.168.1.20:8620" in labels
    assert "The key lies in a file." in labels


def test_a_stream_without_bytes_says_that_it_waits(window: StatusWindow) -> None:
    waiting = StreamStatus("1", "s", "TV", "Film", "WEB", _NOW, 1000, 0, 0, 0, 0, waiting=True)
    window.update_presence(Presence(Phase.RUNNING, snapshot(streams=(waiting,))))
    assert window._overview._streams._view.model().index(0, 4).data() == "Waiting…"


def test_empty_states_say_what_to_do(window: StatusWindow, qtbot: QtBot) -> None:
    window.update_presence(Presence(Phase.RUNNING, snapshot(sources=0)))
    assert any("add a magnet link" in text for text in _labels(window))
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

"""Adding to a running server: what people drop, type or open becomes a source, or they read why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.hands import named, nameless, press, words
from fakes.torrent_files import info, torrent_file
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.desktop import Desktop
from app.dialogs.add import AddDialog

_MAGNET = "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a&dn=Sintel"
_TIMEOUT_MS = 60_000


@pytest.fixture
def dialog(running: Desktop) -> AddDialog:
    QApplication.clipboard().clear()
    running.window.bring_up()
    running.window.add_wanted.emit()
    assert running.windows._add is not None
    return running.windows._add


def _type(dialog: AddDialog, field: str, text: str) -> None:
    edit = named(dialog, field)
    assert isinstance(edit, QLineEdit)
    edit.selectAll()
    QTest.keyClicks(edit, text)


def test_what_is_dropped_becomes_a_source_and_twice_is_told(running: Desktop, qtbot: QtBot) -> None:
    running.window.bring_up()
    with qtbot.waitSignal(running.adding.added, timeout=_TIMEOUT_MS):
        running.window.dropped.emit([_MAGNET])
    assert "“Sintel” was added." in words(running.window)
    with qtbot.waitSignal(running.adding.refused, timeout=_TIMEOUT_MS):
        running.window.dropped.emit([_MAGNET])
    assert any("was added before" in text for text in words(running.window))
    press(running.window, "Close the message")
    assert not any("was added before" in text for text in words(running.window))


def test_a_torrent_file_is_read_and_added(running: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "film.torrent"
    file.write_bytes(torrent_file(info(100_000)))
    with qtbot.waitSignal(running.adding.added, timeout=_TIMEOUT_MS):
        running.take([str(file)])
    assert running.window.isVisible()


@pytest.mark.parametrize("content", [None, b"no torrent"])
def test_a_file_that_is_none_is_told(running: Desktop, qtbot: QtBot, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "film.torrent"
    if content is not None:
        file.write_bytes(content)
    with qtbot.waitSignal(running.adding.refused, timeout=_TIMEOUT_MS) as signal:
        running.take([str(file)])
    assert str(tmp_path) not in signal.args[0]


def test_the_dialog_adds_under_a_title_and_closes(running: Desktop, dialog: AddDialog, qtbot: QtBot) -> None:
    _type(dialog, "Magnet link or torrent file", _MAGNET)
    _type(dialog, "Title", "A dragon")
    with qtbot.waitSignal(running.adding.added, timeout=_TIMEOUT_MS) as signal:
        press(dialog, "Add")
    assert signal.args == ["A dragon"]
    assert not dialog.isVisible()


def test_what_is_wrong_is_told_in_the_dialog_and_nothing_is_lost(
    running: Desktop, dialog: AddDialog, qtbot: QtBot
) -> None:
    _type(dialog, "Magnet link or torrent file", "magnet:?xt=urn:btih:short")
    with qtbot.waitSignal(running.adding.refused, timeout=_TIMEOUT_MS) as signal:
        press(dialog, "Add")
    assert signal.args[0] in words(dialog)
    assert "short" not in signal.args[0]
    edit = named(dialog, "Magnet link or torrent file")
    assert isinstance(edit, QLineEdit)
    assert edit.text() == "magnet:?xt=urn:btih:short"


def test_everything_has_a_name(dialog: AddDialog) -> None:
    assert nameless(dialog) == []

"""The settings dialog on a running server: what is applied, what is refused, and that nothing is lost."""

from __future__ import annotations

import socket
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes.hands import named
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.desktop import Desktop
from app.presence import Phase
from app.settings.dialog import SettingsDialog
from app.settings.general import GeneralPage

_TIMEOUT_MS = 60_000


@pytest.fixture
def desktop(running: Desktop) -> Desktop:
    running.windows.open_settings()
    return running


def _type(dialog: SettingsDialog, field: str, text: str) -> None:
    control = named(dialog, field)
    edit = control.findChild(QLineEdit) if isinstance(control, QAbstractSpinBox) else control
    assert isinstance(edit, QLineEdit)
    edit.selectAll()
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Qt.Key.Key_Tab)


def _apply(dialog: SettingsDialog) -> None:
    QTest.mouseClick(named(dialog, "Apply"), Qt.MouseButton.LeftButton)


def _problems(dialog: SettingsDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel, "problem") if label.isVisible()]


def test_what_is_applied_counts_and_is_in_the_file(desktop: Desktop, qtbot: QtBot) -> None:
    data_dir = desktop.applier.options.data_dir
    (data_dir / "settings.toml").write_text("# ours\n", "utf-8")
    first = desktop.server._run
    _type(desktop.windows.settings, "Name", "Den")
    with qtbot.waitSignal(desktop.applier.applied, timeout=_TIMEOUT_MS):
        _apply(desktop.windows.settings)
    assert desktop.server._run is not first
    assert desktop._presence.phase is Phase.RUNNING
    assert desktop.applier.settings.server.name == "Den"
    text = (data_dir / "settings.toml").read_text("utf-8")
    assert text.startswith("# ours\n")
    assert tomllib.loads(text) == {"server": {"name": "Den"}}
    assert not named(desktop.windows.settings, "Apply").isEnabled()


def test_a_busy_port_is_told_beside_the_field_and_the_server_goes_on(desktop: Desktop, qtbot: QtBot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        running, port = desktop.server._run, other.getsockname()[1]
        _type(desktop.windows.settings, "Port", str(port))
        with qtbot.waitSignal(desktop.applier.refused, timeout=_TIMEOUT_MS):
            _apply(desktop.windows.settings)
    assert [str(port) in text for text in _problems(desktop.windows.settings)] == [True]
    assert desktop.server._run is running, "it was stopped"
    assert not (desktop.applier.options.data_dir / "settings.toml").exists()
    assert named(desktop.windows.settings, "Apply").isEnabled(), "what was typed is gone"


def test_a_start_that_fails_brings_the_old_settings_back(
    desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.settings.applying.try_out", lambda *_: None)  # the port was taken a moment later
    with socket.create_server(("127.0.0.1", 0)) as other:
        _type(desktop.windows.settings, "Port", str(other.getsockname()[1]))
        with qtbot.waitSignal(desktop.applier.refused, timeout=_TIMEOUT_MS):
            _apply(desktop.windows.settings)
    assert len(_problems(desktop.windows.settings)) == 1
    assert desktop._presence.phase is Phase.RUNNING
    assert desktop.applier.settings.server.port == 0
    assert not (desktop.applier.options.data_dir / "settings.toml").exists()


def test_a_folder_that_can_t_be_used_is_told_beside_the_field(desktop: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    _type(desktop.windows.settings, "Folder for videos", str(tmp_path / "file" / "videos"))
    with qtbot.waitSignal(desktop.applier.refused, timeout=_TIMEOUT_MS):
        _apply(desktop.windows.settings)
    assert ["Nothing can be kept" in text for text in _problems(desktop.windows.settings)] == [True]


def test_changes_can_be_undone(desktop: Desktop) -> None:
    _type(desktop.windows.settings, "Name", "Den")
    assert named(desktop.windows.settings, "Apply").isEnabled()
    QTest.mouseClick(named(desktop.windows.settings, "Undo changes"), Qt.MouseButton.LeftButton)
    assert not named(desktop.windows.settings, "Apply").isEnabled()
    edit = named(desktop.windows.settings, "Name")
    assert isinstance(edit, QLineEdit)
    assert edit.text() == "Miauflix"


def test_starting_with_the_computer_takes_effect_at_once(desktop: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    entry = tmp_path / "config" / "autostart" / "miauflix.desktop"
    QTest.mouseClick(named(desktop.windows.settings, "Start with the computer"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(entry.exists, timeout=_TIMEOUT_MS)
    QTest.mouseClick(named(desktop.windows.settings, "Start with the computer"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not entry.exists(), timeout=_TIMEOUT_MS)


def test_what_was_chosen_is_not_undone_by_what_was_looked_up_before(desktop: Desktop) -> None:
    page = desktop.windows.settings.findChild(GeneralPage)
    assert page
    looked_up: list[Callable[[bool], None]] = []
    page._link = SimpleNamespace(work=lambda _, then, *__: looked_up.append(then))  # type: ignore[assignment]
    page.enter()
    QTest.mouseClick(named(desktop.windows.settings, "Start with the computer"), Qt.MouseButton.LeftButton)
    looked_up[0](False)  # noqa: FBT003 - a result, as it comes from the thread
    assert page._starts.value()
    page.enter()
    looked_up[-1](False)  # noqa: FBT003 - as above
    assert not page._starts.value()

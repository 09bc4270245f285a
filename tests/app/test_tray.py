from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.local_server import snapshot
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from app.presence import Phase, Presence, TrayState
from app.tray import Tray
from server.events import StreamStatus

_STREAM = StreamStatus("1", "s", "TV", "Film", "WEB", datetime.now(UTC), 100, 10, 10, 5, 20, waiting=False)


@pytest.fixture
def tray(icons: Path, mortal: Callable[[QObject], None]) -> Tray:
    made = Tray(icons)
    mortal(made)
    return made


def _actions(tray: Tray) -> dict[str, QAction]:
    return {
        action.text().replace("&", ""): action
        for action in tray._icon.contextMenu().actions()
        if not action.isSeparator()
    }


def test_the_menu_asks_its_owner(tray: Tray, qtbot: QtBot) -> None:
    tray.update(Presence(Phase.RUNNING, snapshot()))
    actions = _actions(tray)
    assert list(actions) == ["Open Miauflix", "Status", "Pair a device…", "Pause getting ready", "Settings…", "Quit"]
    for name, signal in (("Open Miauflix", tray.opened), ("Status", tray.status_wanted), ("Quit", tray.quitted)):
        with qtbot.waitSignal(signal):
            actions[name].trigger()


def test_pausing_turns_into_resuming(tray: Tray, qtbot: QtBot) -> None:
    tray.update(Presence(Phase.RUNNING, snapshot()))
    with qtbot.waitSignal(tray.pause_wanted) as signal:
        _actions(tray)["Pause getting ready"].trigger()
    assert signal.args == [True]
    tray.update(Presence(Phase.RUNNING, snapshot(preload_paused=True)))
    with qtbot.waitSignal(tray.pause_wanted) as signal:
        _actions(tray)["Resume getting ready"].trigger()
    assert signal.args == [False]


def test_what_makes_no_sense_is_disabled(tray: Tray) -> None:
    tray.update(Presence(Phase.STARTING))
    assert not _actions(tray)["Open Miauflix"].isEnabled()
    assert _actions(tray)["Quit"].isEnabled()
    tray.update(Presence(Phase.STOPPING))
    assert not _actions(tray)["Quit"].isEnabled()


def test_icon_and_tooltip_follow(tray: Tray) -> None:
    idle = tray._icon.icon().cacheKey()
    tray.update(Presence(Phase.RUNNING, snapshot(streams=(_STREAM,), download_rate=3_400_000)))
    assert tray.state is TrayState.STREAMING
    assert tray._icon.icon().cacheKey() != idle
    assert tray._icon.toolTip() == "Miauflix: Playing 1 stream\n↓ 3.2 MiB/s  ↑ 0 KiB/s"


def test_every_state_has_a_picture(icons: Path, tray: Tray) -> None:
    del tray
    for state in TrayState:
        assert (icons / f"tray-{state}.svg").is_file()


def test_a_click_wants_the_status(tray: Tray, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tray.status_wanted):
        tray._icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    with qtbot.waitSignal(tray.status_wanted):
        tray._icon.messageClicked.emit()
    with qtbot.assertNotEmitted(tray.status_wanted):
        tray._icon.activated.emit(QSystemTrayIcon.ActivationReason.Context)

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fakes.step_dialog import TIMEOUT_MS, press, wait_for, wait_for_problem
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.bridge import Bridge
from app.dialogs.rotate import RotateDialog
from app.server_thread import ServerThread
from server.bootstrap import running_server
from server.settings import Options


@pytest.fixture
def server(home: Options, bridge: Bridge, qtbot: QtBot) -> Iterator[ServerThread]:
    made = ServerThread(lambda options, publish: running_server(options, publish, {}), home, bridge.publish)
    ready = made.start()
    qtbot.waitUntil(ready.done, timeout=TIMEOUT_MS)
    yield made
    made.stop()
    assert made.join(30)


@pytest.mark.parametrize("key", ["torrents", "database"])
def test_a_key_is_changed_while_the_server_runs(
    key: str, bridge: Bridge, server: ServerThread, qtbot: QtBot, mortal: Callable[[QObject], None]
) -> None:
    dialog = RotateDialog(bridge, server)
    mortal(dialog)
    getattr(dialog.choice, key).setChecked(True)
    press(dialog)
    wait_for(dialog, 1, qtbot)
    assert (dialog.choice.outcome is None) is (key == "database")
    with qtbot.waitSignal(dialog.backup_wanted):
        press(dialog)


def test_without_a_server_it_says_so(
    home: Options, bridge: Bridge, qtbot: QtBot, mortal: Callable[[QObject], None]
) -> None:
    dialog = RotateDialog(bridge, ServerThread(running_server, home, bridge.publish))
    mortal(dialog)
    press(dialog)
    wait_for_problem(dialog, "not running", qtbot)


def test_a_server_that_stops_meanwhile_lets_the_dialog_go(
    bridge: Bridge, server: ServerThread, qtbot: QtBot, mortal: Callable[[QObject], None]
) -> None:
    dialog = RotateDialog(bridge, server)
    mortal(dialog)
    dialog.show()
    press(dialog)
    server.stop()
    wait_for_problem(dialog, "not running", qtbot)
    dialog.reject()
    assert not dialog.isVisible()

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from fakes.local_server import LINK, FakeServe, snapshot
from PySide6.QtCore import QObject, QUrl
from pytestqt.qtbot import QtBot

from app.desktop import Desktop
from app.presence import Phase, TrayState
from app.tray import Tray
from server.errors import PortBusyError
from server.events import StatusChanged
from server.settings import Options

Mortal = Callable[[QObject], None]


class Browser:
    """Stands for the desktop's default browser."""

    def __init__(self) -> None:
        self.urls: list[str] = []
        self.works = True

    def open(self, url: QUrl) -> bool:
        """Note the link."""
        self.urls.append(url.toString())
        return self.works


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def desktop(options: Options, serve: FakeServe, browser: Browser, qtbot: QtBot, mortal: Mortal) -> Iterator[Desktop]:
    made = Desktop(options, serve, open_url=browser.open)
    mortal(made)
    mortal(made.window)
    yield made
    _stop(made, qtbot)


def _stop(desktop: Desktop, qtbot: QtBot) -> None:
    if desktop._presence.phase is not Phase.STOPPING:
        with qtbot.waitSignal(desktop.ended, timeout=10_000):
            desktop.quit()
    assert desktop.server.join(10)
    desktop.close()


def _run(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.start()
    qtbot.waitUntil(lambda: desktop._presence.status is not None)


def test_it_starts_and_shows_the_first_snapshot(desktop: Desktop, qtbot: QtBot) -> None:
    _run(desktop, qtbot)
    assert desktop._presence.phase is Phase.RUNNING
    assert desktop.tray._icon.toolTip().startswith("Miauflix: Ready\n")
    assert not desktop.window.isVisible()


def test_snapshots_are_followed(desktop: Desktop, serve: FakeServe, qtbot: QtBot) -> None:
    _run(desktop, qtbot)
    assert serve.publish is not None
    serve.publish(StatusChanged(snapshot(download_rate=7 << 20)))
    qtbot.waitUntil(lambda: "↓ 7.0 MiB/s" in desktop.tray._icon.toolTip())


def test_open_opens_the_paired_link(desktop: Desktop, browser: Browser, qtbot: QtBot) -> None:
    _run(desktop, qtbot)
    assert browser.urls == []
    desktop.tray.opened.emit()
    qtbot.waitUntil(lambda: browser.urls == [LINK])


def test_the_demo_opens_by_itself(
    options: Options, serve: FakeServe, browser: Browser, qtbot: QtBot, mortal: Mortal
) -> None:
    desktop = Desktop(replace(options, demo=True), serve, open_url=browser.open)
    mortal(desktop)
    mortal(desktop.window)
    desktop.start()
    qtbot.waitUntil(lambda: browser.urls == [LINK])
    _stop(desktop, qtbot)


def test_without_a_browser_the_addresses_are_shown(desktop: Desktop, browser: Browser, qtbot: QtBot) -> None:
    _run(desktop, qtbot)
    browser.works = False
    desktop.window.opened.emit()
    qtbot.waitUntil(desktop.window.isVisible)


def test_a_device_that_asks_is_approved(desktop: Desktop, serve: FakeServe, qtbot: QtBot) -> None:
    _run(desktop, qtbot)
    serve.ask_in()
    qtbot.waitUntil(lambda: desktop.tray.state is TrayState.ATTENTION)
    desktop.window.approved.emit("WDJB-MJHT")
    qtbot.waitUntil(lambda: serve.server.decisions == [("approve", "WDJB-MJHT")])
    qtbot.waitUntil(lambda: desktop.tray.state is TrayState.IDLE)


def test_a_device_that_asks_is_denied(desktop: Desktop, serve: FakeServe, qtbot: QtBot) -> None:
    _run(desktop, qtbot)
    serve.ask_in()
    qtbot.waitUntil(lambda: len(desktop._presence.waiting) == 1)
    desktop.window.denied.emit("WDJB-MJHT")
    qtbot.waitUntil(lambda: serve.server.decisions == [("deny", "WDJB-MJHT")])


def test_a_device_approved_elsewhere_goes_from_the_list(desktop: Desktop, serve: FakeServe, qtbot: QtBot) -> None:
    _run(desktop, qtbot)
    serve.ask_in()
    qtbot.waitUntil(lambda: len(desktop._presence.waiting) == 1)
    serve.server.waiting.clear()
    qtbot.waitUntil(lambda: desktop._presence.waiting == (), timeout=10_000)


def test_a_decision_that_comes_too_late_is_no_error(desktop: Desktop, serve: FakeServe, qtbot: QtBot) -> None:
    _run(desktop, qtbot)
    serve.ask_in()
    qtbot.waitUntil(lambda: len(desktop._presence.waiting) == 1)
    serve.server.waiting.clear()
    desktop.window.approved.emit("WDJB-MJHT")
    qtbot.waitUntil(lambda: desktop._presence.waiting == ())
    assert serve.server.decisions == []


def test_a_failed_start_is_shown_and_can_be_repeated(desktop: Desktop, serve: FakeServe, qtbot: QtBot) -> None:
    serve.failures = [PortBusyError("Port 8620 is taken.")]
    desktop.start()
    qtbot.waitUntil(desktop.window.isVisible)
    assert desktop.tray.state is TrayState.ATTENTION
    assert desktop._presence.failure is not None
    assert desktop._presence.failure.detail == "Port 8620 is taken."
    desktop.window.retried.emit()
    qtbot.waitUntil(lambda: desktop._presence.phase is Phase.RUNNING)
    assert serve.starts == 2


def test_without_a_tray_the_window_comes_and_closing_it_quits(desktop: Desktop, serve: FakeServe, qtbot: QtBot) -> None:
    assert not Tray.is_available()
    _run(desktop, qtbot)
    qtbot.waitUntil(desktop.window.isVisible, timeout=10_000)
    with qtbot.waitSignal(desktop.ended, timeout=10_000):
        desktop.window.close()
    assert serve.stops == 1


def test_with_a_tray_closing_the_window_hides_it(
    desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tray, "is_available", staticmethod(lambda: True))
    _run(desktop, qtbot)
    desktop.window.bring_up()
    desktop.window.close()
    assert desktop._presence.phase is Phase.RUNNING
    desktop.tray.status_wanted.emit()
    assert desktop.window.isVisible()


def test_quitting_while_it_starts_breaks_off_the_start(desktop: Desktop, serve: FakeServe, qtbot: QtBot) -> None:
    serve.hold = True
    desktop.start()
    assert serve.holding.wait(10)
    with qtbot.waitSignal(desktop.ended, timeout=10_000):
        desktop.quit()
    assert serve.stops == 1

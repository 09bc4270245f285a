from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

import pytest
from fakes.local_server import snapshot
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.bridge import Bridge
from server.events import PairingRequested, Status, StatusChanged


@pytest.fixture
def bridge(mortal: Callable[[QObject], None]) -> Bridge:
    made = Bridge()
    mortal(made)
    return made


def test_of_many_snapshots_the_latest_is_shown(bridge: Bridge, qtbot: QtBot) -> None:
    seen: list[Status] = []
    bridge.status_changed.connect(seen.append)

    def publish() -> None:
        for number in range(1000):
            bridge.publish(StatusChanged(snapshot(sources=number)))

    publisher = threading.Thread(target=publish)
    publisher.start()
    publisher.join()
    qtbot.waitUntil(lambda: bool(seen))
    assert [status.sources for status in seen] == [999]


def test_each_pairing_is_shown(bridge: Bridge, qtbot: QtBot) -> None:
    requests = [PairingRequested(f"CODE-{number}", "TV", "192.168.1.2") for number in range(3)]
    seen: list[PairingRequested] = []
    bridge.pairing_requested.connect(seen.append)
    for request in requests:
        bridge.publish(request)
    qtbot.waitUntil(lambda: seen == requests)


def test_results_arrive_on_the_main_thread(bridge: Bridge, qtbot: QtBot) -> None:
    future: Future[int] = Future()
    seen: list[tuple[int, int]] = []
    bridge.deliver(future, lambda result: seen.append((result, threading.get_ident())))
    threading.Thread(target=future.set_result, args=(7,)).start()
    qtbot.waitUntil(lambda: seen == [(7, threading.get_ident())])


def test_errors_take_the_other_way(bridge: Bridge, qtbot: QtBot) -> None:
    future: Future[int] = Future()
    results: list[int] = []
    errors: list[BaseException] = []
    bridge.deliver(future, results.append, errors.append)
    future.set_exception(ValueError("no"))
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], ValueError)
    assert results == []


def test_an_error_that_nobody_takes_is_logged(bridge: Bridge, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    future: Future[int] = Future()
    bridge.deliver(future, lambda _: None)
    future.set_exception(ValueError("no"))
    qtbot.waitUntil(lambda: "A request to the server failed" in caplog.text)


def test_a_cancelled_future_calls_nobody(bridge: Bridge, qtbot: QtBot) -> None:
    cancelled: Future[int] = Future()
    done: Future[int] = Future()
    seen: list[object] = []
    bridge.deliver(cancelled, seen.append, seen.append)
    bridge.deliver(done, seen.append)
    cancelled.cancel()
    done.set_result(1)
    qtbot.waitUntil(lambda: seen == [1])


def test_a_listener_hears_other_threads_on_the_main_one_in_order(bridge: Bridge, qtbot: QtBot) -> None:
    heard: list[tuple[int, bool]] = []
    tell = bridge.relay(lambda number: heard.append((number, threading.current_thread() is threading.main_thread())))
    thread = threading.Thread(target=lambda: [tell(number) for number in range(3)])
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: heard == [(0, True), (1, True), (2, True)])

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError

import pytest
from fakes.local_server import LINK, FakeServe

from app.local_server import LocalServer
from app.server_thread import ServerNotRunningError, ServerThread
from server.errors import PairingNotFoundError, PortBusyError
from server.events import Event, StatusChanged
from server.settings import Options

_SOON = 10.0


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def thread(serve: FakeServe, options: Options, events: list[Event]) -> Iterator[ServerThread]:
    server = ServerThread(serve, options, events.append)
    yield server
    server.stop()
    assert server.join(_SOON)


def test_start_gives_the_addresses_and_stop_ends_the_thread(thread: ServerThread, serve: FakeServe) -> None:
    before = threading.active_count()
    assert thread.start().result(_SOON) == ("http://192.168.1.20:8620",)
    assert threading.active_count() == before + 1
    thread.stop().result(_SOON)
    assert thread.join(_SOON)
    assert serve.stops == 1
    assert threading.active_count() == before


def test_calls_run_on_the_servers_thread(thread: ServerThread, serve: FakeServe) -> None:
    thread.start().result(_SOON)
    assert thread.call(lambda server: server.pairing_link()).result(_SOON) == LINK
    assert serve.server.threads.isdisjoint({threading.get_ident()})


def test_errors_of_calls_come_back(thread: ServerThread) -> None:
    thread.start().result(_SOON)
    with pytest.raises(PairingNotFoundError):
        thread.call(lambda server: server.approve("none")).result(_SOON)


def test_events_arrive_from_the_servers_thread(thread: ServerThread, serve: FakeServe, events: list[Event]) -> None:
    thread.start().result(_SOON)
    assert serve.publish is not None
    serve.publish(StatusChanged(serve.server.current))
    assert events == [StatusChanged(serve.server.current)]


def test_a_failed_start_keeps_its_type_and_may_be_repeated(thread: ServerThread, serve: FakeServe) -> None:
    serve.failures = [PortBusyError("taken")]
    with pytest.raises(PortBusyError, match="taken"):
        thread.start().result(_SOON)
    thread.stop().result(_SOON)
    assert thread.start().result(_SOON)


def test_starting_twice_is_refused(thread: ServerThread) -> None:
    thread.start().result(_SOON)
    with pytest.raises(RuntimeError, match="already"):
        thread.start()


def test_a_stop_breaks_off_a_start(thread: ServerThread, serve: FakeServe) -> None:
    serve.hold = True
    ready = thread.start()
    assert serve.holding.wait(_SOON)
    thread.stop()
    thread.stop().result(_SOON)
    with pytest.raises(CancelledError):
        ready.result(_SOON)
    assert serve.stops == 1


def test_a_stop_at_once_after_start_is_heeded(thread: ServerThread) -> None:
    thread.start()
    thread.stop().result(_SOON)
    assert thread.join(_SOON)


def test_a_stop_breaks_calls_off_before_the_server_goes(thread: ServerThread, serve: FakeServe) -> None:
    thread.start().result(_SOON)
    entered = threading.Event()
    stops_seen: list[int] = []

    async def forever(_: LocalServer) -> None:
        entered.set()
        try:
            await asyncio.Event().wait()
        finally:
            stops_seen.append(serve.stops)

    call = thread.call(forever)
    assert entered.wait(_SOON)
    thread.stop().result(_SOON)
    with pytest.raises(ServerNotRunningError):
        call.result(_SOON)
    assert stops_seen == [0]


def test_calls_without_a_server_fail(thread: ServerThread) -> None:
    with pytest.raises(ServerNotRunningError):
        thread.call(lambda server: server.status()).result(_SOON)
    thread.start().result(_SOON)
    thread.stop().result(_SOON)
    with pytest.raises(ServerNotRunningError):
        thread.call(lambda server: server.status()).result(_SOON)


def test_fifty_lives_leave_no_thread(thread: ServerThread, serve: FakeServe) -> None:
    before = threading.active_count()
    for _ in range(50):
        thread.start().result(_SOON)
        thread.stop().result(_SOON)
        assert thread.join(_SOON)
    assert (serve.starts, serve.stops) == (50, 50)
    assert threading.active_count() == before

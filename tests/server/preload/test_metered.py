"""NetworkManager's word over a real bus; NetworkManager itself is played here."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from server.preload.metered import MeteredNetwork

if sys.platform == "linux":
    from jeepney import DBusAddress, HeaderFields, MessageType, new_method_return, new_signal
    from jeepney.bus_messages import message_bus
    from jeepney.io.asyncio import DBusConnection, DBusRouter, Proxy, open_dbus_connection

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has NetworkManager")

PATH, NAME = "/org/freedesktop/NetworkManager", "org.freedesktop.NetworkManager"
UNKNOWN, YES, NO, GUESS_YES, GUESS_NO = range(5)


@pytest.fixture(autouse=True)
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    """Run a bus that passes for the system's."""
    if shutil.which("dbus-daemon") is None and os.environ.get("CI") != "true":
        pytest.skip("dbus-daemon is not installed")
    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", process.stdout.readline().strip())
        try:
            yield process
        finally:
            process.kill()


class Manager:
    """NetworkManager, as far as anybody asks it here."""

    def __init__(self, connection: DBusConnection) -> None:
        self.metered = UNKNOWN
        self._connection = connection

    async def answer(self) -> None:
        while True:
            message = await self._connection.receive()
            if message.header.message_type is MessageType.method_call:
                assert message.header.fields[HeaderFields.member] == "Get"
                assert message.body == (NAME, "Metered")
                await self._connection.send(new_method_return(message, "v", (("u", self.metered),)))

    async def say(self, metered: int) -> None:
        self.metered = metered
        address = DBusAddress(PATH, interface="org.freedesktop.DBus.Properties")
        body: tuple[Any, ...] = (NAME, {"Metered": ("u", metered)}, [])
        await self._connection.send(new_signal(address, "PropertiesChanged", "sa{sv}as", body))


@contextlib.asynccontextmanager
async def manager(metered: int) -> AsyncIterator[Manager]:
    async with await open_dbus_connection("SYSTEM") as connection:
        async with DBusRouter(connection) as router:
            await Proxy(message_bus, router).RequestName(NAME)
        managing = Manager(connection)
        managing.metered = metered
        task = asyncio.create_task(managing.answer())
        try:
            yield managing
        finally:
            task.cancel()
            await asyncio.wait({task})


class Watcher:
    """Waits for a change of mind."""

    def __init__(self) -> None:
        self.network = MeteredNetwork()
        self._changed = asyncio.Event()

    @property
    def changed(self) -> Callable[[], None]:
        return self._changed.set

    async def until(self, *, metered: bool) -> None:
        async with asyncio.timeout(20):
            while self.network.is_metered is not metered:
                self._changed.clear()
                await self._changed.wait()


async def test_it_follows_what_network_manager_says() -> None:
    watcher = Watcher()
    async with manager(YES) as managing, watcher.network.watched(watcher.changed):
        await watcher.until(metered=True)
        await managing.say(NO)
        await watcher.until(metered=False)
        await managing.say(GUESS_YES)
        await watcher.until(metered=True)
        await managing.say(GUESS_NO)
        await watcher.until(metered=False)


async def test_a_network_manager_that_comes_and_goes_is_noticed() -> None:
    watcher = Watcher()
    async with watcher.network.watched(watcher.changed):
        async with manager(YES):
            await watcher.until(metered=True)
        await watcher.until(metered=False)


async def test_without_a_bus_the_network_is_not_metered(
    monkeypatch: pytest.MonkeyPatch, bus: subprocess.Popen[str]
) -> None:
    watcher = Watcher()
    monkeypatch.setattr("server.preload.metered._LOOK_EVERY", 0.1)
    async with manager(YES), watcher.network.watched(watcher.changed):
        await watcher.until(metered=True)
        bus.kill()
        await watcher.until(metered=False)

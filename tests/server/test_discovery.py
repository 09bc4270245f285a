from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from typing import Any

import fakes.mdns
import pytest
from fakes.mdns import PTR, SRV, TXT, A
from hypothesis import given
from hypothesis import strategies as st

from server.discovery import Interface, IPAddress, Service, _instance_name, advertise, interfaces, reachable, urls
from server.events import NoticeCode

SERVICE = Service(name="Living Room", id="0b5c9e1c", version="1.2.3", port=48620)
MIAUFLIX = "Living Room._miauflix._tcp.local"
HTTP = "Living Room._http._tcp.local"
LOOPBACK: tuple[IPAddress, ...] = (IPv4Address("127.0.0.1"),)

Record = dict[str, Any]


class Client:
    """The mDNS client's process, and all that it said so far."""

    def __init__(self, lines: asyncio.StreamReader) -> None:
        self._lines = lines
        self._heard: list[Record] = []

    async def hears(self, **wanted: object) -> Record:
        """Return the first record, from the start on, that has the wanted fields."""
        for record in self._heard:
            if wanted.items() <= record.items():
                return record
        while True:
            async with asyncio.timeout(20):
                heard: Record = json.loads(await self._lines.readline())
            self._heard.append(heard)
            if wanted.items() <= heard.items():
                return heard

    def forget(self) -> None:
        self._heard.clear()


@contextlib.asynccontextmanager
async def client(*arguments: str) -> AsyncIterator[Client]:
    program = str(Path(fakes.mdns.__file__))
    process = await asyncio.create_subprocess_exec(sys.executable, program, *arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield Client(process.stdout)
    finally:
        process.kill()
        await process.communicate()


def browser() -> contextlib.AbstractAsyncContextManager[Client]:
    return client("_miauflix._tcp.local", "_http._tcp.local")


async def test_another_program_finds_both_services_and_sees_them_go() -> None:
    async with browser() as heard:
        async with advertise(SERVICE, lambda: LOOPBACK):
            await heard.hears(type=PTR, name="_miauflix._tcp.local", target=MIAUFLIX)
            await heard.hears(type=PTR, name="_http._tcp.local", target=HTTP)
            for name in (MIAUFLIX, HTTP):
                where = await heard.hears(type=SRV, name=name, port=48620)
                assert where["target"] == "miauflix.local"
            await heard.hears(type=A, name="miauflix.local", address="127.0.0.1")
            text = (await heard.hears(type=TXT, name=MIAUFLIX))["text"]
            assert text == {
                "txtvers": "1",
                "id": "0b5c9e1c",
                "v": "1.2.3",
                "path": "/",
                "api": "/api",
                "auth": "pair",
            }
            assert (await heard.hears(type=TXT, name=HTTP))["text"] == {"path": "/"}
            heard.forget()
        await heard.hears(type=PTR, target=MIAUFLIX, ttl=0)
        await heard.hears(type=PTR, target=HTTP, ttl=0)


async def test_changed_addresses_are_announced_and_the_old_ones_withdrawn() -> None:
    current = [LOOPBACK]
    async with browser() as heard, advertise(SERVICE, lambda: current[0], interval=0.05):
        await heard.hears(type=A, name="miauflix.local", address="127.0.0.1")
        heard.forget()
        current[0] = (IPv4Address("127.0.0.2"),)
        await heard.hears(type=A, name="miauflix.local", address="127.0.0.1", ttl=0)
        await heard.hears(type=A, name="miauflix.local", address="127.0.0.2")
        await heard.hears(type=SRV, name=MIAUFLIX, target="miauflix.local")


async def test_a_host_name_that_another_machine_has_is_left_to_it() -> None:
    async with client("--claim", "miauflix.local", "198.51.100.7") as other:
        await other.hears(claimed="miauflix.local")
        async with advertise(SERVICE, lambda: LOOPBACK) as discovery:
            await discovery.settled.wait()
            assert discovery.host_name == "miauflix-2.local"
            async with browser() as heard:
                await heard.hears(type=SRV, name=MIAUFLIX, target="miauflix-2.local")
                await heard.hears(type=A, name="miauflix-2.local", address="127.0.0.1")


async def test_a_host_name_that_another_machine_takes_later_is_given_up() -> None:
    async with advertise(SERVICE, lambda: LOOPBACK, interval=0.05) as discovery:
        await discovery.settled.wait()
        assert discovery.host_name == "miauflix.local"
        async with client("--claim", "miauflix.local", "198.51.100.7"), browser() as heard:
            await heard.hears(type=SRV, name=MIAUFLIX, target="miauflix-2.local")


async def test_failing_becomes_a_notice_and_is_tried_again() -> None:
    attempts = 0

    def addresses() -> tuple[IPAddress, ...]:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise OSError(101, "Network is unreachable")
        return LOOPBACK

    async with browser() as heard, advertise(SERVICE, addresses, interval=0.05) as discovery:
        await discovery.settled.wait()
        (notice,) = discovery.notices
        assert notice.code is NoticeCode.DISCOVERY_OFF
        assert "Network is unreachable" in notice.text
        await heard.hears(type=SRV, name=MIAUFLIX, port=48620)
        await heard.hears(type=A, name="miauflix.local", address="127.0.0.1")
    assert discovery.host_name is None


async def test_ending_does_not_wait_for_the_announcement() -> None:
    async with asyncio.timeout(5):
        async with advertise(SERVICE, lambda: LOOPBACK):
            pass
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "discovery"]


async def test_a_name_with_dots_is_found() -> None:
    service = Service(name="Anna's TV. Upstairs 🐈", id="x", version="1", port=48621)
    async with browser() as heard, advertise(service, lambda: LOOPBACK):
        await heard.hears(type=SRV, name="Anna's TV  Upstairs 🐈._miauflix._tcp.local", port=48621)


@given(st.text(max_size=40))
def test_any_name_becomes_one_label(name: str) -> None:
    label = _instance_name(name)
    assert 0 < len(label.encode()) <= 60
    assert label.isprintable()
    assert "." not in label


def found(*lines: str) -> list[Interface]:
    pairs = [line.split() for line in lines]
    return [Interface(name, ip_address(address)) for name, address in pairs]


@pytest.mark.parametrize(
    ("host", "present", "expected"),
    [
        ("0.0.0.0", ["lo 127.0.0.1", "eth0 192.168.1.7", "eth0 fe80::1", "eth0 fd00::7"], ["192.168.1.7"]),
        ("0.0.0.0", ["eth0 9.9.9.9", "wlan0 10.0.0.4"], ["10.0.0.4", "9.9.9.9"]),
        ("0.0.0.0", ["wg0 10.8.0.2", "eth0 192.168.1.7"], ["192.168.1.7", "10.8.0.2"]),
        ("0.0.0.0", ["docker0 172.17.0.1", "br-0123456789ab 172.18.0.1", "veth1 169.254.3.4"], ["127.0.0.1"]),
        ("0.0.0.0", ["br-lan 192.168.1.1", "virbr0 192.168.122.1"], ["192.168.1.1"]),
        ("0.0.0.0", ["eth0 192.168.1.7", "eth0:1 192.168.1.7"], ["192.168.1.7"]),
        ("0.0.0.0", ["lo 127.0.0.1"], ["127.0.0.1"]),
        (
            "::",
            ["eth0 2001:db8::7", "eth0 fe80::1", "eth0 fd00::7", "eth0 192.168.1.7"],
            ["192.168.1.7", "2001:db8::7", "fd00::7"],
        ),
        ("::", ["tun0 10.8.0.2", "eth0 2a00::7", "eth0 fd00::7"], ["fd00::7", "2a00::7", "10.8.0.2"]),
        ("::", [], ["127.0.0.1"]),
        ("127.0.0.1", ["eth0 192.168.1.7"], ["127.0.0.1"]),
        ("localhost", ["eth0 192.168.1.7"], ["127.0.0.1"]),
        ("192.168.1.7", ["eth0 192.168.1.7", "wlan0 10.0.0.4"], ["192.168.1.7"]),
        ("box.example", ["eth0 192.168.1.7"], ["192.168.1.7"]),
    ],
)
def test_addresses_for_people(host: str, present: list[str], expected: list[str]) -> None:
    assert [str(address) for address in reachable(host, found(*present))] == expected


@given(st.lists(st.builds(Interface, st.sampled_from(["lo", "eth0", "docker0", "tun0"]), st.ip_addresses())))
def test_there_is_always_an_address_and_never_one_of_no_use(present: list[Interface]) -> None:
    addresses = reachable("0.0.0.0", present)
    assert addresses
    assert len(set(addresses)) == len(addresses)
    assert not any(address.is_link_local or address.is_multicast or address.version == 6 for address in addresses)


def test_urls_are_what_a_browser_takes() -> None:
    addresses = [ip_address("192.168.1.7"), ip_address("fd00::7")]
    assert urls(addresses, 8620) == ("http://192.168.1.7:8620", "http://[fd00::7]:8620")


def test_the_machine_has_a_loopback_address() -> None:
    assert ip_address("127.0.0.1") in {interface.address for interface in interfaces()}

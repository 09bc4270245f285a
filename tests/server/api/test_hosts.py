from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.api.hosts import is_own_host, own_names

NAMES = own_names("Living-Room.lan")


@pytest.mark.parametrize(
    "header",
    [
        "192.168.1.10:8620",
        "127.0.0.1:8620",
        "[::1]:8620",
        "[fe80::1:2]:8620",
        "localhost:8620",
        "LOCALHOST:8620",
        "localhost.:8620",
        "miauflix.local:8620",
        "miauflix-2.local:8620",
        "living-room.local:8620",
        "living-room-3.local.:8620",
        "Living-Room:8620",
        "living-room.lan:8620",
    ],
)
def test_own_names_and_addresses_pass(header: str) -> None:
    assert is_own_host(header, 8620, NAMES)


@pytest.mark.parametrize(
    "header",
    [
        "",
        ":8620",
        "192.168.1.10",
        "192.168.1.10:80",
        "192.168.1.10:8620:8620",
        "192.168.1.10:86200",
        "evil.example:8620",
        "192.168.1.10.evil.example:8620",
        "miauflix.local.evil.example:8620",
        "local:8620",
        ".local:8620",
        "evil.local:8620",
        "miauflix-.local:8620",
        "miauflix-1234.local:8620",
        "miauflix-2:8620",
        "evil.miauflix.local:8620",
        "living-room.home:8620",
        "evillocalhost:8620",
        "living-room.evil.example:8620",
        "2130706433:8620",
        "0x7f.1:8620",
        "127.1:8620",
        "[127.0.0.1]:8620",
        "::1:8620",
        "localhost:8620@evil.example",
        "user@localhost:8620",
        "localhost:8620/",
        "localhost :8620",
        "localhost:8620\n",
        "١٢٧.0.0.1:8620",
        "localhost:٨٦٢٠",
    ],
)
def test_foreign_and_strange_ones_do_not(header: str) -> None:
    assert not is_own_host(header, 8620, NAMES)


@pytest.mark.parametrize(
    ("host_name", "names"),
    [
        ("box", {"box", "miauflix"}),
        ("Annas-Mac.local", {"annas-mac", "miauflix"}),
        ("box.fritz.box", {"box.fritz.box", "box", "miauflix"}),
        ("localhost", {"miauflix"}),
        ("", {"miauflix"}),
    ],
)
def test_the_names_of_a_machine(host_name: str, names: set[str]) -> None:
    assert own_names(host_name) == names


def test_without_a_port_the_port_of_http_is_meant() -> None:
    assert is_own_host("192.168.1.10", 80, NAMES)


@given(st.ip_addresses())
def test_every_address_passes(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    host = f"[{address}]" if address.version == 6 else str(address)
    assert is_own_host(f"{host}:8620", 8620, NAMES)


@given(st.text())
def test_no_text_makes_it_fail(header: str) -> None:
    is_own_host(header, 8620, NAMES)


@given(st.from_regex(r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,20})*\.(com|net|example)", fullmatch=True))
def test_no_public_name_passes(name: str) -> None:
    assert not is_own_host(f"{name}:8620", 8620, NAMES)

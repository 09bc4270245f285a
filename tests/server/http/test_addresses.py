from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.http.addresses import is_local_host, is_public, parse

PUBLIC = ["1.1.1.1", "207.241.224.2", "2606:4700::1111", "64:ff9b::1.1.1.1", "2002:101:101::", "::ffff:8.8.8.8"]
REFUSED = [
    *("127.0.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "255.255.255.255", "224.0.0.251", "233.252.0.1", "192.0.2.1", "198.18.0.1", "240.0.0.1"),
    *("::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::fb", "ff0e::1", "2001:db8::1"),
    # addresses with another inside
    *("::ffff:127.0.0.1", "::ffff:192.168.0.1", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::"),
    *("2002:c0a8:101::1", "2001:0:7f00:1::"),
]


@pytest.mark.parametrize("text", PUBLIC)
def test_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", REFUSED)
def test_not_public(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


@given(st.ip_addresses(v=4, network="192.168.0.0/16") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_no_wrapping_makes_a_private_address_public(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    wrapped = [(0xFFFF << 32) + number, (0x64FF9B << 96) + number, (0x2002 << 112) + (number << 80)]
    assert not any(is_public(ipaddress.IPv6Address(each)) for each in [*wrapped])


def test_a_zone_is_no_way_round() -> None:
    address = parse("fe80::1%eth0")
    assert address is not None
    assert not is_public(address)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        *[
            (host, True)
            for host in ("localhost", "nas", "nas.lan", "jackett.local.", "192.168.1.4", "::1", "x.home.arpa")
        ],
        *[(host, False) for host in ("archive.org", "1.1.1.1", "lan.example", "2606:4700::1111")],
    ],
)
def test_which_hosts_are_of_the_own_network(host: str, local: bool) -> None:  # noqa: FBT001 - a table
    assert is_local_host(host) is local

"""Which network addresses count as public: pure, no I/O."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL_NAMES = (".local", ".lan", ".home", ".internal", ".localhost", ".home.arpa", ".localdomain")


def is_public(address: IPAddress) -> bool:
    """Whether the address is of the public internet, and so is each IPv4 address that is wrapped up in it."""
    return all(inner.is_global and not inner.is_multicast for inner in _unwrapped(address))


def parse(host: str) -> IPAddress | None:
    """Return the address that a URL's host is; None when it is a name."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def is_local_host(host: str) -> bool:
    """Whether a URL's host looks like one of the own network, so that it says nothing about the internet."""
    address = parse(host)
    if address is not None:
        return not is_public(address)
    name = host.rstrip(".").lower()
    return "." not in name or name.endswith(_LOCAL_NAMES)


def _unwrapped(address: IPAddress) -> Iterator[IPAddress]:
    if isinstance(address, ipaddress.IPv4Address):
        yield address
    elif address.ipv4_mapped:
        yield address.ipv4_mapped
    else:
        yield address
        if address.sixtofour:
            yield address.sixtofour
        if address.teredo:
            yield from address.teredo
        if address in _NAT64:
            yield ipaddress.IPv4Address(address.packed[-4:])

"""Which ``Host`` headers are this server's own: the defence against DNS rebinding. Pure.

A page of another site can point its own name at this machine; the browser then takes both for one origin. Its name in
the ``Host`` header gives it away: addresses in digits and the own names can't be pointed anywhere.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection

_HOST = re.compile(r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::(?P<port>[0-9]{1,5}))?", re.ASCII)
_LOCAL = ".local"
_NUMBER = re.compile(r"-[0-9]{1,3}\Z", re.ASCII)
_HTTP_PORT = 80


def own_names(host_name: str) -> frozenset[str]:
    """Return the names under which a machine with this host name may be asked for."""
    full = host_name.lower().removesuffix(_LOCAL)
    return frozenset({full, full.partition(".")[0], "miauflix"} - {"", "localhost"})


def is_own_host(header: str, port: int, names: Collection[str]) -> bool:
    """Return whether ``header`` names this server, listening on ``port``.

    Taken are addresses in digits, ``localhost`` and ``names`` (lower case) with the port; the latter also under
    ``.local``, with the number that multicast DNS appends when two machines have the same.
    """
    match = _HOST.fullmatch(header)
    if match is None or int(match["port"] or _HTTP_PORT) != port:
        return False
    if match["ipv6"] is not None:
        return _is_address(match["ipv6"], 6)
    name = match["name"].lower().removesuffix(".")
    if name.endswith(_LOCAL):
        label = name.removesuffix(_LOCAL)
        return label in names or _NUMBER.sub("", label) in names
    return name in names or name == "localhost" or _is_address(name, 4)


def _is_address(text: str, version: int) -> bool:
    try:
        return ipaddress.ip_address(text).version == version
    except ValueError:
        return False

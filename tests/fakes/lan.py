"""A local network on one machine: network namespaces as computers, a bridge in one of its own as the switch."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

NET_ADMIN, SYS_ADMIN = 12, 21
"""Capabilities that it takes, as bits."""


def ip(*words: str) -> None:
    """Run iproute2."""
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 0, done.stderr


def obstacle() -> str | None:
    """Return why there can be no such network here; None when it should work."""
    if shutil.which("ip") is None:
        return "iproute2 is not installed"
    status = Path("/proc/self/status").read_text("ascii")
    capabilities = int(status.partition("CapEff:")[2].split()[0], 16)
    if os.geteuid() or not all(capabilities >> bit & 1 for bit in (NET_ADMIN, SYS_ADMIN)):
        return "making network namespaces is not permitted"
    return None


class Computer:
    """A namespace with its own interfaces, addresses and loopback."""

    def __init__(self, name: str) -> None:
        self.name = name

    def command(self, *words: str) -> list[str]:
        """Return the command that runs the words on this computer."""
        return ["ip", "netns", "exec", self.name, *words]

    def ip(self, *words: str) -> None:
        """Run iproute2 on this computer."""
        ip("-n", self.name, *words)

    def add_address(self, interface: str, address: str) -> None:
        """Give an interface an address, good at once."""
        self.ip("address", "add", address, "dev", interface, *(["nodad"] if ":" in address else []))

    def remove_addresses(self, interface: str) -> None:
        """Take all addresses from an interface."""
        self.ip("address", "flush", "dev", interface)


class Lan:
    """Computers, and the switches that they are plugged into."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._stack = contextlib.ExitStack()

    def computer(self, name: str) -> Computer:
        """Set up a computer without a network."""
        full = f"{self._label}-{name}"
        ip("netns", "add", full)
        self._stack.callback(ip, "netns", "del", full)
        computer = Computer(full)
        computer.ip("link", "set", "lo", "up")
        return computer

    def switch(self, name: str, *computers: Computer) -> None:
        """Plug computers into a switch; each gets an interface of its name."""
        switch = self.computer(f"switch-{name}")
        switch.ip("link", "add", "bridge", "type", "bridge", "mcast_snooping", "0")
        switch.ip("link", "set", "bridge", "up")
        for number, computer in enumerate(computers):
            port = f"port{number}"
            computer.ip("link", "add", name, "type", "veth", "peer", "name", port, "netns", switch.name)
            switch.ip("link", "set", port, "master", "bridge", "up")
            computer.ip("link", "set", name, "up")

    def close(self) -> None:
        self._stack.close()


@contextlib.contextmanager
def made_lan() -> Iterator[Lan]:
    """Make networks that are gone at the end."""
    lan = Lan(f"miauflix-{os.getpid()}")
    try:
        yield lan
    finally:
        lan.close()

"""A network namespace with nothing but loopback: whatever a contestant would like to tell the world stays here."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys

_MARK = "MIAUFLIX_BENCH_ISOLATED"
_GET_FLAGS, _SET_FLAGS, _SET_MTU, _UP = 0x8913, 0x8914, 0x8922, 0x1

_ETHERNET = 1500
"""Bytes of a packet on the networks that people have. No block of 16 KiB fills one of loopback's 65536, so that Nagle's
algorithm holds nearly all that peers write until what was written before is acknowledged, for 40 ms at a time."""


def inside() -> bool:
    """Whether this program was started again already, and nothing beyond loopback can be reached."""
    return _MARK in os.environ


def enter(module: str) -> str:
    """Start this program again in a namespace of its own, or return why that is not possible; nothing when inside."""
    if inside():
        _raise_loopback()
        return ""
    if shutil.which("unshare") is None:
        return "unshare is not installed"
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    prefix = ["unshare", *user, "--net", "--"]
    if subprocess.call([*prefix, "true"], stderr=subprocess.DEVNULL):
        return "the kernel allows no network namespaces"
    environment = {**os.environ, _MARK: "1"}
    return os.execvpe("unshare", [*prefix, sys.executable, "-P", "-m", module, *sys.argv[1:]], environment)


def _raise_loopback() -> None:
    """Let loopback carry packets, of the size that an Ethernet's have."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(any_socket, _GET_FLAGS, request))[1]
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))
        fcntl.ioctl(any_socket, _SET_MTU, struct.pack("16si12x", b"lo", _ETHERNET))

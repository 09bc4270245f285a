"""A measuring client: blocking sockets, one buffer that is used again, and clocks."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 60.0
"""Seconds that any single wait for bytes may take."""

_AT_MOST = 300.0  # seconds that any measurement may take as a whole
_BUFFER = 512 << 10


class BenchError(Exception):
    """A contestant did not do what was asked of it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A video behind an URL."""

    port: int
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def ask(self, connection: socket.socket, *, method: str = "GET", start: int = 0) -> None:
        lines = [f"{method} {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Connection: close"]
        lines += [f"Range: bytes={start}-", *(f"{name}: {value}" for name, value in self.headers.items())]
        connection.sendall("\r\n".join([*lines, "", ""]).encode())


class Body:
    """The bytes of an answer, once its headers are read. Raises BenchError, TimeoutError."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._early = b""
        self._left = self._read_head()

    def _read_head(self) -> int:
        head = b""
        while b"\r\n\r\n" not in head:
            data = self._connection.recv(65536)
            if not data:
                raise BenchError("The connection was closed in the middle of the headers.")
            head += data
        head, _, self._early = head.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        if status.split()[1] not in {"200", "206"}:
            raise BenchError(f"Answered {status}: {self._early[:200]!r}")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return int(headers["content-length"])

    def read_into(self, buffer: memoryview) -> int:
        """Fill the buffer with what is there, at least a byte; 0 at the end."""
        if self._early:
            count = min(len(self._early), len(buffer))
            buffer[:count] = self._early[:count]
            self._early = self._early[count:]
        elif self._left:
            count = self._connection.recv_into(buffer, min(len(buffer), self._left))
            if not count:
                raise BenchError(f"The answer ended {self._left} bytes early.")
        else:
            return 0
        self._left -= count
        return count

    def wait_at_most(self, seconds: float) -> None:
        """Set how long a read may wait."""
        self._connection.settimeout(seconds)


@contextlib.contextmanager
def opened(target: Target, start: int = 0, *, receive_buffer: int = 0) -> Iterator[Body]:
    """Ask for the video from ``start`` on; a receive buffer of 0 leaves its size to the kernel."""
    with socket.socket() as connection:
        connection.settimeout(PATIENCE)
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.connect(("127.0.0.1", target.port))
        target.ask(connection, start=start)
        yield Body(connection)


def head(target: Target) -> None:
    """Ask for the size only; whoever answers has joined the swarm."""
    with socket.create_connection(("127.0.0.1", target.port), timeout=PATIENCE) as connection:
        target.ask(connection, method="HEAD")
        Body(connection)


def first_byte(target: Target, start: int = 0, *, enough: int = 1) -> float:
    """Seconds from the request until ``enough`` bytes are there."""
    began = time.perf_counter()
    _receive(target, start, enough)
    return time.perf_counter() - began


def through(target: Target, size: int) -> float:
    """Seconds from the request until the last of ``size`` bytes is there."""
    began = time.perf_counter()
    _receive(target, 0, size)
    return time.perf_counter() - began


def compare(target: Target, film: Path, start: int, size: int) -> None:
    """Raise BenchError when the ``size`` bytes from ``start`` on are not those of the film."""
    received = memoryview(bytearray(size))
    got = 0
    with opened(target, start) as body:
        while got < size and (count := body.read_into(received[got:])):
            got += count
    with film.open("rb") as file:
        file.seek(start)
        if file.read(size) != received:
            raise BenchError(f"Sent wrong bytes at {start}.")


def _receive(target: Target, start: int, enough: int) -> None:
    """Read at least ``enough`` bytes from ``start`` on and forget them."""
    buffer, got, latest = memoryview(bytearray(_BUFFER)), 0, time.perf_counter() + _AT_MOST
    with opened(target, start) as body:
        while got < enough:
            count = body.read_into(buffer)
            if not count:
                raise BenchError(f"Sent {got} bytes of {enough}.")
            if time.perf_counter() > latest:
                raise BenchError(f"Sent {got} bytes of {enough} within {_AT_MOST:.0f} s.")
            got += count

"""The least HTTP client there is: sends header values that decent clients refuse to, and costs next to nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    """By lower-case name."""
    body: bytes


class RawClient:
    """One connection that is kept alive."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        self._reader = reader
        self._writer = writer
        self._head = head

    async def get(self, path: str, **headers: bytes) -> Answer:
        """Send a GET; ``_`` in the names of headers stands for ``-``."""
        lines = b"".join(name.replace("_", "-").encode() + b": " + value + b"\r\n" for name, value in headers.items())
        self._writer.write(b"GET " + path.encode() + b" HTTP/1.1\r\n" + self._head + lines + b"\r\n")
        first, *rest = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        answered = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest if line)}
        body = await self._reader.readexactly(int(answered["content-length"]))
        return Answer(int(first.split()[1]), answered, body)


@contextlib.asynccontextmanager
async def raw_client(port: int, **headers: str) -> AsyncIterator[RawClient]:
    """Connect to a port of this machine; ``headers`` go with each request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = {"Host": f"127.0.0.1:{port}"} | headers
    try:
        yield RawClient(reader, writer, "".join(f"{name}: {value}\r\n" for name, value in head.items()).encode())
    finally:
        writer.close()
        await writer.wait_closed()

"""Real players without a window, driven from outside: mpv over its JSON socket, VLC over its remote control."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

MPV = shutil.which("mpv")
VLC = shutil.which("vlc")

_NUMBER = re.compile(rb"^(?:> )*(\d+)\s*$")


class Mpv:
    """mpv, asked over its JSON socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, *command: object) -> None:
        self._writer.write(json.dumps({"command": command}).encode() + b"\n")

    async def message(self) -> dict[str, Any]:
        line = await self._reader.readline()
        assert line, "mpv has ended"
        return dict(json.loads(line))

    async def reach(self, seconds: float) -> float:
        """Wait until the position is at or beyond ``seconds``; return it."""
        while True:
            said = await self.message()
            assert said.get("event") != "end-file", said
            if said.get("name") == "time-pos" and (said.get("data") or -1) >= seconds:
                return float(said["data"])


@contextlib.asynccontextmanager
async def running_mpv(folder: Path, address: str) -> AsyncIterator[Mpv]:
    """Start mpv without a window on a video or playlist, paused until it is told to play."""
    assert MPV, "mpv is not installed"
    ours, theirs = socket.socketpair()
    quiet = ["--no-config", "--no-terminal", "--vo=null", "--ao=null", "--load-scripts=no", "--ytdl=no"]
    with theirs:
        process = await asyncio.create_subprocess_exec(
            MPV,
            *quiet,
            "--pause",
            "--idle=yes",
            f"--input-ipc-client=fd://{theirs.fileno()}",
            pass_fds=[theirs.fileno()],
            env=os.environ | {"HOME": str(folder)},
        )
    reader, writer = await asyncio.open_unix_connection(sock=ours)
    try:
        mpv = Mpv(reader, writer)
        mpv.send("observe_property", 1, "time-pos")
        mpv.send("loadlist" if address.endswith(".m3u") else "loadfile", address)
        yield mpv
    finally:
        writer.close()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


class Vlc:
    """VLC, asked on its standard input."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def send(self, command: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(command.encode() + b"\n")

    async def reach(self, seconds: int) -> int:
        """Wait until the position is at or beyond ``seconds``; return it."""
        assert self._process.stdout
        self.send("get_time")
        while line := await self._process.stdout.readline():
            if found := _NUMBER.match(line):
                if int(found[1]) >= seconds:
                    return int(found[1])
                self.send("get_time")
        raise AssertionError("VLC has ended")


@contextlib.asynccontextmanager
async def running_vlc(folder: Path, url: str) -> AsyncIterator[Vlc]:
    """Start VLC without a window on an address; it plays at once. It refuses to be root, so it becomes nobody then."""
    assert VLC, "VLC is not installed"
    quiet = ["--quiet", "--no-audio", "--vout=dummy", "--no-media-library", "--no-metadata-network-access"]
    process = await asyncio.create_subprocess_exec(
        VLC,
        *quiet,
        "--intf=oldrc",
        "--rc-fake-tty",
        url,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | {"HOME": str(folder)},
        cwd="/",
        user="nobody" if os.geteuid() == 0 else None,
    )
    try:
        yield Vlc(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()

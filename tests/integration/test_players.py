"""Real players on the real demo title."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fakes.appliance import Appliance, make_options, running_appliance

MPV, VLC = shutil.which("mpv"), shutil.which("vlc")
LONGEST = 60.0
OPTIONAL = os.environ.get("CI") != "true"
NOBODY = 65534
"""VLC does not run as root, which tests in containers do."""


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
async def running_mpv(folder: Path, playlist: str) -> AsyncIterator[Mpv]:
    """Start mpv without a window on a playlist, paused until it is told to play."""
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
        mpv.send("loadlist", playlist)
        yield mpv
    finally:
        writer.close()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


class Vlc:
    """VLC, told and heard on its remote control; it says nothing before it is spoken to."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin
        assert process.stdout
        self._commands = process.stdin
        self._lines = process.stdout

    def say(self, command: str) -> None:
        self._commands.write(f"{command}\n".encode())

    async def line(self) -> str:
        line = await self._lines.readline()
        assert line, "VLC has ended"
        return line.decode(errors="replace").strip()

    async def reach(self, seconds: int) -> int:
        """Ask until the position is at or beyond ``seconds``; return it."""
        while True:
            self.say("get_time")
            while not (line := await self.line()).isdecimal():
                pass
            if int(line) >= seconds:
                return int(line)
            await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def running_vlc(playlist: Path) -> AsyncIterator[Vlc]:
    """Start VLC without a window or sound on a playlist."""
    assert VLC, "VLC is not installed"
    quiet = ["--ignore-config", "--no-color", "--vout=dummy", "--aout=dummy", "--no-video-title-show"]
    process = await asyncio.create_subprocess_exec(
        VLC,
        *quiet,
        *("--intf=oldrc", "--rc-fake-tty"),
        str(playlist),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | {"HOME": str(playlist.parent)},
        user=NOBODY if os.geteuid() == 0 else None,
    )
    try:
        yield Vlc(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def save_playlist(appliance: Appliance, path: Path) -> str:
    """Save the playlist of the only title; return its name."""
    async with appliance.client.get("/api/sources") as reply:
        (source,) = await reply.json()
    async with appliance.client.get(f"/api/sources/{source['id']}/playlist.m3u") as reply:
        await asyncio.to_thread(path.write_bytes, await reply.read())
    return str(source["title"])


@pytest.mark.skipif(OPTIONAL and MPV is None, reason="mpv is not installed")
async def test_mpv_plays_and_seeks_by_the_playlist(tmp_path: Path) -> None:
    async with running_appliance(make_options(tmp_path, demo=True)) as appliance, asyncio.timeout(LONGEST):
        title = await save_playlist(appliance, tmp_path / "list.m3u")
        async with running_mpv(tmp_path, str(tmp_path / "list.m3u")) as mpv:
            mpv.send("set_property", "pause", False)  # noqa: FBT003 - mpv's own form
            await mpv.reach(0.5)
            mpv.send("seek", 8, "absolute")
            assert await mpv.reach(8.5) < 10
            mpv.send("get_property", "media-title")
            while "data" not in (said := await mpv.message()) or said.get("name") == "time-pos":
                pass
            assert said["data"] == title


@pytest.mark.skipif(OPTIONAL and VLC is None, reason="VLC is not installed")
async def test_vlc_plays_and_seeks_by_the_playlist(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="miauflix-vlc-") as folder:  # pytest's are closed to other users
        playlist = Path(folder, "list.m3u")
        await asyncio.to_thread(os.chmod, folder, 0o777)
        async with running_appliance(make_options(tmp_path, demo=True)) as appliance, asyncio.timeout(LONGEST):
            title = await save_playlist(appliance, playlist)
            async with running_vlc(playlist) as vlc:
                assert await vlc.reach(1) < 8
                vlc.say("seek 8")
                assert await vlc.reach(8) < 12
                vlc.say("get_title")
                while await vlc.line() != title:
                    pass
                (stream,) = (await appliance.server.status()).streams
                assert stream.title == title

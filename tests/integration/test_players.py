"""Real players on the real demo title."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fakes.appliance import make_options, running_appliance

MPV = shutil.which("mpv")
LONGEST = 60.0

pytestmark = pytest.mark.skipif(MPV is None and os.environ.get("CI") != "true", reason="mpv is not installed")


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


async def test_mpv_plays_and_seeks_by_the_playlist(tmp_path: Path) -> None:
    async with running_appliance(make_options(tmp_path, demo=True)) as appliance, asyncio.timeout(LONGEST):
        async with appliance.client.get("/api/sources") as reply:
            (source,) = await reply.json()
        async with appliance.client.get(f"/api/sources/{source['id']}/playlist.m3u") as reply:
            (tmp_path / "list.m3u").write_bytes(await reply.read())
        async with running_mpv(tmp_path, str(tmp_path / "list.m3u")) as mpv:
            mpv.send("set_property", "pause", False)  # noqa: FBT003 - mpv's own form
            await mpv.reach(0.5)
            mpv.send("seek", 8, "absolute")
            assert await mpv.reach(8.5) < 10
            mpv.send("get_property", "media-title")
            while "data" not in (said := await mpv.message()) or said.get("name") == "time-pos":
                pass
            assert said["data"] == source["title"]

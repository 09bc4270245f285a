"""Finds Chromium and runs it without a screen."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_NAMES = ("chromium", "google-chrome")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--window-size=1280,720",
    "--remote-debugging-port=0",
)
_LISTENING = re.compile(rb"DevTools listening on (ws://\S+)")
_START_TIMEOUT = 30.0


def find_chromium() -> str | None:
    """Return the path of a Chromium in PATH, or None."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@asynccontextmanager
async def running_chromium(program: str, profile: Path) -> AsyncIterator[str]:
    """Run Chromium on an empty profile folder and yield the address of its DevTools."""
    process = await asyncio.create_subprocess_exec(
        program,
        *_FLAGS,
        f"--user-data-dir={profile}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr is not None
    draining = None
    try:
        async with asyncio.timeout(_START_TIMEOUT):
            address = await _address(process.stderr)
        # A full pipe would stop the browser.
        draining = asyncio.create_task(_drain(process.stderr))
        yield address
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()
        if draining is not None:
            await draining


async def _address(stderr: asyncio.StreamReader) -> str:
    said = []
    async for line in stderr:
        said.append(line)
        if match := _LISTENING.search(line):
            return match[1].decode()
    raise AssertionError(f"Chromium did not start: {b''.join(said)!r}")


async def _drain(stderr: asyncio.StreamReader) -> None:
    async for _ in stderr:
        pass

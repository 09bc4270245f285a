"""WebKit, the engine of Safari, over WebDriver: one window on a display that nobody sees."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
from browser.devtools import UNTIL
from browser.firefox import key_actions
from browser.screens import Screen

PROGRAM = shutil.which("WebKitWebDriver")
_NO_GRAPHICS_CARD = {"GDK_BACKEND": "x11", "LIBGL_ALWAYS_SOFTWARE": "1", "WEBKIT_DISABLE_DMABUF_RENDERER": "1"}


class WebKitWindow:
    """One window, asked over HTTP."""

    def __init__(self, http: aiohttp.ClientSession, session: str, patience: float) -> None:
        self._http = http
        self._session = session
        self._patience = patience

    async def call(self, path: str, **body: Any) -> Any:
        """Post to the session. Raises AssertionError when it is refused."""
        async with (
            asyncio.timeout(self._patience),
            self._http.post(f"/session/{self._session}/{path}", json=body) as reply,
        ):
            value = (await reply.json())["value"]
        assert reply.ok, value
        return value

    async def open(self, url: str) -> None:
        await self.call("url", url=url)

    async def evaluate(self, expression: str) -> Any:
        script = f"const done = arguments[0]; Promise.resolve({expression}).then(done)"
        return await self.call("execute/async", script=script, args=[])

    async def until(self, expression: str) -> Any:
        return await self.evaluate(UNTIL % expression)

    async def press(self, key: str) -> None:
        await self.call("actions", actions=key_actions(key))


@contextlib.asynccontextmanager
async def open_webkit(program: str, folder: Path, patience: float) -> AsyncIterator[Screen]:
    """Start a display, WebKit's driver and a window; ``patience`` in seconds a call."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with contextlib.AsyncExitStack() as stack:
        display = await stack.enter_async_context(_display())
        environment = os.environ | _NO_GRAPHICS_CARD | {"DISPLAY": display, "HOME": str(folder)}
        driver = await stack.enter_async_context(_running(program, f"--port={port}", env=environment))
        http = await stack.enter_async_context(aiohttp.ClientSession(f"http://127.0.0.1:{port}"))
        session = await _new_session(http, driver, patience)
        stack.push_async_callback(_end_session, http, session)
        window = WebKitWindow(http, session, patience)
        await window.call("timeouts", script=int(patience * 1000))
        yield window


async def _new_session(http: aiohttp.ClientSession, driver: asyncio.subprocess.Process, patience: float) -> str:
    """Open a window as soon as the driver answers, which it says nowhere."""
    async with asyncio.timeout(patience):
        while True:
            assert driver.returncode is None, "WebKit's driver has ended"
            try:
                async with http.post("/session", json={"capabilities": {"alwaysMatch": {}}}) as reply:
                    answer = await reply.json()
                    assert reply.ok, answer
                    return str(answer["value"]["sessionId"])
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)


async def _end_session(http: aiohttp.ClientSession, session: str) -> None:
    async with http.delete(f"/session/{session}"):
        pass


@contextlib.asynccontextmanager
async def _display() -> AsyncIterator[str]:
    """Start an X server and give the name of its display."""
    reading, writing = os.pipe()
    words = ("-displayfd", str(writing), "-screen", "0", "1280x720x24", "-nolisten", "tcp")
    async with _running("Xvfb", *words, pass_fds=(writing,)):
        os.close(writing)
        with os.fdopen(reading, "rb") as said:
            number = await asyncio.to_thread(said.readline)
        yield f":{number.decode().strip()}"


@contextlib.asynccontextmanager
async def _running(program: str, *words: str, **options: Any) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        program, *words, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, **options
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()

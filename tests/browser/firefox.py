"""Firefox without a screen, over WebDriver BiDi: one tab, as a person with a keyboard sees it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
from browser.devtools import UNTIL
from browser.screens import Screen

_PREFERENCES = {
    "media.autoplay.default": 0,
    "media.autoplay.blocking_policy": 0,
    "focusmanager.testmode": True,  # its window counts as the one in front
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.normandy.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}
_LISTENING = re.compile(rb"WebDriver BiDi listening on (ws://\S+)")
_KEYS = {"Enter": "\ue007", "Escape": "\ue00c"} | {
    f"Arrow{way}": code for way, code in zip(("Left", "Up", "Right", "Down"), "\ue012\ue013\ue014\ue015", strict=True)
}
"""Keys by their DOM names, as WebDriver writes them."""

PROGRAM = shutil.which("firefox-esr") or shutil.which("firefox")


def key_actions(key: str) -> list[dict[str, Any]]:
    """Return what WebDriver calls pressing and letting go of a key."""
    presses = [{"type": kind, "value": _KEYS[key]} for kind in ("keyDown", "keyUp")]
    return [{"type": "key", "id": "keyboard", "actions": presses}]


class FirefoxTab:
    """One tab, asked over a web socket; one call after the other."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, patience: float) -> None:
        self._socket = socket
        self._patience = patience
        self._numbers = itertools.count(1)
        self.context = ""

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol. Raises AssertionError when it is refused, TimeoutError without an answer."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(self._patience):
            while (message := await self._socket.receive_json()).get("id") != number:
                pass
        assert message["type"] == "success", message
        return dict(message["result"])

    async def open(self, url: str) -> None:
        await self.call("browsingContext.navigate", context=self.context, url=url, wait="complete")

    async def evaluate(self, expression: str) -> Any:
        told = f"Promise.resolve({expression}).then((value) => JSON.stringify(value === undefined ? null : value))"
        answer = await self.call(
            "script.evaluate", expression=told, target={"context": self.context}, awaitPromise=True
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    async def until(self, expression: str) -> Any:
        return await self.evaluate(UNTIL % expression)

    async def press(self, key: str) -> None:
        await self.call("input.performActions", context=self.context, actions=key_actions(key))


@contextlib.asynccontextmanager
async def open_firefox(program: str, folder: Path, patience: float) -> AsyncIterator[Screen]:
    """Start Firefox on a new profile and open a tab; ``patience`` in seconds a call."""
    settings = "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _PREFERENCES.items())
    await asyncio.to_thread((folder / "user.js").write_text, settings)
    process = await asyncio.create_subprocess_exec(
        program,
        *("--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(folder), "about:blank"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"HOME": str(folder)},
    )
    assert process.stderr
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(process.communicate)
        stack.callback(process.kill)
        async with asyncio.timeout(patience):
            while not (match := _LISTENING.search(line := await process.stderr.readline())):
                assert line, "Firefox has ended"
        drain = asyncio.create_task(_drain(process.stderr))
        stack.callback(drain.cancel)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        socket = await stack.enter_async_context(http.ws_connect(f"{match[1].decode()}/session", max_msg_size=0))
        tab = FirefoxTab(socket, patience)
        await tab.call("session.new", capabilities={})
        # A window of its own has the focus, without which Enter presses no button.
        tab.context = (await tab.call("browsingContext.create", type="window"))["context"]
        yield tab


async def _drain(lines: asyncio.StreamReader) -> None:
    """Take what the browser says: a full pipe would stop it."""
    while await lines.readline():
        pass

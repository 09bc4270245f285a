"""A small client of the Chrome DevTools Protocol: one page, its calls and its events."""

from __future__ import annotations

import asyncio
import base64
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

_KEYS = {
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    "ArrowLeft": (37, ""),
    "ArrowUp": (38, ""),
    "ArrowRight": (39, ""),
    "ArrowDown": (40, ""),
    "End": (35, ""),
    "Tab": (9, ""),
}
"""Keys by their DOM names, with their key code and the text that they write."""

# Looks once a frame, as the page itself would: nothing sleeps, and what is gone by the next frame is not missed.
UNTIL = """new Promise((resolve) => {
  const look = () => { const value = (%s); if (value) resolve(value); else requestAnimationFrame(look); };
  look();
})"""


class PageError(AssertionError):
    """A script in the page failed, or DevTools refused a call."""


class Connection:
    """Calls and their answers over one web socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._last = 0
        self.console: list[str] = []
        """What the page wrote to its console as warning or error, and exceptions nobody caught."""
        self.loaded: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        """Documents that are there with all they load, by the id of their loader."""

    async def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol and return its result. Raises PageError when it is refused."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[self._last] = answer
        await self._socket.send_json(message)
        return await answer

    async def listen(self) -> None:
        """Hand out answers until the socket closes; the calls that wait then fail."""
        try:
            async for message in self._socket:
                self._hear(json.loads(message.data))
        finally:
            for answer in self._answers.values():
                answer.cancel()

    def _hear(self, message: dict[str, Any]) -> None:
        if "id" in message:
            answer = self._answers.pop(message["id"])
            if answer.cancelled():
                return
            if "error" in message:
                answer.set_exception(PageError(message["error"]["message"]))
            else:
                answer.set_result(message["result"])
            return
        parameters = message["params"]
        match message["method"]:
            case "Page.lifecycleEvent" if parameters["name"] == "load":
                self.loaded[parameters["loaderId"]].set()
            case "Runtime.exceptionThrown":
                self.console.append(str(parameters["exceptionDetails"]))
            case "Log.entryAdded" if parameters["entry"]["level"] in {"warning", "error"}:
                self.console.append(f"{parameters['entry']['text']} ({parameters['entry'].get('url', '')})")
            case "Runtime.consoleAPICalled" if parameters["type"] in {"warning", "error"}:
                self.console.append(str([argument.get("value") for argument in parameters["args"]]))


class Page:
    """One tab, as a person with a keyboard sees it."""

    def __init__(self, connection: Connection, session: str, patience: float) -> None:
        self._connection = connection
        self._session = session
        self._patience = patience

    @property
    def console(self) -> list[str]:
        """Warnings, errors and uncaught exceptions of the page so far."""
        return self._connection.console

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol on this tab. Raises TimeoutError when no answer comes."""
        async with asyncio.timeout(self._patience):
            return await self._connection.call(method, self._session, **parameters)

    async def open(self, url: str) -> None:
        """Go to another page and wait until it is loaded. Raises PageError or TimeoutError when it is not."""
        answer = await self.call("Page.navigate", url=url)
        if "errorText" in answer:
            raise PageError(f"{url}: {answer['errorText']}")
        if "loaderId" not in answer:
            return  # only the fragment is another one: the page stays
        async with asyncio.timeout(self._patience):
            await self._connection.loaded[answer["loaderId"]].wait()

    async def evaluate(self, expression: str) -> Any:
        """Return the value of an expression in the page; promises are awaited. Raises PageError."""
        answer = await self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=False
        )
        if "exceptionDetails" in answer:
            raise PageError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    async def until(self, expression: str) -> Any:
        """Wait until an expression is true in the page and return its value. Raises PageError after the time-out."""
        try:
            return await self.evaluate(UNTIL % expression)
        except TimeoutError as error:
            seen = await self.evaluate("document.body.innerText")
            raise PageError(f"never true: {expression}\nthe page says:\n{seen}\nconsole: {self.console}") from error

    async def text(self, selector: str) -> str:
        """Return the text of the first element that matches, as it is seen."""
        return str(await self.evaluate(f"document.querySelector({json.dumps(selector)}).innerText.trim()"))

    async def press(self, key: str) -> None:
        """Press and let go of a key."""
        code, text = _KEYS.get(key, (ord(key.upper()) if len(key) == 1 else 0, key if len(key) == 1 else ""))
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        down = {"type": "keyDown", "text": text} if text else {"type": "rawKeyDown"}
        await self.call("Input.dispatchKeyEvent", **common, **down)
        await self.call("Input.dispatchKeyEvent", **common, type="keyUp")

    async def write(self, text: str) -> None:
        """Write into the field that has the focus."""
        await self.call("Input.insertText", text=text)

    async def click(self, selector: str, across: float = 0.5) -> None:
        """Click on an element, at a part of its width from the left (0 to 1) and half its height."""
        box = await self.evaluate(f"document.querySelector({json.dumps(selector)}).getBoundingClientRect().toJSON()")
        place = {"x": box["x"] + box["width"] * across, "y": box["y"] + box["height"] / 2}
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    async def prefer(self, scheme: str) -> None:
        """Ask for a colour scheme, ``light`` or ``dark``, with nothing that moves."""
        wishes = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in wishes.items()]
        await self.call("Emulation.setEmulatedMedia", features=features)

    async def size(self, width: int, height: int) -> None:
        """Look through a screen of so many pixels."""
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    async def screenshot(self, kind: str = "png") -> bytes:
        """Return what is on show as a picture, ``png`` or ``jpeg``."""
        return base64.b64decode((await self.call("Page.captureScreenshot", format=kind))["data"])


@asynccontextmanager
async def open_page(address: str, patience: float) -> AsyncIterator[Page]:
    """Open a tab in the browser whose DevTools listen at ``address`` (``ws://…``); ``patience`` in seconds a call.

    It shares no cookies and no cache with other tabs.
    """
    async with aiohttp.ClientSession() as http, http.ws_connect(address, max_msg_size=0) as socket:
        connection = Connection(socket)
        listening = asyncio.create_task(connection.listen())
        try:
            async with asyncio.timeout(patience):
                context = (await connection.call("Target.createBrowserContext", disposeOnDetach=True))[
                    "browserContextId"
                ]
                target = await connection.call("Target.createTarget", url="about:blank", browserContextId=context)
                attached = await connection.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
            page = Page(connection, attached["sessionId"], patience)
            for domain in ("Page", "Runtime", "Log"):
                await page.call(f"{domain}.enable")
            await page.call("Page.setLifecycleEventsEnabled", enabled=True)
            yield page
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

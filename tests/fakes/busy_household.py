"""A household that asks much of the app at once: videos that play, a long viewport, and new keys."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from fakes.swarm import MIB, make_film, seeded

_TIMEOUT = 120


class Household:
    """One device by HTTP; every method blocks, and belongs on a thread."""

    def __init__(self, link: str) -> None:
        """``link`` lets the device in."""
        self._root, secret = link.split("#pair=")
        tokens = self._post("api/auth/token", {"grantType": "device_code", "deviceCode": secret}, {})
        self._headers = {"Authorization": f"Bearer {tokens['accessToken']}"}

    def add(self, magnet: str, title: str) -> str:
        """Add a source and return its id."""
        return str(self._post("api/sources", {"magnet": magnet, "title": title}, self._headers)["id"])

    def look_at(self, items: int) -> None:
        """Say that so many titles are on the screen."""
        lists = [
            {
                "listId": f"row{first}",
                "startIndex": 0,
                "endIndex": 99,
                "visibleItemCount": 100,
                "items": [f"tt{number:07}" for number in range(first, min(first + 100, items))],
            }
            for first in range(0, items, 100)
        ]
        viewport = {"visibleSliders": lists, "focused": None}
        context = {"deviceType": "tv", "connectionType": "ethernet"}
        body = {"timestamp": int(time.time() * 1000), "viewport": viewport, "context": context}
        self._post("api/ui/viewport", body, self._headers)

    def tries_to_look_at(self, items: int) -> bool:
        """Do so if the server takes another viewport already; return whether it did."""
        try:
            self.look_at(items)
        except urllib.error.HTTPError as error:
            error.close()
            return False
        return True

    def watch(self, source: str, until: threading.Event) -> int:
        """Play a source, over and over, until told to stop; return how many bytes came."""
        received = 0
        while not until.is_set():
            request = urllib.request.Request(f"{self._root}api/stream/{source}", headers=self._headers)
            with _open(request) as answer:
                while not until.is_set() and (part := answer.read(256 << 10)):
                    received += len(part)
        return received

    def _post(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        content = {"Content-Type": "application/json", **headers}
        with _open(urllib.request.Request(self._root + path, json.dumps(body).encode(), content)) as answer:
            values: dict[str, Any] = json.loads(answer.read() or b"{}")
            return values


@contextmanager
def films(folder: Path, count: int, size: int = 8 * MIB) -> Iterator[list[str]]:
    """Seed so many films at a household's pace; gives their magnet links."""
    with ExitStack() as stack:
        made = [make_film(folder, size, seed=number, name=f"Film.{number}") for number in range(count)]
        yield [stack.enter_context(seeded(film.folder, upload_limit=2 * MIB)) for film in made]


@contextmanager
def watching(household: Household, sources: list[str]) -> Iterator[list[Future[int]]]:
    """Play all sources at once, each on a thread, as long as the context lasts."""
    enough = threading.Event()
    with ThreadPoolExecutor(len(sources)) as threads:
        try:
            yield [threads.submit(household.watch, source, enough) for source in sources]
        finally:
            enough.set()


def _open(request: urllib.request.Request) -> Any:
    """Open a URL past any proxy."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=_TIMEOUT)

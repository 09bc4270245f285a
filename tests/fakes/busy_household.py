"""A household that asks much of the app at once: videos that play, a long viewport, and new keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future
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

    def video(self, source: str) -> dict[str, Any]:
        """Return what a player needs to play a source: its address, and the headers to send."""
        return {"url": f"{self._root}api/stream/{source}", "headers": self._headers}

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
def watching(household: Household, sources: list[str]) -> Iterator[Future[list[int]]]:
    """Play all sources at once, from another process, for as long as the context lasts; gives the bytes that came."""
    command = [sys.executable, "-P", "-m", "fakes.viewers"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    received: Future[list[int]] = Future()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdin
        process.stdin.write(json.dumps([household.video(source) for source in sources]) + "\n")
        process.stdin.flush()
        try:
            yield received
        finally:
            try:
                answer, _ = process.communicate(timeout=_TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
    assert process.returncode == 0, "what the viewers met is on the terminal"
    received.set_result(json.loads(answer))


def _open(request: urllib.request.Request) -> Any:
    """Open a URL past any proxy."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=_TIMEOUT)

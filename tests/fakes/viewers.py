"""People who watch, in a process of their own: what they cost must not keep the app that they watch.

The first line of the input is JSON, a list of ``{"url", "headers"}``; each is played over and over, no faster than a
player does, until the input ends. Then the bytes that came are printed, a number for each.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from fakes.swarm import MIB

RATE = 4 * MIB
"""Most bytes a second of each film: a good Blu-ray's."""

_TIMEOUT = 120
_STEP = 256 << 10


def main() -> None:
    wanted = json.loads(sys.stdin.readline())
    enough = threading.Event()
    with ThreadPoolExecutor(len(wanted)) as threads:
        watching = [threads.submit(watch, one["url"], one["headers"], enough) for one in wanted]
        sys.stdin.read()
        enough.set()
        sys.stdout.write(json.dumps([each.result() for each in watching]))


def watch(url: str, headers: dict[str, str], enough: threading.Event) -> int:
    """Play a video until there is enough; return how many bytes came."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    received, due = 0, time.monotonic()
    while not enough.is_set():
        request = urllib.request.Request(url, headers=headers)
        with opener.open(request, timeout=_TIMEOUT) as answer:
            while part := answer.read(_STEP):
                received += len(part)
                due = max(due, time.monotonic() - 1) + len(part) / RATE  # a second may be caught up with, no more
                if enough.wait(max(0.0, due - time.monotonic())):
                    break
    return received


if __name__ == "__main__":
    main()

"""Finds Chromium and runs it without a screen."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
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


@contextlib.contextmanager
def running_chromium(program: str, profile: Path) -> Iterator[str]:
    """Run Chromium on an empty profile folder and yield the address of its DevTools. Blocking."""
    command = [program, *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stderr is not None
        impatience = threading.Timer(_START_TIMEOUT, process.kill)
        impatience.start()
        # A full pipe would stop the browser.
        draining = threading.Thread(target=process.stderr.readlines)
        try:
            address = _address(iter(process.stderr.readline, b""))
            impatience.cancel()
            draining.start()
            yield address
        finally:
            impatience.cancel()
            process.terminate()
            process.wait()
            if draining.is_alive():
                draining.join()


def _address(lines: Iterator[bytes]) -> str:
    said = []
    for line in lines:
        said.append(line)
        if match := _LISTENING.search(line):
            return match[1].decode()
    raise AssertionError(f"Chromium did not start: {b''.join(said)!r}")

"""``./run bench app``: from the start to an icon that takes clicks, and how long Qt's loop is ever kept from turning.

Beside the start stands what no Qt program gets below: Python with the modules of Qt that are needed. Beside the loop
under load (five videos, a thousand titles looked at, new keys) stands the same loop with nothing to do.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from fakes.appliance import RESOURCES, make_options
from fakes.busy_household import Household, films, watching
from fakes.heartbeat import Heartbeat
from PySide6.QtCore import QEventLoop, QTimer, QUrl

from app.desktop import Desktop
from app.first_run import note_welcome
from app.main import _application
from server.bootstrap import running_server
from server.rotation import unwatched

START_LIMIT = 1000.0
"""Milliseconds to an icon that takes clicks."""
TURN_LIMIT = 50.0
"""Milliseconds for one turn of the loop."""

_QT_ALONE = "import PySide6.QtWidgets, PySide6.QtNetwork, PySide6.QtSvg"
_SHOWN, _READY = "takes clicks", "Ready at"
_ON_LOOPBACK = """
[server]
host = "127.0.0.1"
port = 0
discovery = false
[engine]
listen = "127.0.0.1:0"
dht = false
"""
_SECONDS = 10

T = TypeVar("T")


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench app", description=__doc__)
    parser.add_argument("--starts", type=int, default=7, metavar="N", help="how often the app is started")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="miauflix-bench-") as folder:
        missed = report_starts(Path(folder), arguments.starts)
        missed += report_turns(Path(folder))
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    return int(missed > 0)


def report_starts(folder: Path, starts: int) -> int:
    alone = statistics.median(start_alone() for _ in range(starts))
    shown, ready = (statistics.median(times) for times in zip(*(start(folder) for _ in range(starts)), strict=True))
    verdict = "met" if shown <= START_LIMIT else "MISSED"
    lines = (
        f"{'start, median of ' + str(starts):<44}{'ms':>8}{'ratio':>8}",
        f"{'Python and the modules of Qt alone':<44}{alone:>8.0f}{1:>8.1f}",
        f"{'icon takes clicks':<44}{shown:>8.0f}{shown / alone:>8.1f}  limit {START_LIMIT:.0f}: {verdict}",
        f"{'server ready':<44}{ready:>8.0f}{ready / alone:>8.1f}",
    )
    sys.stdout.write("\n".join(lines) + "\n\n")
    return int(verdict == "MISSED")


def start_alone() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-P", "-c", _QT_ALONE], check=True)
    return 1000 * (time.perf_counter() - began)


def start(folder: Path) -> tuple[float, float]:
    """Start the app as a process of its own; return the milliseconds until its icon, and until its server."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    own = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(runtime), "XDG_STATE_HOME": str(folder / "state")}
    kept = folder / "kept"
    kept.mkdir(exist_ok=True)
    (kept / "settings.toml").write_text(_ON_LOOPBACK, encoding="utf-8")
    note_welcome(kept)
    options = ["--data-dir", str(kept), "--key-file", str(folder / "key")]
    began = time.perf_counter()
    command = [sys.executable, "-P", "-m", "app", *options]
    with subprocess.Popen(command, env=os.environ | own, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        times = {}
        for line in process.stderr:
            for words in (_SHOWN, _READY):
                if words in line:
                    times[words] = 1000 * (time.perf_counter() - began)
            if _READY in times:
                break
        process.terminate()
        process.stderr.read()
    return times[_SHOWN], times[_READY]


def report_turns(folder: Path) -> int:
    _application(RESOURCES / "icons")
    idle = Heartbeat()
    turn_for(_SECONDS)
    idle.stop()
    busy = busy_turns(folder)
    sys.stdout.write(f"{'one turn of the loop, ms':<44}{'median':>8}{'p99':>8}{'most':>8}\n")
    rows = (
        ("nothing to do, by the clock", idle.gaps),
        ("under load, by the clock", busy.gaps),
        ("under load, by processor time", busy.work),
    )
    for name, times in rows:
        sys.stdout.write(f"{name:<44}" + "".join(f"{value:>8.1f}" for value in spread(times)) + "\n")
    verdict = "met" if max(busy.gaps) <= TURN_LIMIT else "MISSED"
    sys.stdout.write(f"limit by the clock {TURN_LIMIT:.0f}: {verdict}\n")
    return int(verdict == "MISSED")


def busy_turns(folder: Path) -> Heartbeat:
    """Run the app with its window open, and a household that asks much of it."""
    options = make_options(folder / "home")
    options.data_dir.mkdir()
    note_welcome(options.data_dir)
    links: list[str] = []

    def note(url: QUrl) -> bool:
        links.append(url.toString())
        return True

    desktop = Desktop(options, running_server, open_url=note)
    desktop.start()
    desktop.window.bring_up()
    while desktop._presence.status is None:
        turn_for(0.05)
    desktop.tray.opened.emit()
    while not links:
        turn_for(0.05)
    with films(folder, 5) as magnets, ThreadPoolExecutor(1) as threads:
        household = turning(threads.submit(Household, links[0]))
        sources = [turning(threads.submit(household.add, magnet, "Film")) for magnet in magnets]
        with watching(household, sources) as received:
            heartbeat = Heartbeat()
            turn_for(_SECONDS)
            turning(threads.submit(household.look_at, 1000))
            turn_for(_SECONDS)
            turning(desktop.server.call(lambda server: server.rotate_torrent_key(unwatched)))
            turn_for(_SECONDS)
            heartbeat.stop()
    assert min(received.result()) > 0
    stop(desktop)
    return heartbeat


def stop(desktop: Desktop) -> None:
    loop = QEventLoop()
    desktop.ended.connect(loop.quit)
    desktop.quit()
    loop.exec()
    desktop.close()


def turning(future: Future[T]) -> T:
    """Turn the loop until the future is done, and return its result."""
    while not future.done():
        turn_for(0.02)
    return future.result()


def turn_for(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


def spread(times: list[float]) -> Iterator[float]:
    yield statistics.median(times)
    yield sorted(times)[min(len(times) - 1, len(times) * 99 // 100)]
    yield max(times)


if __name__ == "__main__":
    sys.exit(main())

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_APP = """
import sys
from pathlib import Path
from app.main import run
from fakes.local_server import FakeServe
from server.settings import Options, Settings
root, place, kind = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
serve = FakeServe()
serve.hold = kind == "held"
serve.hang = kind == "hanging"
sys.exit(run(Options(Settings(), place / "data", root / "resources"), sys.argv[4:], serve, log_dir=place / "logs"))
"""

_ROOT = Path(__file__).parents[2]
_TIMEOUT = 30

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path, runtime: Path) -> Iterator[Start]:
    """Return a function that starts the app in a process of its own; what still runs afterwards is killed."""
    environ = os.environ | {
        "PYTHONPATH": os.pathsep.join((str(_ROOT), str(_ROOT / "tests"))),
        "XDG_RUNTIME_DIR": str(runtime),
    }
    started: list[subprocess.Popen[str]] = []

    def begin(kind: str, *links: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", _APP, str(_ROOT), str(tmp_path), kind, *links]
        process = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def _until(process: subprocess.Popen[str], words: str) -> None:
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        seen.append(line)
        if words in line:
            return
    raise AssertionError("".join(seen))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_quits_and_leaves_nothing_behind(
    start: Start, runtime: Path, tmp_path: Path, number: signal.Signals
) -> None:
    process = start("ready")
    _until(process, "Ready at")
    assert len(list(runtime.iterdir())) == 2
    process.send_signal(number)
    assert process.wait(_TIMEOUT) == 0
    assert list(runtime.iterdir()) == []
    assert "ERROR" not in (tmp_path / "logs" / "miauflix.log").read_text("utf-8")


def test_a_second_start_leaves_at_once_and_the_first_runs_on(start: Start) -> None:
    first = start("ready")
    _until(first, "Ready at")
    second = start("ready")
    _until(second, "runs already and shows its window")
    assert second.wait(_TIMEOUT) == 0
    assert first.poll() is None


def test_a_second_start_hands_over_what_it_was_given(start: Start, tmp_path: Path) -> None:
    first = start("ready")
    _until(first, "Ready at")
    second = start("ready", "magnet:?xt=urn:btih:" + "a" * 40, str(tmp_path / "gone.torrent"))
    assert second.wait(_TIMEOUT) == 0
    _until(first, "added a magnet link")
    assert "a" * 40 not in (tmp_path / "logs" / "miauflix.log").read_text("utf-8")


def test_a_start_after_a_kill_succeeds(start: Start) -> None:
    first = start("ready")
    _until(first, "Ready at")
    first.kill()
    first.wait(_TIMEOUT)
    second = start("ready")
    _until(second, "Ready at")


def test_a_signal_breaks_off_a_start(start: Start, runtime: Path) -> None:
    process = start("held")
    _until(process, "No such signal")  # what offscreen says when the icon is shown, just before the server starts
    process.send_signal(signal.SIGTERM)
    assert process.wait(_TIMEOUT) == 0
    assert list(runtime.iterdir()) == []


def test_a_server_that_never_stops_does_not_keep_the_app(start: Start, runtime: Path, tmp_path: Path) -> None:
    process = start("hanging")
    _until(process, "Ready at")
    process.send_signal(signal.SIGTERM)
    assert process.wait(_TIMEOUT) == 1
    assert list(runtime.iterdir()) == []
    assert "local_server.py" in (tmp_path / "logs" / "crash.log").read_text("utf-8")

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.single_instance import SingleInstance, _links_in

_HOLD = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from app.single_instance import SingleInstance
application = QCoreApplication([])
instance = SingleInstance(Path(sys.argv[1]), runtime_dir=Path(sys.argv[2]))
print(instance.acquire(), flush=True)
instance.show_requested.connect(lambda links: print("show", *links, flush=True))
application.exec()
"""


@pytest.fixture
def holder(tmp_path: Path, runtime: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path / "data"), str(runtime)], stdout=subprocess.PIPE, text=True
    )
    assert _line(process) == "True"
    return process


def test_a_second_start_shows_the_first(
    qtbot: QtBot, tmp_path: Path, runtime: Path, holder: subprocess.Popen[str]
) -> None:
    del qtbot
    second = SingleInstance(tmp_path / "data", runtime_dir=runtime)
    try:
        assert not second.acquire()
        assert second.show_other()
        assert _line(holder) == "show"
        assert second.show_other(["magnet:?xt=urn:btih:ä", "/films/b.torrent"])
        assert _line(holder) == "show magnet:?xt=urn:btih:ä /films/b.torrent"
    finally:
        _end(holder)


def test_a_start_after_a_kill_succeeds(
    qtbot: QtBot, tmp_path: Path, runtime: Path, holder: subprocess.Popen[str]
) -> None:
    del qtbot
    _end(holder)
    assert list(runtime.iterdir())
    second = SingleInstance(tmp_path / "data", runtime_dir=runtime)
    assert second.acquire()
    second.release()


@pytest.mark.parametrize("line", [b"show\n", b"[1]\n", b'{"open": 3}\n', b'{"open": [3]}\n', b"\xff\n"])
def test_words_of_another_language_only_show_the_window(line: bytes) -> None:
    assert _links_in(line) == []


def test_other_data_folders_are_other_instances(qtbot: QtBot, tmp_path: Path, runtime: Path) -> None:
    del qtbot
    one, other = (SingleInstance(tmp_path / name, runtime_dir=runtime) for name in ("a", "b"))
    assert one.acquire()
    assert other.acquire()
    one.release()
    other.release()


def test_the_socket_is_private_and_nothing_is_left_behind(qtbot: QtBot, tmp_path: Path, runtime: Path) -> None:
    del qtbot
    instance = SingleInstance(tmp_path / "data", runtime_dir=runtime)
    assert instance.acquire()
    sockets = list(runtime.glob("*.socket"))
    assert [path.stat().st_mode & 0o077 for path in sockets] == [0]
    instance.release()
    assert list(runtime.iterdir()) == []


def test_nobody_answers_where_nobody_runs(qtbot: QtBot, tmp_path: Path, runtime: Path) -> None:
    del qtbot
    assert not SingleInstance(tmp_path / "data", runtime_dir=runtime).show_other()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert process.stdout is not None
    process.stdout.close()

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import qWarning

from app.logs import default_folder, logging_to


def test_python_and_qt_write_to_one_file(tmp_path: Path) -> None:
    with logging_to(tmp_path / "logs"):
        logging.getLogger("server.engine").info("from the server")
        qWarning("from Qt")
    text = (tmp_path / "logs" / "miauflix.log").read_text("utf-8")
    assert "INFO MainThread server.engine: from the server" in text
    assert "WARNING MainThread qt: default: from Qt" in text


def test_the_secret_of_a_link_that_qt_quotes_is_left_out(tmp_path: Path) -> None:
    with logging_to(tmp_path):
        qWarning("Launch failed (xdg-open 'http://192.168.1.20:8620/#pair=verysecret')")
    text = (tmp_path / "miauflix.log").read_text("utf-8")
    assert "http://192.168.1.20:8620/#…'" in text
    assert "verysecret" not in text


def test_uncaught_errors_of_threads_are_logged(tmp_path: Path) -> None:
    def fail() -> None:
        raise ValueError("lost")

    with logging_to(tmp_path):
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    assert "ValueError: lost" in (tmp_path / "miauflix.log").read_text("utf-8")


def test_everything_is_put_back(tmp_path: Path) -> None:
    root = logging.getLogger()
    before = sys.excepthook, threading.excepthook, root.level, list(root.handlers)
    with logging_to(tmp_path):
        assert sys.excepthook is not before[0]
    assert (sys.excepthook, threading.excepthook, root.level, list(root.handlers)) == before


def test_a_windowed_build_without_a_terminal_logs_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with logging_to(tmp_path):
        logging.getLogger("app").error("no terminal")
    assert "no terminal" in (tmp_path / "miauflix.log").read_text("utf-8")


def test_a_crash_leaves_its_stack(tmp_path: Path) -> None:
    script = "import ctypes, sys, pathlib\nfrom app.logs import logging_to\n"
    script += "with logging_to(pathlib.Path(sys.argv[1])):\n    ctypes.string_at(0)\n"
    result = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False, capture_output=True)
    assert result.returncode != 0
    assert "Segmentation fault" in (tmp_path / "crash.log").read_text("utf-8")


def test_the_folder_is_the_users_own() -> None:
    assert default_folder().is_relative_to(Path.home())

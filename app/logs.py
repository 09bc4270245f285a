"""Where the app's log and its crashes go: a rotating file, Python's and Qt's messages alike."""

from __future__ import annotations

import faulthandler
import logging
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TextIO

import platformdirs
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from server.logs import protect

_log = logging.getLogger("app")
_qt_log = logging.getLogger("qt")

_FRAGMENT = re.compile(r"#[^\s'\"]+")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def default_folder() -> Path:
    """Return the platform's folder for a user's logs."""
    return platformdirs.user_log_path("miauflix", appauthor=False)


@contextmanager
def logging_to(folder: Path) -> Iterator[TextIO]:
    """Log to ``miauflix.log`` in the folder (1 MB, three older ones); to the terminal warnings and what the app says.

    Crashes of the interpreter or of Qt leave their stacks in ``crash.log``, the file that the context gives.
    """
    folder.mkdir(parents=True, exist_ok=True)
    root = logging.getLogger()
    level, handlers = root.level, _handlers(folder)
    hooks = sys.excepthook, threading.excepthook
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    sys.excepthook, threading.excepthook = _uncaught, _uncaught_in_thread
    qInstallMessageHandler(_from_qt)
    with (folder / "crash.log").open("a", encoding="utf-8") as crashes:
        faulthandler.enable(crashes)
        try:
            yield crashes
        finally:
            faulthandler.disable()
            qInstallMessageHandler(None)
            sys.excepthook, threading.excepthook = hooks
            logging.captureWarnings(capture=False)
            root.setLevel(level)
            for handler in handlers:
                root.removeHandler(handler)
                handler.close()


def _handlers(folder: Path) -> list[logging.Handler]:
    file = RotatingFileHandler(folder / "miauflix.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    protect(file)
    if sys.stderr is None:  # a windowed build has no terminal
        return [file]
    terminal = logging.StreamHandler()
    terminal.addFilter(lambda record: record.levelno >= logging.WARNING or record.name.startswith("app."))
    terminal.setFormatter(logging.Formatter("miauflix: %(message)s"))
    protect(terminal)
    return [file, terminal]


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _log.critical("Unexpected error", exc_info=(kind, error, trace))


def _uncaught_in_thread(failure: threading.ExceptHookArgs) -> None:
    if failure.exc_value is not None:
        _log.critical("Unexpected error in a thread", exc_info=failure.exc_value)


def _from_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    # Qt quotes a link that it can't open, and the fragment of ours lets a browser in.
    harmless = _FRAGMENT.sub("#…", message)
    _qt_log.log(_LEVELS.get(kind, logging.WARNING), "%s: %s", context.category, harmless)

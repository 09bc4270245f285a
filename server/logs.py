"""Where log lines go: every handler redacts what it writes, and so does the terminal's."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from server.redaction import redact

_log = logging.getLogger(__name__)


class RedactingFormatter(logging.Formatter):
    """Formats with another formatter, then redacts: messages, arguments and tracebacks alike."""

    def __init__(self, inner: logging.Formatter | None) -> None:
        super().__init__()
        self._inner = inner or logging.Formatter()

    def format(self, record: logging.LogRecord) -> str:
        """Return the line as the other formatter makes it, redacted."""
        return redact(self._inner.format(record))


def chatters(record: logging.LogRecord) -> bool:
    """Say whether a library tells what nobody asked: below a warning, only our own lines are shown on a terminal.

    Each retry of a request is a warning to stamina; that a host fails is told when the last one did. A network that
    goes is a warning with a traceback to zeroconf; our notices tell. The access log is written by ``api.access_log``.
    """
    if record.name in ("stamina", "zeroconf"):
        return True
    ours = record.name == "aiohttp.access" or record.name.partition(".")[0] in ("app", "server")
    return record.levelno < logging.WARNING and not ours


def protect(handler: logging.Handler) -> None:
    """Have everything that the handler writes redacted."""
    handler.setFormatter(RedactingFormatter(handler.formatter))


@contextmanager
def logging_to_stderr(level: int) -> Iterator[None]:
    """Write log lines, Python's warnings and what kills a thread to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    handler.addFilter(lambda record: not chatters(record))
    protect(handler)
    root, hook = logging.getLogger(), threading.excepthook
    before = root.level
    root.addHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    threading.excepthook = _uncaught_in_thread
    try:
        yield
    finally:
        threading.excepthook = hook
        logging.captureWarnings(capture=False)
        root.setLevel(before)
        root.removeHandler(handler)


def _uncaught_in_thread(failure: threading.ExceptHookArgs) -> None:
    if failure.exc_value is not None:
        _log.critical("Unexpected error in a thread", exc_info=failure.exc_value)

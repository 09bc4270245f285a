"""The last warnings and errors of this run, for the status window. No Qt."""

from __future__ import annotations

import copy
import logging
import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

from server.logs import RedactingFormatter

_KEPT = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the log that is more than news."""

    number: int
    at: datetime
    text: str


class RecentProblems(logging.Handler):
    """Keeps what is logged as a warning or worse, newest first, without identifiers; from any thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._kept: deque[Problem] = deque(maxlen=_KEPT)
        self._count = 0
        self._guard = threading.Lock()
        self.setFormatter(RedactingFormatter(logging.Formatter("%(message)s")))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line; of a traceback only what it ends with."""
        error = record.exc_info[1] if record.exc_info else None
        bare = copy.copy(record)
        bare.exc_info = bare.exc_text = None
        text = " ".join(self.format(bare).split()) + (f" ({type(error).__name__})" if error else "")
        at = datetime.fromtimestamp(record.created, UTC)
        with self._guard:
            self._count += 1
            problem = Problem(self._count, at, text)
            self._kept.appendleft(problem)

    def list(self) -> tuple[Problem, ...]:
        """Return what is kept."""
        with self._guard:
            return tuple(self._kept)

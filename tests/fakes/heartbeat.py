"""How long Qt's event loop is kept from turning: a timer of five milliseconds, and what lies between its ticks."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer

INTERVAL_MS = 5


class Heartbeat(QObject):
    """Collects gaps while it is not stopped; both lists are in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        """By the clock: whatever keeps the loop, other programs and threads included."""
        self.work: list[float] = []
        """By the processor time of this thread: what the loop itself had to do in one go."""
        self._last = (time.perf_counter(), time.thread_time())
        self._timer = QTimer(self, interval=INTERVAL_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def stop(self) -> None:
        """Collect no more."""
        self._timer.stop()

    def _beat(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self.gaps.append(1000 * (now[0] - self._last[0]) - INTERVAL_MS)
        self.work.append(1000 * (now[1] - self._last[1]))
        self._last = now

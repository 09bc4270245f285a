"""What a process and its children cost: CPU time and memory, as the kernel counts them."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_SAMPLE_EVERY = 0.05


def family(pid: int) -> list[int]:
    """The process and all its descendants that live."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                found += family(int(child))
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of the process and its descendants, dead ones included that were waited for."""
    total = 0
    for member in family(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(value) for value in fields[11:15])
    return total / _TICKS


def resident(pid: int) -> int:
    """Bytes of memory that the process and its descendants hold."""
    total = 0
    for member in family(pid):
        with contextlib.suppress(OSError):
            total += int(Path(f"/proc/{member}/statm").read_text().split()[1]) * _PAGE
    return total


class PeakMemory:
    """The most memory that a process and its descendants held while this was open."""

    def __init__(self, pid: int) -> None:
        self.before = resident(pid)
        self.peak = self.before
        self._pid = pid
        self._over = threading.Event()

    @classmethod
    @contextlib.contextmanager
    def watching(cls, pid: int) -> Iterator[PeakMemory]:
        memory = cls(pid)
        thread = threading.Thread(target=memory._watch, name="memory")
        thread.start()
        try:
            yield memory
        finally:
            memory._over.set()
            thread.join()

    @property
    def added(self) -> int:
        return self.peak - self.before

    def _watch(self) -> None:
        while not self._over.wait(_SAMPLE_EVERY):
            self.peak = max(self.peak, resident(self._pid))

"""Runs commands of Miauflix that may be killed at any moment.

They run in forks of one process that has everything loaded, so that the moments fall into the work, not into imports.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
KILLED = -signal.SIGKILL
LONGEST = 600.0  # seconds for a command that nobody kills


class Victim:
    """A process that forks for every command."""

    def __init__(self, orders: IO[str], reports: IO[str], output: Path) -> None:
        self._orders = orders
        self._reports = reports
        self._output = output

    def run(self, *words: str, kill_after: float | None = None) -> int:
        """Run a command; kill it when it has not ended after so many seconds. Return its exit status."""
        self._orders.write(json.dumps([*words, str(self._output)]) + "\n")
        self._orders.flush()
        process = int(self._reports.readline())
        ended, _, _ = select.select([self._reports], [], [], LONGEST if kill_after is None else kill_after)
        if not ended:
            os.kill(process, signal.SIGKILL)
        return int(self._reports.readline())

    def duration(self, *words: str) -> float:
        """Run a command to its end and return how many seconds it took."""
        started = time.monotonic()
        status = self.run(*words)
        assert status == 0, self.output()
        return time.monotonic() - started

    def output(self) -> str:
        """Return what the last command printed to its standard output."""
        return self._output.read_text("utf-8")


@contextlib.contextmanager
def victim(output: Path) -> Iterator[Victim]:
    """Start the process; what commands print goes to the file ``output``."""
    with subprocess.Popen(
        [sys.executable, "-P", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            assert process.stdout.readline() == "ready\n"
            yield Victim(process.stdin, process.stdout, output)
        finally:
            process.stdin.close()


def serve_forks() -> None:
    from server import cli  # noqa: PLC0415 - the test that starts this file does not need it

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        *words, output = json.loads(line)
        process = os.fork()
        if process == 0:
            os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            status = cli.main(words, resources=ROOT / "resources")
            sys.stdout.flush()
            os._exit(status)
        sys.stdout.write(f"{process}\n")
        sys.stdout.flush()
        _, status = os.waitpid(process, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve_forks()

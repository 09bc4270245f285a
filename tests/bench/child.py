"""Processes that the benchmark starts, talks to in lines, and always ends."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.client import BenchError

_END_PATIENCE = 10.0


class Child:
    """A process that may be sent lines of JSON and answers in lines."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log
        self._early = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, message: Any) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def line(self, patience: float = 60.0) -> str:
        """Return the next line it prints. Raises BenchError when there is none in time."""
        assert self._process.stdout
        deadline = time.monotonic() + patience
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._early:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise BenchError(f"Said nothing for {patience:.0f} s. {self._last_words()}")
                data = os.read(self._process.stdout.fileno(), 65536)
                if not data:
                    raise BenchError(f"Ended. {self._last_words()}")
                self._early += data
        line, _, self._early = self._early.partition(b"\n")
        return line.decode()

    def answer(self, patience: float = 60.0) -> Any:
        return json.loads(self.line(patience))

    def _last_words(self) -> str:
        return " | ".join(self._log.read_text(errors="replace").splitlines()[-5:])


@contextlib.contextmanager
def running(command: Sequence[str], log: Path, *, cwd: Path | None = None) -> Iterator[Child]:
    """Start a program; in the end it is asked to stop, then made to."""
    with (
        log.open("ab") as errors,
        subprocess.Popen(
            command, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, bufsize=0
        ) as process,
    ):
        try:
            yield Child(process, log)
        finally:
            process.terminate()
            try:
                process.wait(_END_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()

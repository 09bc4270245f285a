"""The server as its users start it: a process of its own, on the command line."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SETTINGS = '[engine]\nlisten = "127.0.0.1:0"\ndht = false\nutp = false\nallow_private_peers = true\n'


@dataclass(frozen=True, slots=True)
class Household:
    """A data folder and its key, and the command line on both."""

    folder: Path
    has_key_file: bool = True
    """Whether the key is in a file of the household; else it is where the system keeps secrets."""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def prepare(self) -> None:
        """Write settings for swarms on loopback."""
        self.data.mkdir(parents=True, exist_ok=True)
        (self.data / "settings.toml").write_text(SETTINGS)

    def command(self, *words: str) -> list[str]:
        place = ["--data-dir", str(self.data)]
        if self.has_key_file:
            place += ["--key-file", str(self.folder / "key.json")]
        return [sys.executable, "-m", "server", *words, *place]

    def run(self, *words: str, answer: str | None = None) -> Any:
        """Run a command to its end and return the JSON it printed; ``answer`` is what it reads from stdin."""
        done = self._run(words, answer)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refusal(self, *words: str, answer: str | None = None) -> str:
        """Run a command that fails and return the line that says why."""
        done = self._run(words, answer)
        assert (done.returncode, done.stdout) == (1, ""), done
        reason = done.stderr.splitlines()[-1]
        assert reason.startswith("miauflix: ")
        return reason

    def _run(self, words: tuple[str, ...], answer: str | None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words), cwd=ROOT, capture_output=True, text=True, check=False, timeout=60, input=answer
        )

    @contextlib.contextmanager
    def serving(self, *words: str, stop: signal.Signals = signal.SIGTERM) -> Iterator[str]:
        """Serve on loopback; gives the URL. In the end the process gets ``stop`` and is waited for."""
        command = self.command("serve", "--host", "127.0.0.1", "--port", "0", "--no-discovery", *words)
        with (
            self.log.open("ab") as log,
            subprocess.Popen(
                command,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            ) as process,
        ):
            assert process.stdout
            ready = process.stdout.readline()
            assert ready.startswith("Miauflix is ready at http://"), self.log.read_text()
            try:
                yield ready.split()[-1]
            finally:
                process.send_signal(stop)
                status = process.wait(timeout=30)
        assert status == (0 if stop == signal.SIGTERM else -stop), self.log.read_text()

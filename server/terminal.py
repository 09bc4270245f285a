"""What commands say on a terminal and ask there. JSON goes to standard output, all else to standard error."""

from __future__ import annotations

import json
import os
import sys

from server.errors import DomainError

_MAX_SECRET = 16 << 10


def print_json(value: object) -> None:
    """Print the command's result."""
    print(json.dumps(value, indent=2, ensure_ascii=False), flush=True)


def tell(text: str) -> None:
    """Say something to the person at the terminal."""
    print(text, file=sys.stderr)


def confirm(question: str = "Go on?") -> bool:
    """Ask a question that is answered with yes or no. Raises DomainError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise DomainError("Nothing was changed. There is no terminal to ask whether to go on: add --yes.")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def read_descriptor(number: int) -> str:
    """Return a descriptor's first line, which may be a secret. Raises DomainError."""
    try:
        with os.fdopen(number, encoding="utf-8", closefd=False) as file:
            return file.read(_MAX_SECRET).partition("\n")[0].removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise DomainError(f"Descriptor {number} can't be read as text.") from error


class ProgressLine:
    """Shows how far something is: one line that is written over on a terminal, else a line a stage."""

    def __init__(self) -> None:
        self._shown = ""

    def show(self, stage: str, done: int, total: int) -> None:
        """Show that so much of a stage is done."""
        if sys.stderr.isatty():
            text = f"{stage} … {100 * done // max(total, 1)} %"
            end = "\n" if done >= total else ""
            if text != self._shown:
                print(f"\r{text}", end=end, file=sys.stderr, flush=True)
        else:
            text = f"{stage} …"
            if text != self._shown:
                tell(text)
        self._shown = text

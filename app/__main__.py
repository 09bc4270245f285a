"""Entry point of the whole command line, with the tray application where there is a display: ``python -m app``."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from server.cli import main
from server.settings import Options

_RESOURCES = Path(__file__).resolve().parent.parent / "resources"


def start(words: list[str]) -> int:
    """Do what the words say and return the exit status. Packages start here too."""
    desktop = run_desktop if has_display(os.environ, sys.platform) else None
    return main(words, resources=_RESOURCES, desktop=desktop, window_test=draw_window)


def run_desktop(options: Options, links: Sequence[str]) -> int:
    """Run the tray application, have links added to it, and return its exit status."""
    from app.main import run  # noqa: PLC0415 - no other command may need Qt and what it loads

    return run(options, links)


def draw_window(resources: Path) -> str:
    """Draw something with Qt; without a display, where nobody sees it."""
    if not has_display(os.environ, sys.platform):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from app.selftest import draw  # noqa: PLC0415 - as above

    return draw(resources)


def has_display(environ: Mapping[str, str], platform: str) -> bool:
    """Return whether Qt finds a display; without one it would end the process."""
    if platform in {"win32", "darwin"}:
        return True
    return any(environ.get(variable) for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


if __name__ == "__main__":
    sys.exit(start(sys.argv[1:]))

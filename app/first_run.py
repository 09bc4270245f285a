"""Whether somebody was welcomed already. No Qt."""

from __future__ import annotations

from pathlib import Path

from server.settings import Options

_MARK = "welcomed"


def is_first_run(options: Options) -> bool:
    """Return whether nobody was welcomed on this data folder yet; a demo welcomes nobody."""
    return not options.demo and not (options.data_dir / _MARK).exists()


def note_welcome(data_dir: Path) -> None:
    """Remember that somebody was welcomed. Blocking. Raises OSError."""
    (data_dir / _MARK).touch()

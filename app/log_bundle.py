"""Logs for whoever helps, in one file: without identifiers, addresses, and names of the computer's user. Blocking."""

from __future__ import annotations

import logging
import platform
import re
import sys
import zipfile
from pathlib import Path

from server.logs import RedactingFormatter
from server.settings import VERSION

_IPV4 = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){3,7}:?[0-9A-Fa-f]{0,4}(?![\w:])|(?<![\w:])fe80::[0-9A-Fa-f:]+")
_MOST = 5_000_000
"""Bytes of one log."""


def write_bundle(file: Path, log_folder: Path, notes: str = "") -> int:
    """Write a ZIP file of the logs; return how many there are. Raises OSError."""
    logs = sorted(path for path in log_folder.glob("*.log*") if path.is_file())
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("about.txt", f"{_about()}\n{notes}")
        for path in logs:
            text = path.read_bytes()[-_MOST:].decode("utf-8", "replace")
            bundle.writestr(path.name, cleaned(text))
    return len(logs)


def cleaned(text: str, home: Path | None = None) -> str:
    """Return the text line by line without identifiers of torrents, secrets, addresses, and the home folder's name."""
    own = str(home or Path.home())
    formatter = RedactingFormatter(logging.Formatter("%(message)s"))
    lines = []
    for line in text.splitlines():
        record = logging.LogRecord("log", logging.INFO, "", 0, line.replace("%", "%%"), (), None)
        plain = formatter.format(record).replace("%%", "%").replace(own, "~")
        lines.append(_IPV6.sub("[address]", _IPV4.sub(_hidden, plain)))
    return "\n".join(lines) + "\n"


def _hidden(found: re.Match[str]) -> str:
    """Keep what names no machine: this one, and all of them."""
    return found[0] if found[0].startswith("127.") or found[0] == "0.0.0.0" else "[address]"  # noqa: S104 - compared


def _about() -> str:
    return "\n".join(
        (
            f"Miauflix {VERSION}",
            f"Python {platform.python_version()}, {'packaged' if getattr(sys, 'frozen', False) else 'from source'}",
            f"{platform.system()} {platform.release()} {platform.machine()}",
        )
    )

"""Whether Miauflix starts when its user signs in: an XDG entry, a value in the registry, or a launch agent. Blocking.

Nothing here needs rights that the user does not have, and each is where the system's own settings list it.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import plistlib
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

_RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
_VALUE = "Miauflix"
_LABEL = "app.miauflix"


class Autostart(Protocol):
    """Starts the app with the user's session, or not. Both methods raise OSError."""

    def is_on(self) -> bool:
        """Return whether it starts by itself."""

    def switch(self, *, on: bool) -> None:
        """Have it start by itself, or no longer."""


def find_autostart(platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> Autostart:
    """Return this platform's way."""
    command = own_command()
    if platform == "win32":
        return RegistryAutostart(command)
    if platform == "darwin":
        return LaunchAgent(command, Path.home() / "Library" / "LaunchAgents")
    config = environ.get("XDG_CONFIG_HOME")
    return DesktopEntry(command, (Path(config) if config else Path.home() / ".config") / "autostart")


def own_command() -> tuple[str, ...]:
    """Return the command that starts the tray app as it runs now, packaged or from a checkout."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    return (sys.executable, "-P", "-m", "app")


class DesktopEntry:
    """Linux and its relatives: a file in the folder that the XDG autostart specification names."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._command = command
        self._file = folder / "miauflix.desktop"

    def is_on(self) -> bool:
        """Return whether the entry is there, and not switched off by a desktop's own settings."""
        try:
            lines = self._file.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return False
        return not {"Hidden=true", "X-GNOME-Autostart-enabled=false"} & {line.replace(" ", "") for line in lines}

    def switch(self, *, on: bool) -> None:
        """Write the entry, or take it away."""
        if not on:
            self._file.unlink(missing_ok=True)
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        lines = ("[Desktop Entry]", "Type=Application", "Name=Miauflix", "Icon=miauflix", "Terminal=false")
        text = "\n".join((*lines, f"Exec={' '.join(map(_quoted, self._command))}", ""))
        self._file.write_text(text, "utf-8")


class LaunchAgent:
    """macOS: a property list that launchd reads when the user signs in."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._command = command
        self._file = folder / f"{_LABEL}.plist"

    def is_on(self) -> bool:
        """Return whether the agent is there."""
        return self._file.is_file()

    def switch(self, *, on: bool) -> None:
        """Write the agent, or take it away; counts from the next time the user signs in."""
        if not on:
            self._file.unlink(missing_ok=True)
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        agent = {
            "Label": _LABEL,
            "ProgramArguments": list(self._command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
        }
        self._file.write_bytes(plistlib.dumps(agent))


class RegistryAutostart:
    """Windows: a value under the user's Run key."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        # By name: on other systems the module is not there, nor are its types.
        self._registry: Any = importlib.import_module("winreg")

    def is_on(self) -> bool:
        """Return whether the value is there."""
        with self._key() as key:
            try:
                self._registry.QueryValueEx(key, _VALUE)
            except FileNotFoundError:
                return False
        return True

    def switch(self, *, on: bool) -> None:
        """Set the value, or delete it."""
        with self._key() as key:
            if on:
                command = subprocess.list2cmdline(self._command)
                self._registry.SetValueEx(key, _VALUE, 0, self._registry.REG_SZ, command)
            else:
                with contextlib.suppress(FileNotFoundError):
                    self._registry.DeleteValue(key, _VALUE)

    def _key(self) -> Any:
        registry = self._registry
        return registry.CreateKeyEx(registry.HKEY_CURRENT_USER, _RUN_KEY, 0, registry.KEY_ALL_ACCESS)


def _quoted(word: str) -> str:
    """Quote a word of a desktop entry's Exec line, whose rules are nearly the shell's; ``%`` begins a field there."""
    word = word.replace("%", "%%")
    if shlex.quote(word) == word:
        return word
    escaped = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in word)
    return f'"{escaped}"'

"""What goes into the bundle and what is left to the system: pure rules, used by the PyInstaller specification."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

Entry = tuple[str, str, str]
"""A file as PyInstaller lists it: its path in the bundle, where it comes from, and its kind."""

EXCLUDED_MODULES = (
    "_curses",
    "_dbm",
    "_gdbm",
    "_tkinter",
    "curses",
    "idlelib",
    "lib2to3",
    "readline",
    "tkinter",
    "PySide6.QtDBus",
    "PySide6.QtOpenGL",
    "PySide6.QtQml",
    "PySide6.QtQuick",
)
"""Modules of Python and Qt that something mentions and Miauflix never uses."""

_PLUGINS = {
    "iconengines": ("*svgicon*",),
    "imageformats": ("*qgif*", "*qico*", "*qjpeg*", "*qsvg*", "*qwebp*"),
    "networkinformation": (),
    "platforminputcontexts": ("*compose*", "*ibus*"),
    "platforms": ("*cocoa*", "*offscreen*", "*qwayland*", "*qwindows*", "*xcb*"),
    "platformthemes": ("*xdgdesktopportal*",),
    "styles": ("*",),
    "tls": (),
    "wayland-decoration-client": ("*",),
    "wayland-graphics-integration-client": ("*wayland-egl*",),
    "wayland-shell-integration": ("*xdg-shell*",),
    "xcbglintegrations": ("*",),
}
"""The kinds of Qt's plug-ins that are of use, and which of each: Qt is used for widgets, icons and local sockets."""

_FROM_SYSTEM = ("libpython3*", "libbz2*", "libffi*", "libmpdec*")
"""Which libraries of the system come along on Linux: those whose names differ from one distribution to the next.

The others are the machine's own. They fit its graphics drivers and services, and its distribution keeps them safe.
"""

_UNUSED_QT = re.compile(r"(lib)?Qt6?(EglFS|Qml|Quick|VirtualKeyboard|Pdf|EglFsKms)")
_TRANSLATION = re.compile(r"qtbase_\w+\.qm$")


def wanted(entry: Entry, own: Iterable[Path], platform: str = sys.platform) -> bool:
    """Say whether a file goes into the bundle; ``own`` are the folders of installed packages and Python's modules."""
    target, source, kind = PurePosixPath(entry[0].replace("\\", "/")), Path(entry[1]), entry[2]
    parts = target.parts
    if "plugins" in parts and "PySide6" in parts:
        at = parts.index("plugins")
        patterns = _PLUGINS.get(parts[at + 1], ()) if len(parts) > at + 2 else ()
        return any(fnmatch(target.name, pattern) for pattern in patterns)
    if "translations" in parts and "PySide6" in parts:
        return bool(_TRANSLATION.search(target.name))
    if _UNUSED_QT.match(target.name):
        return False
    if kind == "BINARY" and platform == "linux" and not any(source.is_relative_to(folder) for folder in own):
        return any(fnmatch(target.name, pattern) for pattern in _FROM_SYSTEM)
    return True

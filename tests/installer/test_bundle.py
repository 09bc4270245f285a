from __future__ import annotations

from pathlib import Path

import pytest

from installer.bundle import wanted

PACKAGES = Path("/env/site-packages")
MODULES = Path("/python/lib-dynload")


@pytest.mark.parametrize(
    ("target", "source", "kind", "there"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "site/q.so", "BINARY", True),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", "site/q.so", "BINARY", True),
        ("PySide6/Qt/plugins/platforms/libqeglfs.so", "site/q.so", "BINARY", False),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", "site/q.so", "BINARY", False),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", "site/q.so", "BINARY", True),
        ("PySide6/Qt/plugins/imageformats/libqtiff.so", "site/q.so", "BINARY", False),
        ("PySide6/Qt/plugins/generic/libqevdevmouseplugin.so", "site/q.so", "BINARY", False),
        ("PySide6\\plugins\\platforms\\qwindows.dll", "site/q.dll", "BINARY", True),
        ("PySide6/Qt/lib/libQt6Widgets.so.6", "site/q.so", "BINARY", True),
        ("PySide6/Qt/lib/libQt6EglFSDeviceIntegration.so.6", "site/q.so", "BINARY", False),
        ("libQt6EglFSDeviceIntegration.so.6", "PySide6/Qt/lib/libQt6EglFSDeviceIntegration.so.6", "SYMLINK", False),
        ("PySide6/Qt/translations/qtbase_de.qm", "site/q.qm", "DATA", True),
        ("PySide6/Qt/translations/qt_help_de.qm", "site/q.qm", "DATA", False),
        ("resources/web/app.js", "/src/resources/web/app.js", "DATA", True),
        ("python3.11/lib-dynload/_ssl.so", "/python/lib-dynload/_ssl.so", "EXTENSION", True),
        ("libpython3.11.so.1.0", "/usr/lib/libpython3.11.so.1.0", "BINARY", True),
        ("libffi.so.8", "/usr/lib/libffi.so.8", "BINARY", True),
        ("libX11.so.6", "/usr/lib/libX11.so.6", "BINARY", False),
        ("libssl.so.3", "/usr/lib/libssl.so.3", "BINARY", False),
    ],
)
def test_what_goes_into_the_bundle(target: str, source: str, kind: str, there: bool) -> None:  # noqa: FBT001 - a column
    source = source.replace("site/", f"{PACKAGES}/")
    assert wanted((target, source, kind), [PACKAGES, MODULES], "linux") is there


def test_windows_keeps_the_libraries_that_come_with_python() -> None:
    entry = ("libssl-3.dll", "C:/Python/DLLs/libssl-3.dll", "BINARY")
    assert wanted(entry, [PACKAGES], "win32")

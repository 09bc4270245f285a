"""The disk image for macOS."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

from installer.paths import DIST, INSTALLER
from server.settings import VERSION


def build_image(app: Path = DIST / "Miauflix.app") -> Path:
    """Pack the app and return the image. Raises CalledProcessError; hdiutil says what is wrong."""
    image = DIST / f"miauflix-{VERSION}-macos-{platform.machine()}.dmg"
    subprocess.run([str(INSTALLER / "macos" / "image.sh"), str(app), str(image)], check=True)
    return image

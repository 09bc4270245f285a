"""The command line of the build: ``./run package [TARGET …]``."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from installer import clean_room, debian, tree
from installer.archive import build_archive
from installer.inventory import InventoryError
from installer.macos_image import build_image
from installer.paths import ROOT
from installer.windows_setup import build_setup

Target = Callable[[Path, argparse.Namespace], Path]
"""Makes a package from the bundle and returns its file."""

_TREE, _TRY = "tree", "try"
"""Targets that make no package of their own."""


def targets(platform: str) -> dict[str, Target]:
    """Return the packages that can be built on a system."""
    if platform == "win32":
        return {"setup": lambda bundle, _: build_setup(bundle)}
    if platform == "darwin":
        return {"image": lambda _, __: build_image()}
    return {
        "deb": lambda bundle, arguments: debian.build_deb(bundle, release(arguments)),
        "tar": lambda bundle, _: build_archive(bundle),
    }


def release(arguments: argparse.Namespace) -> debian.Release:
    """Return what the package calls itself."""
    return debian.Release(arguments.revision, debian.today(), arguments.compression)


def main(words: list[str]) -> int:
    """Build what the words name, by default everything that this system can; print the files' names."""
    available = targets(sys.platform)
    arguments = _parser([_TREE, *available, *([_TRY] if "deb" in available else [])]).parse_args(words)
    wanted = arguments.targets or list(available)
    try:
        tree.note_channel(arguments.updates_url, arguments.updates_key)
        bundle = tree.build_tree()
        print(bundle.relative_to(ROOT), flush=True)
        for name in dict.fromkeys(["deb", *wanted] if _TRY in wanted else wanted):
            if name in available:
                print(available[name](bundle, arguments).relative_to(ROOT), flush=True)
        if _TRY in wanted:
            clean_room.try_package(debian.package_file(release(arguments)), arguments.previous)
    except (InventoryError, clean_room.CleanRoomError, tree.ChannelError) as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"{error.cmd[0]} failed; it says why above.", file=sys.stderr)
        return 1
    return 0


def _parser(names: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run package", description="Build packages of Miauflix into dist/.")
    parser.add_argument("targets", nargs="*", choices=[*names, []], metavar="TARGET", help=", ".join(names))
    parser.add_argument("--revision", type=int, default=1, help="counts the Debian packages of one version")
    parser.add_argument(
        "--compression", type=int, default=6, choices=range(10), metavar="0-9", help="of the Debian package"
    )
    parser.add_argument("--updates-url", metavar="URL", help="where releases are announced; without it nobody asks")
    parser.add_argument("--updates-key", metavar="KEY", help="by whom, as `python -m installer.announce key` prints it")
    parser.add_argument("--previous", type=Path, metavar="DEB", help="`try` upgrades from this package")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

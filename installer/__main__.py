"""The command line of the build: ``./run package [TARGET …]``."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from installer import debian, tree
from installer.archive import build_archive
from installer.inventory import InventoryError
from installer.paths import ROOT

Target = Callable[[Path, argparse.Namespace], Path]
"""Makes a package from the bundle and returns its file."""


def targets(platform: str) -> dict[str, Target]:
    """Return what can be built on a system."""
    if platform == "win32":
        return {}
    if platform == "darwin":
        return {}
    return {
        "deb": lambda bundle, arguments: debian.build_deb(bundle, debian.Release(arguments.revision, debian.today())),
        "tar": lambda bundle, _: build_archive(bundle),
    }


def main(words: list[str]) -> int:
    """Build what the words name, by default everything that this system can; print the files' names."""
    available = targets(sys.platform)
    parser = argparse.ArgumentParser(prog="./run package", description="Build packages of Miauflix into dist/.")
    parser.add_argument(
        "targets", nargs="*", choices=["tree", *available, []], metavar="TARGET", help=", ".join(["tree", *available])
    )
    parser.add_argument("--revision", type=int, default=1, help="counts the packages of one version")
    arguments = parser.parse_args(words)
    try:
        bundle = tree.build_tree()
        print(bundle.relative_to(ROOT))
        for name in arguments.targets or available:
            if name != "tree":
                print(available[name](bundle, arguments).relative_to(ROOT), flush=True)
    except InventoryError as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"{error.cmd[0]} failed; it says why above.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""``./run bench [NAME [options]]``: starts the benchmark of that name, or says which there are."""

from __future__ import annotations

import runpy
import sys

NAMES = ("app", "preload", "sources", "stream", "vault")


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in NAMES:
        sys.exit(f"usage: ./run bench NAME [options]; there are: {', '.join(NAMES)}")
    del sys.argv[1]
    runpy.run_module(f"bench.{name}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()

"""Seeds films from a process of its own: prints a line of info hashes and ports, then waits for the end of its input.

The only argument is JSON, a list of ``[film, torrent file, most bytes a second]``; each film gets a session, and so a
port, of its own.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

from server.torrent.seeder import seeding


def main(films: list[tuple[str, str, int]]) -> None:
    with contextlib.ExitStack() as stack:
        seeds = [
            stack.enter_context(seeding(Path(film), Path(torrent).read_bytes(), upload_limit=limit))
            for film, torrent, limit in films
        ]
        sys.stdout.write(json.dumps([[seed.info_hash, seed.port] for seed in seeds]) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

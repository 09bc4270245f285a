"""Seeds a file from a process of its own: prints the magnet link, then waits until its standard input is closed."""

from __future__ import annotations

import sys
from pathlib import Path

from server.torrent.seeder import make_torrent, seeding


def main(path: Path, piece_length: int, upload_limit: int, port: int = 0) -> None:
    torrent_file = make_torrent(path, piece_length=piece_length)
    with seeding(path, torrent_file, upload_limit=upload_limit, port=port) as seed:
        sys.stdout.write(f"{seed.magnet}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    path, *numbers = sys.argv[1:]
    main(Path(path), *map(int, numbers))

"""Seeds films from a process of its own: prints its port and the info hashes, then waits for the end of its input.

The only argument is JSON, a list of ``[film, torrent file, most bytes a second]``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import libtorrent as lt
from bench import bare


def main(films: list[tuple[str, str, int]]) -> None:
    session = bare.session()
    handles = [session.add_torrent(_seeding(Path(film), Path(torrent), limit)) for film, torrent, limit in films]
    answer = {"port": session.listen_port(), "infoHashes": [str(handle.info_hashes().v1) for handle in handles]}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


def _seeding(film: Path, torrent: Path, limit: int) -> lt.add_torrent_params:
    parameters = lt.load_torrent_buffer(torrent.read_bytes())
    parameters.save_path = str(film.parent)
    # Not in seed mode, in which whoever asks for a piece first waits until that and all before it have been hashed.
    assert parameters.ti
    parameters.have_pieces = [True] * parameters.ti.num_pieces()
    parameters.flags = lt.torrent_flags.upload_mode
    parameters.upload_limit = limit or -1  # the torrent's: the session's own limits spare peers on the same machine
    return parameters


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

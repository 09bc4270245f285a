"""Downloads a torrent with bare libtorrent, in a process of its own, and prints what it cost.

Arguments: torrent file, folder, address of the seed, name of the disk back-end.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import libtorrent as lt
from bench import bare

_PATIENCE = 300.0


def main(torrent: Path, folder: Path, peer: str, backend: str) -> None:
    session = bare.session(backend, categories=lt.alert_category.status | lt.alert_category.error)
    host, _, port = peer.rpartition(":")
    added = lt.load_torrent_buffer(torrent.read_bytes())
    added.save_path = str(folder)
    added.peers = [(host, int(port))]
    cpu, began = time.process_time(), time.perf_counter()
    session.add_torrent(added)
    while not any(isinstance(alert, lt.torrent_finished_alert) for alert in session.pop_alerts()):
        if time.perf_counter() - began > _PATIENCE:
            sys.exit("The download took too long.")
        session.wait_for_alert(1000)
    cost = {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10,
    }
    sys.stdout.write(json.dumps(cost) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4])

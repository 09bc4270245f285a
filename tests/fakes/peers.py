"""Peers with bad manners: they vanish, fall silent, or send what no piece is made of. Real BitTorrent, on loopback."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import libtorrent as lt
from fakes.appliance import ON_LOOPBACK
from fakes.swarm import ROOT

from server.torrent.session import settings_pack


@dataclass(frozen=True, slots=True)
class Peer:
    """A seed in a process of its own."""

    process: subprocess.Popen[str]
    magnet: str

    @property
    def port(self) -> int:
        return int(self.magnet.rpartition(":")[2])

    def vanish(self) -> None:
        self.process.kill()
        self.process.wait()

    def fall_silent(self) -> None:
        """Keep all connections open and say nothing more."""
        os.kill(self.process.pid, signal.SIGSTOP)


@contextlib.contextmanager
def running_peer(path: Path, *, piece_length: int = 256 << 10, upload_limit: int = 0, port: int = 0) -> Iterator[Peer]:
    """Seed a file or folder, at most ``upload_limit`` bytes per second, on a free port unless one is given."""
    command = [sys.executable, str(ROOT / "tests/fakes/seed_process.py"), str(path)]
    with subprocess.Popen(
        [*command, str(piece_length), str(upload_limit), str(port)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout
        try:
            yield Peer(process, process.stdout.readline().strip())
        finally:
            process.kill()


def all_of(*peers: Peer) -> str:
    """Return a magnet link that names all of these peers."""
    return peers[0].magnet + "".join(f"&x.pe=127.0.0.1:{peer.port}" for peer in peers[1:])


_ITS_OWN = "127.0.0.2"
"""The liar's address: libtorrent bans by address, and would take another peer of the same one for it."""


class Liar:
    """A peer that claims to have every piece, and sends other bytes."""

    def __init__(self, session: lt.session, handle: lt.torrent_handle) -> None:
        self._session = session
        self._handle = handle

    @property
    def address(self) -> str:
        return f"{_ITS_OWN}:{self._session.listen_port()}"

    @property
    def sent(self) -> int:
        """Bytes that it got rid of."""
        return self._handle.status().total_payload_upload

    def wait_until_left(self, patience: float = 30.0) -> bool:
        """Wait until somebody closes a connection to it. Blocking."""
        for _ in range(int(patience * 10)):
            self._session.wait_for_alert(100)
            if any(isinstance(alert, lt.peer_disconnected_alert) for alert in self._session.pop_alerts()):
                return True
        return False


@contextlib.contextmanager
def running_liar(folder: Path, torrent_file: bytes) -> Iterator[Liar]:
    """Offer the torrent from ``folder``, where it need not be; its files become noise. Blocking."""
    parameters = lt.load_torrent_buffer(torrent_file)
    info = parameters.ti
    assert info
    layout = info.layout()
    for index in range(layout.num_files()):
        path = folder / layout.file_path(index)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(layout.file_size(index)))
    parameters.save_path = str(folder)
    parameters.have_pieces = [True] * info.num_pieces()
    parameters.flags = lt.torrent_flags.no_verify_files | lt.torrent_flags.upload_mode
    pack = settings_pack(ON_LOOPBACK) | {"listen_interfaces": f"{_ITS_OWN}:0"}
    pack["alert_mask"] = lt.alert_category.connect | lt.alert_category.peer
    session = lt.session(cast("lt.settings_pack", pack))  # a dict, whatever the stubs say
    handle = session.add_torrent(parameters)
    try:
        yield Liar(session, handle)
    finally:
        session.pause()
        del handle, session

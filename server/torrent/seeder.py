"""A second BitTorrent session that seeds a file or folder over loopback: for the demo, tests and benchmarks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import libtorrent as lt

from server.settings import EngineSettings
from server.torrent.session import settings_pack


@dataclass(frozen=True, slots=True)
class Seed:
    """What a leech needs to find the seed."""

    port: int
    size: int
    """Bytes of all files."""
    info_hash: str = field(repr=False)
    torrent_file: bytes = field(repr=False)

    @property
    def magnet(self) -> str:
        """Return a magnet link that names the seed as a peer."""
        return f"magnet:?xt=urn:btih:{self.info_hash}&x.pe=127.0.0.1:{self.port}"


def make_torrent(path: Path, *, piece_length: int = 0, web_seeds: tuple[str, ...] = ()) -> bytes:
    """Hash a file or folder and return its torrent file. Blocking.

    Files stand in the order of their names; a piece length of 0 leaves the choice to libtorrent.
    """
    files = sorted(lt.list_files(str(path)), key=lambda file: file.filename)
    torrent = lt.create_torrent(files, piece_length, lt.create_torrent.v1_only)
    for url in web_seeds:
        torrent.add_url_seed(url)
    lt.set_piece_hashes(torrent, str(path.parent))
    return lt.bencode(torrent.generate())


@contextlib.contextmanager
def seeding(path: Path, torrent_file: bytes, *, upload_limit: int = 0, port: int = 0) -> Iterator[Seed]:
    """Seed ``path`` on 127.0.0.1, at most ``upload_limit`` bytes per second (0: no limit), on a free port. Blocking.

    Another ``port`` than 0 is for a seed that comes back to where it was.
    """
    quiet = EngineSettings(listen=f"127.0.0.1:{port}", dht=False, utp=False, allow_private_peers=True)
    session = lt.session(cast("lt.settings_pack", settings_pack(quiet)))  # a dict, whatever the stubs say
    parameters = lt.load_torrent_buffer(torrent_file)
    size = parameters.ti.total_size() if parameters.ti else 0
    parameters.save_path = str(path.parent)
    parameters.flags = lt.torrent_flags.seed_mode | lt.torrent_flags.upload_mode
    parameters.upload_limit = upload_limit or -1  # the torrent's: the session's own spares peers on the same machine
    handle = session.add_torrent(parameters)
    try:
        yield Seed(session.listen_port(), size, str(handle.info_hashes().v1), torrent_file)
    finally:
        session.pause()
        del handle, session

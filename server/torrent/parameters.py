"""What the session is given to join a swarm."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

import libtorrent as lt

from server.errors import TorrentFailedError
from server.models import TorrentIdentifiers
from server.torrent import journal
from server.torrent.folder import JOURNAL, file_name, make_folder

_BLOCK = 16 << 10


def joining(
    identifiers: TorrentIdentifiers, folder: Path, resume_data: bytes | None, *, allow_private_peers: bool
) -> lt.add_torrent_params:
    """Put together identifiers, resume data and journal; create the folder. Blocking.

    Nothing is wanted of the torrent at first. Raises TorrentFailedError when there is nothing that could be read.
    """
    make_folder(folder)
    parameters = _described(identifiers, resume_data)
    flags = lt.torrent_flags
    parameters.flags = flags.default_dont_download | flags.update_subscribe | flags.apply_ip_filter
    parameters.flags |= flags.duplicate_is_error
    parameters.save_path = str(folder)
    if parameters.ti is not None:
        parameters.renamed_files = {index: file_name(index) for index in range(parameters.ti.num_files())}
        parameters.piece_priorities = [0] * parameters.ti.num_pieces()
        _add_journal(parameters, folder, parameters.ti)
    if not allow_private_peers:
        parameters.peers = [peer for peer in parameters.peers if _is_public(peer[0])]
        parameters.url_seeds = [url for url in _web_seeds(parameters) if _is_public(_host(url))]
    return parameters


def _described(identifiers: TorrentIdentifiers, resume_data: bytes | None) -> lt.add_torrent_params:
    """Return resume data joined with what the magnet link or torrent file knows beyond them."""
    try:
        if identifiers.torrent_file is not None:
            named = lt.load_torrent_buffer(identifiers.torrent_file)
        else:
            named = lt.parse_magnet_uri(identifiers.magnet or f"magnet:?xt=urn:btih:{identifiers.info_hash}")
        resumed = lt.read_resume_data(resume_data) if resume_data else None
    except (RuntimeError, UnicodeError) as error:
        raise TorrentFailedError("What is stored of this source can't be read. Add it again.") from error
    if resumed is None or resumed.ti is None:
        return named
    resumed.peers = [*named.peers, *(peer for peer in resumed.peers if peer not in named.peers)]
    known = set(resumed.trackers)
    resumed.trackers = [*resumed.trackers, *(url for url in named.trackers if url not in known)]
    resumed.tracker_tiers = [*resumed.tracker_tiers, *(0 for url in named.trackers if url not in known)]
    resumed.url_seeds = list(dict.fromkeys([*_web_seeds(resumed), *_web_seeds(named)]))
    return resumed


def _add_journal(parameters: lt.add_torrent_params, folder: Path, info: lt.torrent_info) -> None:
    """Add the pieces that only the journal knows as complete but unverified: the session hashes them first."""
    noted = journal.read(folder / JOURNAL)
    if len(noted) != info.num_pieces():
        return
    have = list(parameters.have_pieces)
    unfinished = dict(parameters.unfinished_pieces)
    for piece, there in enumerate(noted):
        if there and not (piece < len(have) and have[piece]):
            unfinished[piece] = [True] * -(-info.piece_size(piece) // _BLOCK)
    parameters.unfinished_pieces = unfinished


def _web_seeds(parameters: lt.add_torrent_params) -> list[str]:
    """Return the addresses of web seeds; none when one of them is not UTF-8, for then the binding gives out none."""
    try:
        return parameters.url_seeds
    except UnicodeDecodeError:
        return []


def _host(url: str) -> str:
    """Return the host in an address, in lower case; empty when it is no address."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_public(host: str) -> bool:
    """Whether a peer or web seed may be asked: a name, or an address of the internet."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return host not in ("", "localhost")

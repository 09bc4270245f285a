"""What the session is given to join a swarm."""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import libtorrent as lt

from server.errors import TorrentFailedError
from server.models import TorrentIdentifiers
from server.torrent import journal
from server.torrent.folder import JOURNAL, file_name, make_folder
from server.torrent.metainfo import list_files

_BLOCK = 16 << 10
_MOST_ADDRESSES = 100
_MOST_AT_ONCE = 1 << 30
"""Most bytes that the session hashes before it does anything else, which takes two seconds; more of them it checks
beside other torrents, and then whole files, holes and all."""


def joining(
    identifiers: TorrentIdentifiers,
    folder: Path,
    resume_data: bytes | None,
    *,
    allow_private_peers: bool,
    doubtful: bool = False,
) -> lt.add_torrent_params:
    """Put together identifiers, resume data and journal; create the folder. Blocking.

    When the files are ``doubtful`` the session hashes all that is said to be there.

    Nothing is wanted of the torrent at first, and seeds hang up on whoever wants nothing. So nobody is called before
    something is, except for metadata or while files are checked, and who is called for metadata is not told. Raises
    TorrentFailedError when there is nothing that could be read.
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
        parameters.flags |= flags.paused  # and not until later: to resume is what makes the session call all at once
        _add_journal(parameters, folder, parameters.ti)
        if doubtful:
            _doubt(parameters, folder, parameters.ti)
    else:
        parameters.flags |= flags.share_mode  # see the session's settings
    _limit(parameters)
    if not allow_private_peers:
        _stay_outside(parameters)
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
    known = _texts(resumed, "trackers")
    others = [url for url in _texts(named, "trackers") if url not in set(known)]
    resumed.trackers = known + others
    resumed.tracker_tiers = [*resumed.tracker_tiers, *(0 for _ in others)]
    resumed.url_seeds = list(dict.fromkeys([*_texts(resumed, "url_seeds"), *_texts(named, "url_seeds")]))
    return resumed


def _limit(parameters: lt.add_torrent_params) -> None:
    """Leave out what goes beyond any honest number of trackers and web seeds: each is a stranger that gets a call."""
    parameters.trackers = _texts(parameters, "trackers")[:_MOST_ADDRESSES]
    parameters.tracker_tiers = parameters.tracker_tiers[: len(parameters.trackers)]
    parameters.url_seeds = _texts(parameters, "url_seeds")[:_MOST_ADDRESSES]


def _stay_outside(parameters: lt.add_torrent_params) -> None:
    """Leave out what would have the appliance knock at machines of its own network.

    A name that leads there is stopped by the session's filter, once it is looked up.
    """
    parameters.peers = [peer for peer in parameters.peers if _is_public(peer[0])]
    parameters.dht_nodes = [node for node in parameters.dht_nodes if _is_public(node[0])]
    parameters.url_seeds = [url for url in parameters.url_seeds if _is_public(_host(url))]
    tiers = itertools.chain(parameters.tracker_tiers, itertools.repeat(0))
    kept = [(url, tier) for url, tier in zip(parameters.trackers, tiers, strict=False) if _is_public(_host(url))]
    parameters.trackers = [url for url, _ in kept]
    parameters.tracker_tiers = [tier for _, tier in kept]


def _add_journal(parameters: lt.add_torrent_params, folder: Path, info: lt.torrent_info) -> None:
    """Add the pieces that only the journal knows as complete but unverified: the session hashes them first."""
    noted = journal.read(folder / JOURNAL)
    if len(noted) != info.num_pieces():
        return
    have = list(parameters.have_pieces)
    _verify(
        parameters, info, [piece for piece, there in enumerate(noted) if there and not any(have[piece : piece + 1])]
    )


def _doubt(parameters: lt.add_torrent_params, folder: Path, info: lt.torrent_info) -> None:
    """Take what the resume data know for complete but unverified, too."""
    _verify(parameters, info, [piece for piece, there in enumerate(parameters.have_pieces) if there])
    doubted, length = parameters.unfinished_pieces.keys(), info.piece_length()
    few = len(doubted) * length <= _MOST_AT_ONCE
    parameters.have_pieces = [False] * info.num_pieces() if few else []  # none at all stands for: check all files
    for file in list_files(info):
        pieces = range(file.offset // length, -(-(file.offset + file.size) // length))
        if not file.pad and not doubted.isdisjoint(pieces):
            with (folder / file_name(file.index)).open("ab") as bytes_there:
                if bytes_there.tell() < file.size:  # the session fails on what is missing, not on what is wrong
                    bytes_there.truncate(file.size)


def _verify(parameters: lt.add_torrent_params, info: lt.torrent_info, pieces: Iterable[int]) -> None:
    """Have the session hash pieces before they count."""
    complete = {piece: [True] * -(-info.piece_size(piece) // _BLOCK) for piece in pieces}
    parameters.unfinished_pieces = parameters.unfinished_pieces | complete


def _texts(parameters: lt.add_torrent_params, name: Literal["trackers", "url_seeds"]) -> list[str]:
    """Return a list of addresses; none when one of them is not UTF-8, for then the binding gives out none."""
    try:
        return list(getattr(parameters, name))
    except UnicodeDecodeError:
        return []


def _host(url: str) -> str:
    """Return the host in an address, in lower case; empty when it is no address."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_public(host: str) -> bool:
    """Whether a peer, tracker or web seed may be asked: a name, or an address of the internet."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return host not in ("", "localhost")

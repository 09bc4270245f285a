"""Reads magnet links and torrent files; refuses what is malformed or hostile before it reaches the session."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import libtorrent as lt

from server.errors import InvalidSourceError
from server.models import TorrentIdentifiers
from server.torrent.files import TorrentFile

MAX_TORRENT_FILE = 4 << 20
"""Bytes. Larger torrent files are refused: no film needs one."""

_SCHEME = "magnet:?"
_MAX_MAGNET = 16 << 10
_MAX_FILES = 20_000
_MAX_PIECE_LENGTH = 64 << 20
_NO_INFO_HASH = "That magnet link names no BitTorrent info hash (xt=urn:btih:…)."
_HASH_IN_MAGNET = re.compile(r"[?&]xt(\.\d+)?=urn(:|%3A)bt(ih|mh)(:|%3A)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metainfo:
    """What a magnet link or torrent file says of a torrent; a magnet knows no files."""

    identifiers: TorrentIdentifiers
    name: str = field(repr=False)
    size: int | None = None
    """Bytes of all files but pads; None when not known yet."""
    files: tuple[TorrentFile, ...] = field(default=(), repr=False)


def parse_magnet(text: str) -> Metainfo:
    """Read a magnet link. Raises InvalidSourceError, which does not repeat the link."""
    magnet = text.strip()
    if magnet[: len(_SCHEME)].lower() != _SCHEME:
        raise InvalidSourceError("That is not a magnet link: it must start with “magnet:?”.")
    if len(magnet) > _MAX_MAGNET:
        raise InvalidSourceError("That magnet link is too long.")
    if not _HASH_IN_MAGNET.search(magnet):
        raise InvalidSourceError(_NO_INFO_HASH)
    # libtorrent knows these words in lower case only, and with plain colons.
    magnet = _HASH_IN_MAGNET.sub(lambda found: found[0].lower().replace("%3a", ":"), _SCHEME + magnet[len(_SCHEME) :])
    try:
        parameters = lt.parse_magnet_uri(magnet)
    except (RuntimeError, UnicodeError) as error:
        raise InvalidSourceError("That magnet link can't be read.") from error
    hashes = parameters.info_hashes
    if not (hashes.has_v1() or hashes.has_v2()):  # nothing but zeros
        raise InvalidSourceError(_NO_INFO_HASH)
    return Metainfo(TorrentIdentifiers(_info_hash(hashes), magnet=magnet), name=_name(parameters))


def parse_torrent_file(data: bytes) -> Metainfo:
    """Read a torrent file. Raises InvalidSourceError when it is malformed, too large or hostile."""
    if len(data) > MAX_TORRENT_FILE:
        raise InvalidSourceError(f"That torrent file is larger than {MAX_TORRENT_FILE >> 20} MiB.")
    try:
        info = lt.load_torrent_buffer(data).ti
    except (RuntimeError, UnicodeError) as error:
        raise InvalidSourceError("That is not a torrent file, or a damaged one.") from error
    if info is None:
        raise InvalidSourceError("That torrent file holds no description of files.")
    check(info)
    files = list_files(info)
    return Metainfo(
        TorrentIdentifiers(_info_hash(info.info_hashes()), torrent_file=data),
        name=info.name(),
        size=sum(file.size for file in files if not file.pad),
        files=files,
    )


def check(info: lt.torrent_info) -> None:
    """Refuse metadata with absurd figures, and links, which could lead anywhere. Raises InvalidSourceError."""
    if info.num_files() > _MAX_FILES:
        raise InvalidSourceError(f"That torrent lists more than {_MAX_FILES} files.")
    if info.piece_length() > _MAX_PIECE_LENGTH:
        raise InvalidSourceError(f"That torrent has pieces of more than {_MAX_PIECE_LENGTH >> 20} MiB.")
    storage = info.layout()
    if any(storage.file_flags(index) & lt.file_flags_t.flag_symlink for index in range(storage.num_files())):
        raise InvalidSourceError("That torrent holds links in place of files.")


def list_files(info: lt.torrent_info) -> tuple[TorrentFile, ...]:
    """Return the files that the metadata list, in their order."""
    storage = info.layout()
    pad = lt.file_flags_t.flag_pad_file
    return tuple(
        TorrentFile(
            index=index,
            path=storage.file_path(index),
            size=storage.file_size(index),
            offset=storage.file_offset(index),
            pad=bool(storage.file_flags(index) & pad),
        )
        for index in range(storage.num_files())
    )


def _name(parameters: lt.add_torrent_params) -> str:
    """Return the name that a magnet link gives; none when it is not UTF-8, as in old ones."""
    try:
        return parameters.name
    except UnicodeDecodeError:
        return ""


def _info_hash(hashes: lt.info_hash_t) -> str:
    return str(hashes.v1 if hashes.has_v1() else hashes.v2)

"""Web seeds in torrent files: servers that have a torrent's files, and send them over HTTP (BEP 19)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import libtorrent as lt

from server.errors import InvalidSourceError
from server.torrent.metainfo import parse_torrent_file


def with_web_seeds(data: bytes, urls: Iterable[str]) -> bytes:
    """Return the torrent file with these web seeds in place of those that it names. Raises InvalidSourceError."""
    before = parse_torrent_file(data).identifiers.info_hash
    decoded = cast("dict[bytes, Any]", lt.bdecode(data))  # it was read as a torrent file, which is a dictionary
    kept = {name: value for name, value in decoded.items() if name not in {b"url-list", b"httpseeds"}}
    changed = lt.bencode({**kept, b"url-list": [url.encode() for url in urls]})
    if parse_torrent_file(changed).identifiers.info_hash != before:
        raise InvalidSourceError("That torrent file is written in a way that can't be changed.")
    return changed

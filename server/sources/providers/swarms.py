"""What it takes to join a swarm, from what providers give: a hash, a magnet link, trackers. Pure, no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from server.errors import InvalidSourceError
from server.models import TorrentIdentifiers
from server.sources import values
from server.torrent.metainfo import parse_magnet

_MOST_TRACKERS: Final = 20
_V1_DIGITS: Final = 40
_SCHEMES: Final = ("udp://", "http://", "https://")


def from_hash(info_hash: object, name: str, trackers: Iterable[object] = ()) -> TorrentIdentifiers | None:
    """Return hash and a magnet link made of it; None for what is no info hash."""
    found = values.info_hash(info_hash)
    if found is None:
        return None
    topic = f"urn:btih:{found}" if len(found) == _V1_DIGITS else f"urn:btmh:1220{found}"
    urls = [url for url in map(values.text, trackers) if url.lower().startswith(_SCHEMES)]
    tracked = "".join(f"&tr={quote(url, safe='')}" for url in list(dict.fromkeys(urls))[:_MOST_TRACKERS])
    return TorrentIdentifiers(found, f"magnet:?xt={topic}&dn={quote(name, safe='')}{tracked}")


def from_magnet(magnet: object) -> TorrentIdentifiers | None:
    """Return what a magnet link leads to; None when it can't be read."""
    if not isinstance(magnet, str):
        return None
    try:
        return parse_magnet(magnet).identifiers
    except (InvalidSourceError, ValueError):
        return None


def identified(
    magnet: object, info_hash: object, name: str, trackers: Iterable[object] = ()
) -> TorrentIdentifiers | None:
    """Return what a row's magnet link leads to or, without one, its hash; None without either, or when they differ."""
    found = from_magnet(magnet)
    if found is None:
        return from_hash(info_hash, name, trackers)
    beside = values.info_hash(info_hash)
    return found if beside in {None, found.info_hash} else None

"""What several providers offer of one torrent becomes one source with the best of each field: pure, no I/O."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, TypeVar
from urllib.parse import quote

from server.models import Item, Quality, Source, SourceId, TorrentIdentifiers
from server.sources.identity import Match, match
from server.sources.provider import Release
from server.sources.ranking import MULTIPLIERS, height
from server.vault.info_hash import normalise

UNTITLED: Final = "Untitled"

_SEASON_LENGTH: Final = 10  # episodes, where nobody knows
_SEASONS: Final = 4
_MOST_WEB_SEEDS: Final = 8

T = TypeVar("T")


def merge(releases: Iterable[Release], item: Item, now: datetime) -> list[Source]:
    """Return a source for each torrent that is of the item; releases without an info hash are left out."""
    groups: dict[str, list[tuple[Release, Match]]] = {}
    for release in releases:
        info_hash = _info_hash(release)
        matched = match(release, item)
        if info_hash and matched is not Match.NO:
            groups.setdefault(info_hash, []).append((release, matched))
    return [
        _source(info_hash, [release for release, _ in group], item, now, matched=_surest(group))
        for info_hash, group in groups.items()
    ]


def show_title(item: Item) -> str:
    """Return what an item's sources are called: never the release's name, which identifies the torrent."""
    title = item.title or UNTITLED
    if item.episode:
        return f"{title} {item.episode}"
    return f"{title} ({item.year})" if item.year else title


def _source(info_hash: str, offers: Sequence[Release], item: Item, now: datetime, *, matched: bool) -> Source:
    seeders = max((offer for offer in offers if offer.seeders is not None), key=_seeders, default=offers[0])
    web_seeds = tuple(dict.fromkeys(url for offer in offers for url in offer.web_seeds))[:_MOST_WEB_SEEDS]
    file_index = _first(offer.file_index for offer in offers)
    pack = item.episode is not None and all(offer.episode is None for offer in offers)
    size = _first(offer.size_bytes for offer in offers)
    if pack and file_index is None and size is not None:
        size = _share(size, offers, item)
    return Source(
        id=SourceId(str(uuid.uuid4())),
        item_id=item.id,
        title=show_title(item),
        provider=offers[0].provider,
        providers=tuple(dict.fromkeys(offer.provider for offer in offers)),
        identifiers=_identifiers(info_hash, offers, web_seeds),
        created_at=now,
        found_at=now,
        file_index=file_index,
        quality=max((offer.quality for offer in offers), key=_standing),
        resolution=max((offer.resolution for offer in offers), key=height),
        codec=_first(offer.codec for offer in offers),
        size_bytes=size,
        seeders=seeders.seeders,
        leechers=seeders.leechers,
        web_seeds=len(web_seeds),
        published_at=min((offer.published_at for offer in offers if offer.published_at), default=None),
        pack=pack,
        matched=matched,
    )


def _info_hash(release: Release) -> str | None:
    if release.identifiers is None:
        return None
    try:
        info_hash = normalise(release.identifiers.info_hash)
    except ValueError:
        return None
    return info_hash if info_hash.strip("0") else None


def _identifiers(info_hash: str, offers: Sequence[Release], web_seeds: Sequence[str]) -> TorrentIdentifiers:
    """Return the torrent file if there is one, and a magnet link with every tracker and web seed that was named."""
    known = [offer.identifiers for offer in offers if offer.identifiers]
    magnets = [identifiers.magnet for identifiers in known if identifiers.magnet]
    magnet = magnets[0] if magnets else f"magnet:?xt={_xt(info_hash)}"
    parts = [part for other in magnets[1:] for part in other.partition("?")[2].split("&") if part.startswith("tr=")]
    parts += [f"ws={quote(url, safe='')}" for url in web_seeds]
    named = magnet.split("&")
    magnet = "&".join([magnet, *dict.fromkeys(part for part in parts if part not in named)])
    return TorrentIdentifiers(info_hash, magnet, _first(identifiers.torrent_file for identifiers in known))


def _xt(info_hash: str) -> str:
    return f"urn:btih:{info_hash}" if len(info_hash) == 40 else f"urn:btmh:1220{info_hash}"  # noqa: PLR2004 - digits of v1


def _share(size: int, offers: Sequence[Release], item: Item) -> int:
    """Estimate an episode's part of a pack; what it really is shows once the torrent's files are known."""
    episodes = item.season_length or _SEASON_LENGTH
    if all(offer.season is None for offer in offers):
        episodes *= _SEASONS
    return size // max(1, episodes)


def _surest(group: Sequence[tuple[Release, Match]]) -> bool:
    return any(matched is Match.YES for _, matched in group)


def _seeders(release: Release) -> int:
    return release.seeders or 0


def _standing(quality: Quality) -> float:
    """Order qualities: any that is known before none."""
    return 0.0 if quality is Quality.UNKNOWN else MULTIPLIERS[quality]


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)

"""Which of an item's sources is the best one: pure, no I/O.

``score`` is the formula the product was given. With a negative base a smaller multiplier raises it, so that a CAM would
beat a BluRay; ``rank_score`` divides there, which makes it monotone everywhere and changes nothing where it is sound.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from server.models import Episode, Quality, Source, SourceId

GIB: Final = 1 << 30

MULTIPLIERS: Final[Mapping[Quality, float]] = {
    Quality.CAM: 0.1,
    Quality.TS: 0.3,
    Quality.WEB: 0.8,
    Quality.BLURAY: 1.0,
    Quality.UNKNOWN: 0.5,
}

HEALTHY: Final = 5
"""Seeders from which on a torrent plays without worry."""

_OLDEST = 0.1
_YEAR = timedelta(days=365)
_DIGITS = 6  # of a rank score: less is no difference
_OWN = "user"
_FILM_FIRST = ("yts", "internet_archive")
_EPISODE_FIRST = ("eztv", "internet_archive")
_LAST = ("rarbg",)  # only when it is strictly better


@dataclass(frozen=True, slots=True)
class Caps:
    """What the user would rather not play; it is still listed. 0 and empty mean no limit."""

    max_size_bytes: int = 0
    max_height: int = 0
    avoid_codecs: frozenset[str] = frozenset()

    def allow(self, source: Source) -> bool:
        """Return whether the source stays within; what is not known does."""
        if self.max_size_bytes and (source.size_bytes or 0) > self.max_size_bytes:
            return False
        if self.max_height and height(source.resolution) > self.max_height:
            return False
        return (source.codec or "").lower() not in self.avoid_codecs


NO_CAPS: Final = Caps()


@dataclass(frozen=True, slots=True)
class RankedSource:
    """A source among the others of its item."""

    source: Source
    score: float
    rank_score: float
    is_default: bool = False
    stale: bool = False
    """Whether the figures are old: the last search did not find it, or was long ago."""
    silent: bool = False
    """Whether nobody sent it when it was tried a moment ago."""


def score(source: Source, now: datetime) -> float:
    """Return ``(seeders - 10 · GiB) · quality · age``; what is not known counts as 0, an unknown age as old."""
    return _base(source) * _multiplier(source, now)


def rank_score(source: Source, now: datetime) -> float:
    """Return the score, made monotone: more seeders, better quality, smaller or newer never ranks lower."""
    base, multiplier = _base(source), _multiplier(source, now)
    return base * multiplier if base >= 0 else base / multiplier


def rank(
    sources: Iterable[Source],
    now: datetime,
    caps: Caps = NO_CAPS,
    *,
    priority: Sequence[str] = (),
    stale_before: datetime | None = None,
    silent: Container[SourceId] = frozenset(),
) -> tuple[RankedSource, ...]:
    """Order the sources of one item, best first; the first that may be played is the default.

    ``priority`` has the providers that go first between equals; the usual order counts for those that it leaves out.
    What a search found before ``stale_before`` is marked as stale. ``silent`` are those that nobody sent a moment ago.
    """
    ordered = sorted(sources, key=lambda source: _order(source, now, caps, priority, silent))
    default = next((source.id for source in ordered if _may_play(source)), None)
    return tuple(
        RankedSource(
            source,
            score(source, now),
            rank_score(source, now),
            source.id == default,
            stale_before is not None and source.found_at is not None and source.found_at < stale_before,
            source.id in silent,
        )
        for source in ordered
    )


def height(resolution: str | None) -> int:
    """Return the lines of a resolution such as ``1080p``, ``4k`` or ``1920x1080``; 0 when it is not known."""
    text = (resolution or "").lower()
    if found := re.search(r"(\d{3,4})\s*[pi]|\d{3,4}\s*x\s*(\d{3,4})", text):
        return int(found[1] or found[2])
    return {"4k": 2160, "uhd": 2160, "2k": 1440, "8k": 4320}.get(text, 0)


def _base(source: Source) -> float:
    return (source.seeders or 0) - 10 * (source.size_bytes or 0) / GIB


def _multiplier(source: Source, now: datetime) -> float:
    youth = 0.0 if source.published_at is None else 1 - (now - source.published_at) / _YEAR
    return MULTIPLIERS[source.quality] * min(max(youth, _OLDEST), 1.0)


def _may_play(source: Source) -> bool:
    return not source.blocked and source.refusal is None


def _order(
    source: Source, now: datetime, caps: Caps, priority: Sequence[str], silent: Container[SourceId]
) -> tuple[object, ...]:
    return (
        not source.pinned,
        not _may_play(source),
        not source.matched,
        source.id in silent,
        _health(source),
        not caps.allow(source),
        -round(rank_score(source, now), _DIGITS),
        _priority(source, priority),
        -height(source.resolution),
        source.identifiers.info_hash,
    )


def _health(source: Source) -> int:
    """Return 0 for what plays without worry, 1 for what may, 2 for what nobody seeds."""
    if source.web_seeds or (source.seeders or 0) >= HEALTHY:
        return 0
    return 2 if source.seeders == 0 else 1


def _priority(source: Source, listed: Sequence[str]) -> int:
    """Return where the best of the source's providers stands; it decides between equals only."""
    usual = _EPISODE_FIRST if Episode.of(source.item_id) else _FILM_FIRST
    first = tuple(dict.fromkeys((_OWN, *listed, *usual)))
    places = {name: place for place, name in enumerate(first)}
    return min(places.get(name, len(first) + (name in _LAST)) for name in source.providers or (source.provider,))

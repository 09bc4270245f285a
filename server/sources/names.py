"""What a release name says: pure, no I/O. What a provider knows by itself is not asked of the name."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from PTT import Parser
from PTT.handlers import add_defaults

from server.models import Episode, Quality
from server.sources.provider import Release

_LONGEST: Final = 300
_REMEMBERED: Final = 4096

_UNUSED: Final = frozenset(
    {
        *("languages", "network", "adult", "dubbed", "subbed", "region", "country", "site", "bitrate", "commentary"),
        *("documentary", "torrent", "scene", "uncensored"),
    }
)  # fields that nobody reads here; they take most of the time

_QUALITIES: Final = {
    "CAM": Quality.CAM,
    "TeleSync": Quality.TS,
    "TeleCine": Quality.TS,
    **dict.fromkeys(["WEB", "WEB-DL", "WEBRip", "WEBMux", "WEB-DLRip", "HDRip"], Quality.WEB),
    **dict.fromkeys(["BluRay", "BluRay REMUX", "BRRip", "BDRip", "UHDRip", "REMUX"], Quality.BLURAY),
}
_CODECS: Final = {"avc": "h264", "hevc": "hevc", "av1": "av1", "xvid": "mpeg4", "vp9": "vp9", "mpeg": "mpeg2"}
_CODEC_WORDS: Final = {
    **dict.fromkeys(["x264", "h264", "h.264", "avc"], "h264"),
    **dict.fromkeys(["x265", "h265", "h.265", "hevc"], "hevc"),
    **dict.fromkeys(["xvid", "divx", "mpeg4"], "mpeg4"),
    "av1": "av1",
    "vp9": "vp9",
    "mpeg2": "mpeg2",
}


@dataclass(frozen=True, slots=True)
class ReleaseName:
    """A release name, taken apart."""

    title: str = field(repr=False)
    year: int | None = None
    quality: Quality = Quality.UNKNOWN
    resolution: str | None = None
    """``1080p``, say."""
    codec: str | None = None
    """``h264``, ``hevc``, ``av1``, ``vp9``, ``mpeg4`` or ``mpeg2``."""
    seasons: tuple[int, ...] = ()
    episodes: tuple[int, ...] = ()
    complete: bool = False
    """Whether it says that it is all of a show."""


@functools.lru_cache(maxsize=_REMEMBERED)
def parse(name: str) -> ReleaseName:
    """Take a release name apart; one that makes no sense gives its own text as the title."""
    try:
        found: dict[str, Any] = _parser().parse(name[:_LONGEST])
    except (ValueError, IndexError, KeyError, TypeError, AttributeError):  # a name that the parser can't digest
        return ReleaseName(name[:_LONGEST])
    year = found.get("year")
    return ReleaseName(
        title=str(found.get("title") or name[:_LONGEST]),
        year=year if isinstance(year, int) else None,
        quality=_QUALITIES.get(str(found.get("quality")), Quality.UNKNOWN),
        resolution=_resolution(found.get("resolution")),
        codec=_CODECS.get(str(found.get("codec"))),
        seasons=_numbers(found.get("seasons")),
        episodes=_numbers(found.get("episodes")),
        complete=bool(found.get("complete")),
    )


def codec(word: object) -> str | None:
    """Return our word for a codec that a provider names: ``h264`` for ``x264``."""
    return _CODEC_WORDS.get(word.strip().lower()) if isinstance(word, str) else None


def filled_in(release: Release) -> Release:
    """Return the release with what its provider does not tell taken from its name; a place in a show is not."""
    name = parse(release.name)
    return replace(
        release,
        quality=name.quality if release.quality is Quality.UNKNOWN else release.quality,
        resolution=release.resolution or name.resolution,
        codec=release.codec or name.codec,
        year=release.year or name.year,
    )


def placed(release: Release, wanted: Episode) -> Release | None:
    """Return the release with its place in the show, by its provider or its name; None when it can't hold the episode.

    A pack has no episode, one of several seasons no season either.
    """
    if wanted.season and release.season not in {None, 0, wanted.season}:
        return None
    name = parse(release.name)
    seasons = (release.season,) if release.season else name.seasons
    episodes = (release.episode,) if release.episode and not _spans(name, release.episode) else name.episodes
    if wanted.season and seasons and wanted.season not in seasons:
        return None
    if episodes:
        if wanted.number not in episodes:
            return None
        several = len(episodes) > 1
        return replace(release, season=_only(seasons), episode=None if several and seasons else wanted.number)
    if seasons:
        return replace(release, season=_only(seasons), episode=None)
    return replace(release, season=None, episode=None) if name.complete else None


def fitting_in(wanted: Episode, release: Release) -> Release | None:
    """Return the release placed and filled in; None when it can't hold the episode."""
    found = placed(release, wanted)
    return filled_in(found) if found else None


def _spans(name: ReleaseName, episode: int) -> bool:
    """Whether the name tells of more episodes than the one that the provider names."""
    return len(name.episodes) > 1 and episode in name.episodes


def _only(numbers: tuple[int, ...]) -> int | None:
    return numbers[0] if len(numbers) == 1 else None


def _resolution(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    return {"4k": "2160p", "2k": "1440p"}.get(value.lower(), value.lower())


def _numbers(value: object) -> tuple[int, ...]:
    if not isinstance(value, Iterable):
        return ()
    return tuple(sorted({number for number in value if isinstance(number, int) and number >= 0}))


@functools.cache
def _parser() -> Parser:
    parser = Parser()
    add_defaults(parser)
    parser.handlers = [handler for handler in parser.handlers if handler.handler_name not in _UNUSED]
    return parser

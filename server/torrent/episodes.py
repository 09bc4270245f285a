"""Which files of a torrent are a certain episode, by the numbers in their paths: pure, no I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final

from server.models import Episode

_GAP: Final = r"[ ._\-]*"
_NAMED: Final = re.compile(
    rf"(?<![a-z0-9])s(\d{{1,2}}){_GAP}(ep?\d{{1,4}}(?!\d)(?:{_GAP}ep?\d{{1,4}}(?!\d)|-\d{{1,3}}(?![\dpi]))*)"
)
_CROSSED: Final = re.compile(r"(?<![a-z0-9])(\d{1,2})x(\d{2,3})(?!\d)")
_SEASON: Final = re.compile(rf"(?<![a-z0-9])(?:season|series|staffel|s){_GAP}(\d{{1,2}})(?!\d)")
_EPISODE: Final = re.compile(rf"(?<![a-z0-9])(?:episode|ep|e|folge){_GAP}(\d{{1,4}})(?!\d)|^(\d{{1,3}})(?![\dpix])")
_DASHED: Final = re.compile(r" - (\d{1,3})(?![\dpi])")

Numbers = frozenset[tuple[int | None, int]]
"""Seasons, None where none is named, and episodes."""


def find_episode(paths: Sequence[str], wanted: Episode, *, pack: bool) -> list[int]:
    """Return the places of the paths that are the episode; empty when none is.

    The clearest numbering that names it decides. What is no pack and holds one video without any number is that video.
    """
    lowered = [path.lower() for path in paths]
    for reading in (_clear, _by_folder, _joined(wanted)):
        found = [place for place, path in enumerate(lowered) if _names(reading(path), wanted)]
        if found and (reading is _clear or len(found) == 1):
            return found
    if len(paths) == 1 and not pack and not _clear(lowered[0]):
        return [0]
    return []


def _names(numbers: Numbers, wanted: Episode) -> bool:
    return (wanted.season, wanted.number) in numbers or (None, wanted.number) in numbers


def _clear(path: str) -> Numbers:
    """Read ``S01E02``, ``S01E02E03``, ``S01E02-E04`` and ``1x02`` in the file's name."""
    name = PurePosixPath(path).name
    found: set[tuple[int | None, int]] = set()
    for match in _NAMED.finditer(name):
        numbers = [int(digits) for digits in re.findall(r"\d+", match[2])]
        found |= {(int(match[1]), number) for number in numbers}
        if "-" in match[2]:
            for first, last in pairwise(numbers):
                found |= {(int(match[1]), number) for number in range(first, min(last, first + 30) + 1)}
    found |= {(int(match[1]), int(match[2])) for match in _CROSSED.finditer(name)}
    return frozenset(found)


def _by_folder(path: str) -> Numbers:
    """Read ``Season 1/02 - Name``, ``Season 1/Episode 2`` and ``Name - 02``; a clear number is not read again."""
    if _clear(path):
        return frozenset()
    *folders, name = PurePosixPath(path).parts or ("",)
    season = next((int(match[1]) for part in (name, *reversed(folders)) if (match := _SEASON.search(part))), None)
    match = _EPISODE.search(name) or _DASHED.search(name)
    return frozenset({(season, int(next(filter(None, match.groups()))))}) if match else frozenset()


def _joined(wanted: Episode) -> Callable[[str], Numbers]:
    """Read ``102`` as the second episode of the first season."""
    digits = re.compile(rf"(?<![a-z0-9]){wanted.season}{wanted.number:02}(?![a-z0-9])")

    def read(path: str) -> Numbers:
        if _clear(path) or not digits.search(PurePosixPath(path).name):
            return frozenset()
        return frozenset({(wanted.season, wanted.number)})

    return read

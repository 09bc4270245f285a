"""Two hundred release names of our own, with what they say: films, episodes, packs, anime and foreign titles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from server.models import Quality
from server.sources.names import ReleaseName

_LIST = Path(__file__).with_suffix(".txt")

FIELDS = ("title", "year", "quality", "resolution", "codec", "seasons", "episodes")


@dataclass(frozen=True, slots=True)
class Example:
    name: str
    expected: ReleaseName


def read_examples() -> list[Example]:
    lines = _LIST.read_text("utf-8").splitlines()
    return [_example(line) for line in lines if line and not line.startswith("#")]


def accuracy(parsed: list[ReleaseName], examples: list[Example]) -> dict[str, float]:
    """Return by field how many of the names were read right, from 0 to 1; titles are compared by their words."""
    return {
        field: sum(
            _compared(field, getattr(found, field)) == _compared(field, getattr(example.expected, field))
            for found, example in zip(parsed, examples, strict=True)
        )
        / len(examples)
        for field in FIELDS
    }


def _compared(field: str, value: object) -> object:
    return str(value).casefold().replace(".", " ").split() if field == "title" else value


def _example(line: str) -> Example:
    # names may hold a bar themselves, so the fields are taken from behind
    name, title, year, quality, resolution, codec, seasons, episodes = (part.strip() for part in line.rsplit(" | ", 7))
    return Example(
        name,
        ReleaseName(
            title=title,
            year=None if year == "-" else int(year),
            quality=Quality(quality),
            resolution=None if resolution == "-" else resolution,
            codec=None if codec == "-" else codec,
            seasons=_numbers(seasons),
            episodes=_numbers(episodes),
        ),
    )


def _numbers(text: str) -> tuple[int, ...]:
    if text == "-":
        return ()
    if "-" in text:
        first, last = text.split("-")
        return tuple(range(int(first), int(last) + 1))
    return tuple(int(part) for part in text.split(","))

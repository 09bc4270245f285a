"""Part of ``./run bench sources``: how well and how fast release names are read, beside whole parsers that are here."""

from __future__ import annotations

import importlib.util
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import PTT
from fakes.release_names import accuracy, read_examples

from server.sources.names import parse

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class NameFigures:
    """Names a second in the best round, and the share of names of which a field is read right."""

    names: int
    per_second: float
    peers_per_second: dict[str, float]
    accuracy: dict[str, float]


def measure_names() -> NameFigures:
    examples = read_examples()
    names = [example.name for example in examples]
    found = [parse(name) for name in names]
    contestants = dict(_peers())
    # by turns, so that what the machine does besides falls on all of them
    rates: dict[str, list[float]] = {name: [] for name in ("", *contestants)}
    for _ in range(ROUNDS):
        for name, read in {"": parse.__wrapped__, **contestants}.items():
            rates[name].append(_rate(read, names))
    best = {name: max(samples) for name, samples in rates.items()}
    return NameFigures(len(names), best.pop(""), best, accuracy(found, examples))


def name_lines(figures: NameFigures) -> Iterator[str]:
    yield f"{'release names read':<52}{'names':>8}{'per second':>12}{'ratio':>12}"
    yield f"{'server.sources.names':<52}{figures.names:>8}{figures.per_second:>12.0f}{1:>12.2f}"
    for name, rate in figures.peers_per_second.items():
        yield f"{f'  {name}':<52}{figures.names:>8}{rate:>12.0f}{rate / figures.per_second:>12.2f}"
    yield "read right: " + ", ".join(f"{field} {share:.1%}" for field, share in figures.accuracy.items())
    yield f"read right, all fields together: {statistics.mean(figures.accuracy.values()):.1%}"


def _peers() -> Iterator[tuple[str, Callable[[str], object]]]:
    yield "parsett, all fields", PTT.parse_title
    if importlib.util.find_spec("guessit"):
        from guessit import guessit  # type: ignore[import-not-found] # noqa: PLC0415 - where somebody installed it

        yield "guessit", guessit


def _rate(read: Callable[[str], object], names: list[str]) -> float:
    started = time.perf_counter()
    for name in names:
        read(name)
    return len(names) / (time.perf_counter() - started)

"""What was measured: samples by metric and contestant, and the goals that they are held against."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

OURS = "miauflix"
PEERS = ("webtorrent", "peerflix")
RAW = ("lt-posix", "lt-mmap", "lt-pread")


@dataclass(frozen=True, slots=True)
class Metric:
    """Something that is measured."""

    key: str
    title: str
    unit: str
    digits: int = 0


METRICS = (
    Metric("cold", "cold: through while downloading", "MB/s"),
    Metric("hot", "hot: the same again", "MB/s"),
    Metric("cpu_cold", "CPU, cold", "s/GB", 2),
    Metric("cpu_hot", "CPU, hot", "s/GB", 2),
    Metric("first", "first byte: torrent known, not joined", "ms", 1),
    Metric("joined", "first byte: torrent joined, peer connected", "ms", 1),
    Metric("magnet", "first byte: from a magnet", "ms", 1),
    Metric("seek", "first byte: seek into the missing part", "ms", 1),
    Metric("swarm", "slow swarm: start and three seeks, 2 s of video each", "s", 2),
    Metric("swarm_start", "slow swarm: of it the start", "s", 2),
    Metric("swarm_stalls", "slow swarm: stalls", ""),
    Metric("swarm_stalled", "slow swarm: seconds stalled", "s", 2),
    Metric("stalls_5", "5 players: stalls", ""),
    Metric("errors_5", "5 players: errors", ""),
    Metric("cpu_5", "5 players: CPU of one core", "%", 1),
    Metric("memory_5", "5 players: memory added per stream", "MB", 1),
    Metric("stalls_10", "10 players: stalls", ""),
    Metric("errors_10", "10 players: errors", ""),
    Metric("cpu_10", "10 players: CPU of one core", "%", 1),
    Metric("memory_10", "10 players: memory added per stream", "MB", 1),
)


@dataclass(slots=True)
class Results:
    """All samples, in the unit of their metric, and what went wrong."""

    samples: defaultdict[str, defaultdict[str, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    failures: list[str] = field(default_factory=list)

    def add(self, metric: str, contestant: str, value: float) -> None:
        self.samples[metric][contestant].append(value)

    def median(self, metric: str, contestant: str) -> float | None:
        values = self.samples[metric][contestant]
        return statistics.median(values) if values else None

    def worst(self, metric: str, contestant: str, *, at_least: bool) -> float | None:
        choose = min if at_least else max
        return choose(self.samples[metric][contestant], default=None)

    def contestants(self) -> list[str]:
        """Everybody who was measured, in the order of their first sample, ourselves first."""
        found = {name: None for by_name in self.samples.values() for name, values in by_name.items() if values}
        return sorted(found, key=lambda name: name != OURS)


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound: ``factor`` times the best of ``against`` for our median, or itself for our worst when that is empty."""

    metric: str
    at_least: bool
    factor: float
    against: tuple[str, ...] = ()

    def best(self, results: Results) -> tuple[str, float] | None:
        """Who of those we are held against is best, and their median."""
        medians = [(name, value) for name in self.against if (value := results.median(self.metric, name)) is not None]
        choose = max if self.at_least else min
        return choose(medians, key=lambda pair: pair[1]) if medians else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a goal came out; None stands for what was not measured."""

    goal: Goal
    value: float | None
    reference: str
    bound: float | None

    @property
    def ratio(self) -> float | None:
        """Our value as a multiple of the reference's."""
        if self.value is None or not self.bound or not self.reference:
            return None
        return self.value / self.bound * self.goal.factor

    @property
    def met(self) -> bool | None:
        if self.value is None or self.bound is None:
            return None
        return self.value >= self.bound if self.goal.at_least else self.value <= self.bound


GOALS = (
    Goal("cold", at_least=True, factor=0.85, against=RAW),
    Goal("cold", at_least=True, factor=2, against=PEERS),
    Goal("hot", at_least=True, factor=0.9, against=("nginx",)),
    Goal("hot", at_least=True, factor=1.6, against=PEERS),
    Goal("cpu_cold", at_least=False, factor=0.5, against=PEERS),
    Goal("cpu_hot", at_least=False, factor=0.5, against=PEERS),
    Goal("first", at_least=False, factor=1, against=PEERS),
    Goal("first", at_least=False, factor=2000),
    Goal("joined", at_least=False, factor=1, against=PEERS),
    Goal("joined", at_least=False, factor=2000),
    Goal("magnet", at_least=False, factor=1, against=PEERS),
    Goal("seek", at_least=False, factor=1, against=PEERS),
    Goal("swarm", at_least=False, factor=0.7, against=PEERS),
    Goal("swarm_stalls", at_least=False, factor=0),
    Goal("stalls_5", at_least=False, factor=0),
    Goal("errors_5", at_least=False, factor=0),
    Goal("cpu_5", at_least=False, factor=50),
    Goal("memory_5", at_least=False, factor=25),
    Goal("stalls_10", at_least=False, factor=0),
    Goal("errors_10", at_least=False, factor=0),
    Goal("memory_10", at_least=False, factor=25),
)


def verdicts(results: Results) -> Iterator[Verdict]:
    """Hold the results against the goals whose metric was measured at all."""
    for goal in GOALS:
        if not results.samples[goal.metric]:
            continue
        if not goal.against:  # what must never be, and not only for the most part
            yield Verdict(goal, results.worst(goal.metric, OURS, at_least=goal.at_least), "", goal.factor)
            continue
        value, best = results.median(goal.metric, OURS), goal.best(results)
        yield Verdict(goal, value, best[0], goal.factor * best[1]) if best else Verdict(goal, value, "", None)

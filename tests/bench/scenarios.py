"""What every contestant has to do. A scenario takes turns, so that a busy moment of the machine hits all alike."""

from __future__ import annotations

import contextlib
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import limits
from bench.client import BenchError, Target, compare, first_byte, through
from bench.contestants import Contestant
from bench.measure import PeakMemory, cpu_seconds
from bench.player import play
from bench.results import Results
from bench.swarm import MIB, Film, Swarm, make_film, seeded, torrent_of

PIECE = 2 * MIB
"""Length of pieces, as films of 1080p have them."""

_SLOW_PIECE = MIB
_SLOW_SEEDS, _SLOW_RATE = 8, 256 << 10
_PLAYER_RATE = 3 * MIB  # what each film's swarm gives; one that gives all at once shows no steady state
_SHORT = 64 * MIB
_HOT_PASSES = 3
_SETTLED_AFTER = 1.5  # seconds in which peers are connected and what was begun comes to rest
_SEEKS = (0.7, 0.35, 0.85)
_SLOW_SEEKS = (0.0, 0.6, 0.3, 0.85)
_PLAYERS_RUNS = 2  # at most: five and ten players are as many samples in each


@dataclass(frozen=True, slots=True)
class Lab:
    """Where scenarios run, and how much of everything."""

    folder: Path
    film: Film
    contestants: Sequence[Contestant]
    only: frozenset[str]
    """Names of those who take part; empty for all."""
    runs: int
    seconds: float
    """Seconds that a player plays, each time."""
    players: Sequence[int] = (5, 10)
    """How many players play at once."""
    results: Results = field(default_factory=Results)

    def takes_part(self, name: str) -> bool:
        return not self.only or name in self.only

    @contextlib.contextmanager
    def room(self) -> Iterator[Path]:
        """An empty folder; the disk is at rest when it is handed out."""
        os.sync()
        with tempfile.TemporaryDirectory(dir=self.folder, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def turns(self, scenario: str, turn: Callable[[Lab, Contestant], None], *, at_most: int | None = None) -> None:
        """Let each contestant do its turn, as often as there are runs; one that fails is noted, the others go on."""
        for run in range(min(self.runs, at_most or self.runs)):
            for contestant in self.contestants:
                with self.noting(scenario, contestant.name, run):
                    turn(self, contestant)

    @contextlib.contextmanager
    def noting(self, scenario: str, name: str, run: int) -> Iterator[None]:
        try:
            yield
        except (BenchError, OSError, AssertionError, ValueError) as error:
            self.results.failures.append(f"{scenario}, {name}, run {run + 1}: {type(error).__name__}: {error}")


def watch_through(lab: Lab) -> None:
    """The whole film, first while it downloads, then again from the disk."""
    with seeded([lab.film], lab.folder / "seeds.log") as (swarm,):
        for run in range(lab.runs):
            for contestant in lab.contestants:
                with lab.noting("through", contestant.name, run):
                    _through(lab, contestant, swarm)
            for backend in limits.BACKENDS:
                name = f"lt-{backend}"
                if lab.takes_part(name):
                    with lab.noting("through", name, run), lab.room() as folder:
                        cost = limits.download(swarm, folder, backend)
                        lab.results.add("cold", name, swarm.film.size / 1e6 / cost["seconds"])
                        lab.results.add("cpu_cold", name, cost["cpu"] / swarm.film.size * 1e9)
            for name in limits.FILE_SERVERS:
                if lab.takes_part(name):
                    with (
                        lab.noting("through", name, run),
                        lab.room() as folder,
                        limits.file_server(name, lab.film.path, folder) as (child, target),
                    ):
                        _hot(lab, name, child.pid, target)


def _through(lab: Lab, contestant: Contestant, swarm: Swarm) -> None:
    size = swarm.film.size
    with lab.room() as folder, contestant.playing(folder) as player:
        target = player.add(swarm)
        cpu = cpu_seconds(player.pid)
        seconds = through(target, size)
        lab.results.add("cold", contestant.name, size / 1e6 / seconds)
        lab.results.add("cpu_cold", contestant.name, (cpu_seconds(player.pid) - cpu) / size * 1e9)
        for _ in range(8):
            compare(target, swarm.film.path, random.randrange(size - MIB), MIB)
        time.sleep(_SETTLED_AFTER)
        _hot(lab, contestant.name, player.pid, target)


def _hot(lab: Lab, name: str, pid: int, target: Target) -> None:
    size = lab.film.size
    for _ in range(_HOT_PASSES):
        cpu = cpu_seconds(pid)
        lab.results.add("hot", name, size / 1e6 / through(target, size))
        lab.results.add("cpu_hot", name, (cpu_seconds(pid) - cpu) / size * 1e9)


def wait_for_first_byte(lab: Lab) -> None:
    """The first byte of three films: one that is known, one whose swarm is joined, one that is but a magnet link."""
    films = [make_film(lab.folder, f"first-{index}", _SHORT, PIECE) for index in range(3)]
    with seeded(films, lab.folder / "seeds.log") as (known, joined, unknown):

        def turn(lab: Lab, contestant: Contestant) -> None:
            with lab.room() as folder, contestant.playing(folder, known=[known]) as player:

                def ready(swarm: Swarm, *, by_magnet: bool = False) -> float:
                    began = time.perf_counter()
                    first_byte(player.add(swarm, by_magnet=by_magnet))
                    return (time.perf_counter() - began) * 1000

                lab.results.add("first", contestant.name, ready(known))
                target = player.add(joined, idle=True)
                time.sleep(_SETTLED_AFTER)
                lab.results.add("joined", contestant.name, first_byte(target) * 1000)
                time.sleep(_SETTLED_AFTER)
                lab.results.add("magnet", contestant.name, ready(unknown, by_magnet=True))

        lab.turns("first", turn)
    for film in films:
        film.path.unlink()


def seek(lab: Lab) -> None:
    """A player starts, then jumps to where nothing is yet."""
    with seeded([lab.film], lab.folder / "seeds.log") as (swarm,):

        def turn(lab: Lab, contestant: Contestant) -> None:
            with lab.room() as folder, contestant.playing(folder) as player:
                target = player.add(swarm, idle=True)
                time.sleep(_SETTLED_AFTER)
                first_byte(target, enough=4 * MIB)
                for part in _SEEKS:
                    waited = first_byte(target, int(part * swarm.film.size))
                    lab.results.add("seek", contestant.name, waited * 1000)

        lab.turns("seek", turn)


def watch_slow_swarm(lab: Lab) -> None:
    """A film of 1 MiB/s from a swarm that gives twice that in small shares: a start and three seeks."""
    film = torrent_of(lab.film.path, _SLOW_PIECE)
    with seeded([film], lab.folder / "seeds.log", seeds=_SLOW_SEEDS, limit=_SLOW_RATE) as (swarm,):

        def turn(lab: Lab, contestant: Contestant) -> None:
            with lab.room() as folder, contestant.playing(folder) as player:
                target = player.add(swarm, idle=True)
                time.sleep(_SETTLED_AFTER)
                played = [play(target, int(part * film.size), lab.seconds) for part in _SLOW_SEEKS]
                lab.results.add("swarm", contestant.name, sum(each.start_up for each in played))
                lab.results.add("swarm_start", contestant.name, played[0].start_up)
                lab.results.add("swarm_stalls", contestant.name, sum(each.stalls for each in played))
                lab.results.add("swarm_stalled", contestant.name, sum(each.stalled for each in played))

        lab.turns("swarm", turn)


def watch_many(lab: Lab) -> None:
    """Several players at once, each with a film of its own."""
    films = [make_film(lab.folder, f"many-{index}", _SHORT, PIECE) for index in range(max(lab.players))]
    with seeded(films, lab.folder / "seeds.log", limit=_PLAYER_RATE) as swarms:
        for count in lab.players:

            def turn(lab: Lab, contestant: Contestant, count: int = count) -> None:
                _watch_together(lab, contestant, swarms[:count])

            lab.turns(f"{count} players", turn, at_most=_PLAYERS_RUNS)


def _watch_together(lab: Lab, contestant: Contestant, swarms: Sequence[Swarm]) -> None:
    count = len(swarms)
    stalls, errors = [0] * count, [0] * count

    def watch(index: int, target: Target) -> None:
        try:
            stalls[index] = play(target, 0, lab.seconds).stalls
        except (BenchError, OSError):
            errors[index] = 1

    with lab.room() as folder, contestant.playing(folder) as player:
        time.sleep(_SETTLED_AFTER)
        with PeakMemory.watching(player.pid) as memory:
            targets = [player.add(swarm, idle=True) for swarm in swarms]
            time.sleep(_SETTLED_AFTER)
            cpu, began = cpu_seconds(player.pid), time.perf_counter()
            threads = [threading.Thread(target=watch, args=pair) for pair in enumerate(targets)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            busy = (cpu_seconds(player.pid) - cpu) / (time.perf_counter() - began)
    name = contestant.name
    lab.results.add(f"stalls_{count}", name, sum(stalls))
    lab.results.add(f"errors_{count}", name, sum(errors))
    lab.results.add(f"cpu_{count}", name, busy * 100)
    lab.results.add(f"memory_{count}", name, memory.added / count / 1e6)


SCENARIOS: dict[str, Callable[[Lab], None]] = {
    "through": watch_through,
    "first": wait_for_first_byte,
    "seek": seek,
    "swarm": watch_slow_swarm,
    "players": watch_many,
}

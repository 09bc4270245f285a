"""``./run bench stream``: plays the same films from the same swarms with Miauflix, its peers and the limits of each.

Everything stays on loopback, in a network namespace of its own where the system allows one.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bench import isolation
from bench.contestants import MIAUFLIX, PEERS, Contestant, install_peers
from bench.limits import BACKENDS, FILE_SERVERS
from bench.report import document, table
from bench.scenarios import PIECE, SCENARIOS, Lab
from bench.swarm import MIB, make_film

NAMES = (
    MIAUFLIX.name,
    *(peer.name for peer in PEERS),
    *(f"lt-{backend}" for backend in BACKENDS),
    *FILE_SERVERS,
)


LEFT_OUT = {"btfs": "on loopback Debian's (2.24) mounts, but connects to none of the peers it is told of"}
"""Peers that could be compared with, and why they are not."""


def main() -> int:
    arguments = _arguments()
    left_out = dict(LEFT_OUT)
    wanted = [peer for peer in PEERS if not arguments.only or peer.name in arguments.only]
    if wanted and (problem := install_peers()):
        left_out |= {peer.name: problem for peer in wanted}
        wanted = []
    if exposed := isolation.enter("bench.stream"):
        _say(f"Not in a network namespace of its own: {exposed}.")
    for name, problem in left_out.items():
        _say(f"{name} is left out: {problem}.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the contexts end what was started
    contestants = [*([MIAUFLIX] if not arguments.only or MIAUFLIX.name in arguments.only else []), *wanted]
    with tempfile.TemporaryDirectory(prefix="miauflix-bench-", dir=arguments.folder) as folder:
        lab = _run(arguments, contestants, Path(folder))
    sys.stdout.write("\n".join([*table(lab.results), ""]))
    if arguments.json:
        options = {"size": arguments.size, "runs": lab.runs, "seconds": lab.seconds, "scenarios": arguments.scenario}
        arguments.json.write_text(json.dumps(document(lab.results, options, left_out), indent=2) + "\n")
    return 1 if lab.results.failures else 0


def _run(arguments: argparse.Namespace, contestants: Sequence[Contestant], folder: Path) -> Lab:
    lab = Lab(
        folder=folder,
        film=make_film(folder, "film", arguments.size * MIB, PIECE),
        contestants=contestants,
        only=frozenset(arguments.only),
        runs=arguments.runs,
        seconds=arguments.seconds,
        players=(5,) if arguments.quick else (5, 10),
    )
    for name in arguments.scenario:
        began = time.monotonic()
        SCENARIOS[name](lab)
        _say(f"{name}: {time.monotonic() - began:.0f} s")
    return lab


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench stream", description="Miauflix beside its peers and its limits.")
    parser.add_argument("--scenario", type=_words(SCENARIOS), help=f"of {','.join(SCENARIOS)}; all")
    parser.add_argument("--only", type=_words(NAMES), default=[], help=f"of {','.join(NAMES)}; all")
    parser.add_argument("--size", type=int, help="MiB of the film; 1024")
    parser.add_argument("--runs", type=int, help="how often everything is repeated; 3")
    parser.add_argument("--seconds", type=float, help="how long a player plays each time; 6")
    parser.add_argument("--quick", action="store_true", help="256 MiB, once, 1.5 s, 5 players: two minutes, not twelve")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all samples there")
    parser.add_argument("--folder", type=Path, help="where films and downloads go; the system's temporary folder")
    arguments = parser.parse_args()
    arguments.scenario = arguments.scenario or list(SCENARIOS)
    arguments.size = arguments.size or (256 if arguments.quick else 1024)
    arguments.runs = arguments.runs or (1 if arguments.quick else 3)
    arguments.seconds = arguments.seconds or (1.5 if arguments.quick else 6.0)
    return arguments


def _words(known: Iterable[str]) -> Callable[[str], list[str]]:
    """Return what reads a list of known words from an option."""

    def read(text: str) -> list[str]:
        words = text.split(",")
        if unknown := [word for word in words if word not in known]:
            raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}; there are {', '.join(known)}")
        return words

    return read


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())

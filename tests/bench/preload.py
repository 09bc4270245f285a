"""``./run bench preload``: how soon a video plays that had the focus for two seconds, that had not, and that is here.

The swarm is eight seeds of 256 KiB a second each, behind connections on which there and back takes 100 ms. The video is
an MP4 with its index at the end, as many are: a player reads its beginning, its index, and then two seconds of it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import struct
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import isolation
from bench.child import running
from bench.client import PATIENCE, Target, opened, through
from bench.swarm import MIB, Film, Swarm, seeded, torrent_of
from fakes.server_process import ROOT, Household

SEEDS, RATE, ROUND_TRIP = 8, 256 << 10, 0.1
FOCUS = 2.0
"""Seconds for which the video has the focus before it is played."""

BYTES_A_SECOND = 500_000
"""4 Mbit, as films of 1080p from the web have them."""

_INDEX = 150_000
_PROBE = 64 << 10
_SIZE = 96 * MIB


@dataclass(frozen=True, slots=True)
class Start:
    """How a video began to play, in seconds from the request."""

    first_byte: float
    two_seconds: float


def make_video(path: Path) -> Film:
    """Write an MP4 of random media, as far as its boxes go, with its index at the end."""
    media = _SIZE - _INDEX - 32
    seconds = media // BYTES_A_SECOND
    header = struct.pack(">I4s4xIIII80x", 108, b"mvhd", 0, 0, 1000, seconds * 1000)
    with path.open("wb") as file:
        file.write(struct.pack(">I4s16s", 24, b"ftyp", b"isom") + struct.pack(">I4s", media + 8, b"mdat"))
        for start in range(0, media, MIB):
            file.write(os.urandom(min(MIB, media - start)))
        file.write(struct.pack(">I4s", _INDEX, b"moov") + header + os.urandom(_INDEX - 8 - len(header)))
    return torrent_of(path, 256 << 10)


def play(target: Target, size: int) -> Start:
    """Play as a browser does: the beginning, then the index, then the first two seconds."""
    began = time.perf_counter()
    with opened(target) as body:
        first = body.read_into(memoryview(bytearray(_PROBE)))
        first_byte = time.perf_counter() - began
        assert first
    with opened(target, size - _INDEX) as body:
        _read(body, _INDEX)
    with opened(target) as body:
        _read(body, int(FOCUS * BYTES_A_SECOND))
    return Start(first_byte, time.perf_counter() - began)


def _read(body: Any, count: int) -> None:
    buffer = memoryview(bytearray(512 << 10))
    while count > 0:
        count -= body.read_into(buffer) or count


@dataclass(frozen=True, slots=True)
class Appliance:
    """A server that runs, with one source in it."""

    port: int
    token: str
    source: dict[str, Any]

    @property
    def target(self) -> Target:
        return Target(self.port, f"/api/stream/{self.source['id']}", {"Authorization": f"Bearer {self.token}"})

    def focus(self) -> None:
        """Tell that the video has the focus."""
        item = self.source["itemId"]
        row = {"listId": "row", "startIndex": 0, "endIndex": 0, "visibleItemCount": 1, "items": [item]}
        focused = {"listId": "row", "index": 0, "itemId": item, "focusDuration": 0}
        body = {"timestamp": 1, "viewport": {"visibleSliders": [row], "focused": focused}}
        self._ask("POST", "/api/ui/viewport", body)

    def preloads(self) -> Any:
        return json.loads(self._ask("GET", "/api/preload"))["entries"]

    def _ask(self, method: str, path: str, body: Any = None) -> bytes:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
            return bytes(reply.read())


@contextlib.contextmanager
def appliance(folder: Path, swarm: Swarm) -> Iterator[Appliance]:
    """Start a server that has never met the swarm."""
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as room:
        household = Household(Path(room) / "home")
        household.prepare()
        token = household.run("devices", "add", "Benchmark")["accessToken"]
        source = household.run("sources", "add", swarm.magnet)
        command = household.command("serve", "--host", "127.0.0.1", "--port", "0", "--no-discovery")
        with running(command, household.log, cwd=ROOT) as child:
            port = urlsplit(child.line().split()[-1]).port
            assert port
            yield Appliance(port, token, source)


@contextlib.contextmanager
def far_away(swarm: Swarm, log: Path) -> Iterator[Swarm]:
    """Put the swarm behind slow connections."""
    argument = json.dumps([swarm.ports, ROUND_TRIP])
    with running([sys.executable, "-m", "bench.delay", argument], log) as lines:
        yield Swarm(swarm.film, swarm.info_hash, tuple(lines.answer()))


def measure(folder: Path, film: Film, runs: int) -> dict[str, list[Start]]:
    """Play the video in each of the three ways, in turns, each time with a server that has never seen it."""
    samples: dict[str, list[Start]] = {"here": [], "focused": [], "unfocused": []}
    logs = folder / "swarm.log"
    with (
        seeded([film], logs) as (fast,),
        seeded([film], logs, seeds=SEEDS, limit=RATE) as (slow,),
    ):
        for _ in range(runs):
            with appliance(folder, fast) as home:
                through(home.target, film.size)
                samples["here"].append(play(home.target, film.size))
            with far_away(slow, logs) as swarm, appliance(folder, swarm) as home:
                home.focus()
                time.sleep(FOCUS)
                state = home.preloads()
                samples["focused"].append(play(home.target, film.size))
                sys.stderr.write(f"after {FOCUS:g} s of focus: {state[0]['state']} {state[0]['progress']:.0%}\n")
            with far_away(slow, logs) as swarm, appliance(folder, swarm) as home:
                samples["unfocused"].append(play(home.target, film.size))
    return samples


@dataclass(frozen=True, slots=True)
class Goal:
    """What has to be, and whether it is."""

    text: str
    met: bool


def goals(samples: dict[str, list[Start]]) -> list[Goal]:
    here, focused, unfocused = (_median(samples[name]) for name in ("here", "focused", "unfocused"))
    behind = max(focused.first_byte - here.first_byte, focused.two_seconds - here.two_seconds)
    ratio = unfocused.two_seconds / focused.two_seconds
    return [
        Goal(f"focused: two seconds of video within 1 s: {focused.two_seconds:.3f} s", focused.two_seconds <= 1),
        Goal(f"focused: at most 150 ms behind a video that is here: {1000 * behind:.0f} ms", behind <= 0.15),
        Goal(f"unfocused: at least 3 times as long: {ratio:.1f} times", ratio >= 3),
    ]


def _median(starts: Sequence[Start]) -> Start:
    return Start(
        statistics.median(start.first_byte for start in starts),
        statistics.median(start.two_seconds for start in starts),
    )


def table(samples: dict[str, list[Start]]) -> Iterator[str]:
    yield f"{'milliseconds, medians':<24}{'first byte':>14}{'two seconds':>14}"
    for name, starts in samples.items():
        middle = _median(starts)
        yield f"{name:<24}{1000 * middle.first_byte:>14.1f}{1000 * middle.two_seconds:>14.1f}"
    yield ""
    for goal in goals(samples):
        yield f"{'met' if goal.met else 'MISSED':8}{goal.text}"
    yield f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench preload", description="What it brings to have had the focus.")
    parser.add_argument("--runs", type=int, default=5, help="how often everything is repeated; 5")
    parser.add_argument("--piece-kib", type=int, default=512, help="KiB a piece; 512")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all samples there")
    arguments = parser.parse_args()
    if exposed := isolation.enter("bench.preload"):
        sys.stderr.write(f"Not in a network namespace of its own: {exposed}.\n")
    with tempfile.TemporaryDirectory(prefix="miauflix-bench-") as folder:
        video = make_video(Path(folder) / "video.mp4")
        samples = measure(Path(folder), torrent_of(video.path, arguments.piece_kib << 10), arguments.runs)
    sys.stdout.write("\n".join([*table(samples), ""]))
    if arguments.json:
        plain = {name: [(start.first_byte, start.two_seconds) for start in starts] for name, starts in samples.items()}
        document = {"samples": plain, "goals": [{"text": goal.text, "met": goal.met} for goal in goals(samples)]}
        arguments.json.write_text(json.dumps(document, indent=2) + "\n")
    return 0 if all(goal.met for goal in goals(samples)) else 1


if __name__ == "__main__":
    sys.exit(main())

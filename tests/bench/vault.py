"""``./run bench vault``: what encryption costs, a field at a time and for the database, against its limits.

Fields are held against their limit by processor time, in the quietest of five rounds: what a busy machine adds (time
slices of others, caches they emptied) is not the cipher's. On an idle one all figures agree.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fakes.appliance import make_options
from fakes.titles import make_titles

from server.bootstrap import ignore
from server.records import open_records
from server.settings import Options
from server.storage.database import Database
from server.vault.cipher import FieldCipher
from server.vault.record import KeyRecord

FIELD_LIMIT = 0.1
"""Milliseconds for one field, encrypted and decrypted, at the 99th percentile."""
OPEN_LIMIT = 50.0
"""Milliseconds until the database is open, at the 99th percentile."""
ROUNDS = 5

FIELD_SIZES = {"info hash": 40, "magnet link": 400, "torrent file": 20_000, "large torrent file": 200_000}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; times are in milliseconds."""

    name: str
    runs: int
    median: float
    p99: float
    p99_processor: float | None = None
    limit: float | None = None

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return ""
        return "met" if (self.p99_processor or self.p99) <= self.limit else "MISSED"


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench vault", description=__doc__)
    parser.add_argument("--runs", type=int, default=20_000, metavar="N", help="how often a field is encrypted")
    parser.add_argument("--rows", type=int, default=10_000, metavar="N", help="how many sources the database holds")
    parser.add_argument("--json", type=Path, metavar="F", help="write the figures to this file too")
    arguments = parser.parse_args()
    figures = list(measure_fields(arguments.runs))
    with tempfile.TemporaryDirectory(prefix="miauflix-bench-") as folder:
        figures += asyncio.run(measure_database(make_options(Path(folder)), arguments.rows))
    sys.stdout.write("\n".join(table(figures)) + "\n")
    if arguments.json:
        machine = {"system": platform.platform(), "cores": os.cpu_count(), "load": os.getloadavg()}
        document = {"machine": machine, "figures": [asdict(figure) | {"verdict": figure.verdict} for figure in figures]}
        arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return int(any(figure.verdict == "MISSED" for figure in figures))


def measure_fields(runs: int) -> Iterator[Figure]:
    """Encrypt and decrypt values of several sizes; beside them the bare cipher, which is what they cannot beat."""
    cipher = FieldCipher(KeyRecord.generate())
    bare = AESGCM(os.urandom(32))
    for name, size in FIELD_SIZES.items():
        value = os.urandom(size)

        def both(value: bytes = value) -> None:
            envelope = cipher.encrypt("movie_sources", "file", "00000000-0000-4000-8000-000000000001", value)
            cipher.decrypt("movie_sources", "file", "00000000-0000-4000-8000-000000000001", envelope)

        def both_bare(value: bytes = value) -> None:
            iv = os.urandom(12)
            bare.decrypt(iv, bare.encrypt(iv, value, None), None)

        yield figure(f"{name}, {size} B: encrypt and decrypt", both, runs, FIELD_LIMIT)
        yield figure("  AES-256-GCM alone", both_bare, runs)
    index = os.urandom(20).hex()
    yield figure("info hash: blind index", lambda: cipher.blind_index(index), runs)


async def measure_database(options: Options, rows: int) -> list[Figure]:
    """Open a database with many sources again and again; then rotate its keys once."""
    async with open_records(options, {}, ignore) as records:
        await records.sources.add_new(make_titles(rows))
        record = records.rotation.record
    samples = [await opening(options, record.database_key) for _ in range(100)]
    figures = [summed_up(f"database of {rows} sources: open", samples, OPEN_LIMIT)]
    async with open_records(options, {}, ignore) as records:
        started = time.perf_counter()
        await records.rotation.rotate_torrent_key()
        figures.append(summed_up(f"field key of {rows} sources: rotate", [time.perf_counter() - started]))
        started = time.perf_counter()
        await records.rotation.rotate_database_key()
        figures.append(summed_up(f"database key, {rows} sources: rotate", [time.perf_counter() - started]))
    return figures


async def opening(options: Options, key: bytes) -> float:
    """Return the seconds until the database is open and its schema known to be right."""
    started = time.perf_counter()
    async with Database.open(options.database_path, key):
        return time.perf_counter() - started


def figure(name: str, function: Callable[[], object], runs: int, limit: float | None = None) -> Figure:
    """Time a function many times over; return its quietest round."""
    rounds = [one_round(name, function, runs // ROUNDS, limit) for _ in range(ROUNDS)]
    return min(rounds, key=lambda line: line.p99)


def one_round(name: str, function: Callable[[], object], runs: int, limit: float | None) -> Figure:
    by_clock, by_processor = [], []
    for _ in range(runs):
        started, processor = time.perf_counter(), time.thread_time()
        function()
        by_processor.append(time.thread_time() - processor)
        by_clock.append(time.perf_counter() - started)
    return summed_up(name, by_clock, limit, by_processor)


def summed_up(
    name: str, seconds: list[float], limit: float | None = None, processor: list[float] | None = None
) -> Figure:
    return Figure(
        name,
        len(seconds),
        1000 * statistics.median(seconds),
        percentile_99(seconds),
        percentile_99(processor) if processor else None,
        limit,
    )


def percentile_99(seconds: list[float]) -> float:
    """Return the milliseconds that 99 of 100 stay within."""
    return 1000 * sorted(seconds)[min(len(seconds) - 1, len(seconds) * 99 // 100)]


def table(figures: list[Figure]) -> Iterator[str]:
    yield f"{'milliseconds':<52}{'runs':>8}{'median':>12}{'p99':>12}{'p99 cpu':>12}{'limit':>8}"
    for line in figures:
        processor = "" if line.p99_processor is None else f"{line.p99_processor:.4f}"
        limit = "" if line.limit is None else f"{line.limit:g}"
        figures_only = f"{line.runs:>8}{line.median:>12.4f}{line.p99:>12.4f}{processor:>12}{limit:>8}"
        yield f"{line.name:<52}{figures_only}  {line.verdict}".rstrip()
    yield f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


if __name__ == "__main__":
    sys.exit(main())

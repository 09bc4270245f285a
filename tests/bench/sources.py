"""``./run bench sources``: how soon an item's sources come from storage, and how well release names are read."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.names import measure_names, name_lines
from bench.vault import ROUNDS, Figure, summed_up, table
from fakes.appliance import make_options

from server.bootstrap import ignore
from server.models import Item, ItemId, Quality, Source, SourceId, TorrentIdentifiers
from server.records import Records, open_records
from server.sources.aggregator import Aggregator
from server.sources.finder import Finder

LIMIT = 5.0
"""Milliseconds until an item's sources are there, ranked, at the 99th percentile."""
EACH = 50
"""Sources of an item."""
_BATCH = 100  # items that are stored at once


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench sources", description=__doc__)
    parser.add_argument("--stored", type=int, default=100_000, metavar="N", help="how many sources are stored")
    parser.add_argument("--runs", type=int, default=1000, metavar="N", help="how often they are asked for")
    parser.add_argument("--json", type=Path, metavar="F", help="write the figures to this file too")
    arguments = parser.parse_args()
    figures = asyncio.run(measure_storage(arguments.stored, arguments.runs))
    names = measure_names()
    sys.stdout.write("\n".join([*table(figures), "", *name_lines(names)]) + "\n")
    if arguments.json:
        machine = {"system": platform.platform(), "cores": os.cpu_count(), "load": os.getloadavg()}
        document = {"machine": machine, "figures": [asdict(figure) | {"verdict": figure.verdict} for figure in figures]}
        document["names"] = asdict(names)
        arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return int(any(figure.verdict == "MISSED" for figure in figures))


async def measure_storage(stored: int, runs: int) -> list[Figure]:
    """Store many sources, then ask for those of items chosen by chance, whose last search is fresh."""
    items = [ItemId(f"tt{number:07}") for number in range(max(1, stored // EACH))]
    async with _filled(items) as records:
        finder = Finder(Aggregator([]), records.sources, records.searches, _describe)
        numbers = random.Random(2)

        async def find() -> None:
            found = await finder.find(numbers.choice(items))
            assert len(found.sources) == EACH

        async def read() -> None:
            await records.sources.of_item(numbers.choice(items))

        async def count() -> None:
            await records.sources.count_added()

        total = len(items) * EACH
        return [
            await _timed(f"{EACH} sources of an item, of {total}: find", find, runs, LIMIT),
            await _timed("  of which reading and decrypting", read, runs),
            await _timed("what people added: count", count, runs),
        ]


@asynccontextmanager
async def _filled(items: list[ItemId]) -> AsyncIterator[Records]:
    now = datetime.now(UTC)
    numbers = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="miauflix-bench-") as folder:
        async with open_records(make_options(Path(folder)), {}, ignore) as records:
            for first in range(0, len(items), _BATCH):
                batch = items[first : first + _BATCH]
                await records.sources.merge([_source(item, numbers, now) for item in batch for _ in range(EACH)])
                for item in batch:
                    await records.searches.put(item, now, now + timedelta(hours=1))
            yield records


async def _timed(name: str, function: Callable[[], Awaitable[None]], runs: int, limit: float | None = None) -> Figure:
    """Time a function many times over, by the clock and by the processor's time; give the quietest round."""
    rounds = []
    for _ in range(ROUNDS):
        by_clock, by_processor = [], []
        for _ in range(runs // ROUNDS):
            started, processor = time.perf_counter(), time.process_time()
            await function()
            by_processor.append(time.process_time() - processor)
            by_clock.append(time.perf_counter() - started)
        rounds.append(summed_up(name, by_clock, limit, by_processor))
    return min(rounds, key=lambda line: line.p99)


async def _describe(item_id: ItemId) -> Item:
    return Item(item_id, "A film")


def _source(item_id: ItemId, numbers: random.Random, now: datetime) -> Source:
    info_hash = numbers.randbytes(20).hex()
    trackers = "".join(f"&tr=udp%3A%2F%2Ftracker{number}.example%3A1337%2Fannounce" for number in range(5))
    return Source(
        id=SourceId(str(uuid.UUID(int=numbers.getrandbits(128), version=4))),
        item_id=item_id,
        title="A film (2026)",
        provider="yts",
        providers=("yts", "rarbg"),
        identifiers=TorrentIdentifiers(info_hash, f"magnet:?xt=urn:btih:{info_hash}&dn=A.Film.2026{trackers}"),
        created_at=now,
        found_at=now,
        published_at=now - timedelta(days=numbers.randrange(900)),
        quality=numbers.choice(list(Quality)),
        resolution=numbers.choice(["720p", "1080p", "2160p"]),
        codec="x264",
        size_bytes=numbers.randrange(1 << 35),
        seeders=numbers.randrange(500),
        leechers=numbers.randrange(100),
    )


if __name__ == "__main__":
    sys.exit(main())

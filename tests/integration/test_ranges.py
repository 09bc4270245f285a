"""Ten thousand Range headers, decent and hostile, against a complete and a growing file: every byte compared."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fakes.appliance import Appliance
from fakes.raw_http import Answer, raw_client
from fakes.swarm import MIB, make_film, seeded

COMPLETE, GROWING = 7000, 3000
CONNECTIONS = 8

WHOLE = (200, None)
REFUSED = (416, None)

Expected = tuple[int, tuple[int, int] | None]
"""Status, and start and stop of a part."""


@dataclass(frozen=True, slots=True)
class Asked:
    header: bytes
    expected: Expected | None
    """None where any answer will do that is true."""


def single(choose: random.Random, size: int) -> Asked:
    start = choose.randrange(size)
    stop = min(size, start + 1 + int(choose.paretovariate(0.7) * 20))
    last = choose.choice([stop - 1, stop - 1, f"{'0' * choose.randrange(30)}{stop - 1}"])
    blank = choose.choice([b"", b"", b" ", b"\t "])
    return Asked(blank + b"bytes=" + blank + f"{start}-{last}".encode() + blank, (206, (start, stop)))


def open_end(choose: random.Random, size: int) -> Asked:
    start = size - 1 - min(size - 1, int(choose.paretovariate(0.7) * 20))
    last = choose.choice(["", size - 1, size, size + 7, 10**25])
    return Asked(f"bytes={start}-{last}".encode(), (206, (start, size)))


def suffix(choose: random.Random, size: int) -> Asked:
    length = choose.choice([1, choose.randrange(1, 2000), size, size + 1, 10**30])
    return Asked(f"BYTES=-{length}".encode(), (206, (max(0, size - length), size)))


def outside(choose: random.Random, size: int) -> Asked:
    start = choose.choice([size, size + 1, size * 2, 2**31, 2**63, 2**64, 10**40])
    return Asked(choose.choice([f"bytes={start}-", f"bytes={start}-{start}", "bytes=-0"]).encode(), REFUSED)


def malformed(choose: random.Random, size: int) -> Asked:
    number = choose.randrange(1, size)
    forms = ["bytes={n}-{m}", "bytes={n}", "bytes=-", "bytes={n}--", "bytes=a-b", "bytes=0x1-{n}", "bytes =0-{n}"]
    forms += ["bytes=+1-{n}", "bytes={n}.0-", "bytes=0-{n};", "{n}-", "", "bytes", "bytes=", "bytes=0-{n},x", "=0-5"]
    form = choose.choice(forms)
    return Asked(form.format(n=number, m=number - 1).encode(), REFUSED)


def several(choose: random.Random, size: int) -> Asked:
    parts = ",".join(
        f"{start}-{start + 9}" for start in (choose.randrange(size) for _ in range(choose.randrange(2, 90)))
    )
    return Asked(f"bytes={parts}".encode(), WHOLE)


def another_unit(choose: random.Random, size: int) -> Asked:
    return Asked(f"{choose.choice(['items', 'seconds', 'x'])}=0-{choose.randrange(size)}".encode(), WHOLE)


def noise(choose: random.Random, size: int) -> Asked:
    alphabet = b"bytes=-,0123456789 \t;:%\"'\\/()<>@[]{}\xc3\xa4\xff\x80" + str(size).encode()
    start = choose.choice([b"", b"bytes=", b"bytes=0-"])
    return Asked(start + bytes(choose.choices(alphabet, k=choose.randrange(60))), None)


KINDS: dict[Callable[[random.Random, int], Asked], int] = {
    single: 60,
    open_end: 10,
    suffix: 8,
    outside: 5,
    malformed: 8,
    several: 1,
    another_unit: 1,
    noise: 10,
}


def check(asked: Asked, answer: Answer, data: bytes) -> None:
    size = len(data)
    part = None
    if answer.status == 206:
        bounds = re.fullmatch(rf"bytes (\d+)-(\d+)/{size}", answer.headers["content-range"])
        assert bounds, asked
        part = int(bounds[1]), int(bounds[2]) + 1
        assert answer.body == data[part[0] : part[1]], asked
    elif answer.status == 200:
        assert answer.body == data, asked
    else:
        assert answer.status == 416, (asked, answer.status)
        assert answer.headers["content-range"] == f"bytes */{size}"
        assert answer.headers["content-type"] == "application/problem+json"
    if asked.expected:
        assert (answer.status, part) == asked.expected, asked


async def ask(appliance: Appliance, source_id: str, data: bytes, count: int) -> Counter[int]:
    """Send so many headers over several connections and check each answer; returns how often each status came."""
    choose = random.Random(count)
    kinds = choose.choices(list(KINDS), weights=list(KINDS.values()), k=count)
    questions = [kind(choose, len(data)) for kind in kinds]
    statuses: Counter[int] = Counter()

    async def work() -> None:
        authorization = str(appliance.client.headers["Authorization"])
        async with raw_client(appliance.server.port, Authorization=authorization) as client:
            while questions:
                asked = questions.pop()
                answer = await client.get(f"/api/stream/{source_id}", Range=asked.header)
                check(asked, answer, data)
                statuses[answer.status] += 1

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return statuses


async def test_ranges_of_a_complete_file(appliance: Appliance, tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 60_003)
    with seeded(film.folder, piece_length=16 << 10) as magnet:
        source_id = await appliance.add(magnet)
        assert await appliance.get(source_id, 0, len(film.data) - 1) == film.data
    statuses = await ask(appliance, source_id, film.data, COMPLETE)
    assert statuses.total() == COMPLETE
    assert min(statuses[status] for status in (200, 206, 416)) > 100


async def test_ranges_of_a_growing_file(appliance: Appliance, tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 4 * MIB + 11)
    with seeded(film.folder, piece_length=32 << 10, upload_limit=MIB) as magnet:
        source_id = await appliance.add(magnet)
        statuses = await ask(appliance, source_id, film.data, GROWING)
    assert statuses.total() == GROWING
    assert min(statuses[status] for status in (200, 206, 416)) > 10


async def test_if_range_decides_between_part_and_whole(appliance: Appliance, tmp_path: Path) -> None:
    film = make_film(tmp_path / "in", 100_000)
    with seeded(film.folder, piece_length=16 << 10) as magnet:
        source_id = await appliance.add(magnet)
        authorization = str(appliance.client.headers["Authorization"])
        async with raw_client(appliance.server.port, Authorization=authorization) as client:
            path = f"/api/stream/{source_id}"
            etag = (await client.get(path, Range=b"bytes=0-0")).headers["etag"].encode()
            for value, status in ((etag, 206), (b"W/" + etag, 200), (b'"other"', 200), (b"Sun, 22 Nov 2026", 200)):
                answer = await client.get(path, Range=b"bytes=5-9", If_Range=value)
                assert answer.status == status, value
                assert answer.body == (film.data[5:10] if status == 206 else film.data)

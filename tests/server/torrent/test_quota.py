from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from fakes.engine import running_engine
from hypothesis import given
from hypothesis import strategies as st

from server.torrent import quota
from server.torrent.quota import DownloadQuota, Room

GIB = 1 << 30


@pytest.mark.parametrize(
    ("room", "excess"),
    [
        (Room(used=0, cap=50 * GIB, free=100 * GIB, total=500 * GIB), 0),
        (Room(used=49 * GIB, cap=50 * GIB, free=100 * GIB, total=500 * GIB), 0),
        (Room(used=49 * GIB + 5, cap=50 * GIB, free=100 * GIB, total=500 * GIB), 5),
        (Room(used=60 * GIB, cap=50 * GIB, free=100 * GIB, total=500 * GIB), 11 * GIB),
        (Room(used=99, cap=100, free=100 * GIB, total=500 * GIB), 1),  # of a small cap a fiftieth is left
        (Room(used=900 * GIB, cap=0, free=100 * GIB, total=2000 * GIB), 0),  # no limit
        (Room(used=10 * GIB, cap=50 * GIB, free=GIB - 7, total=500 * GIB), 7),  # 1 GiB stays free
        (Room(used=GIB, cap=0, free=5, total=1000), 15),  # of a small disk a fiftieth
        (Room(used=60 * GIB, cap=50 * GIB, free=0, total=500 * GIB), 11 * GIB),  # the larger of both
    ],
)
def test_how_much_has_to_go(room: Room, excess: int) -> None:
    assert room.excess == excess


SIZES = st.integers(0, 1 << 45)


@given(SIZES, SIZES, SIZES, SIZES)
def test_what_is_over_or_short_always_has_something_to_go(used: int, cap: int, free: int, total: int) -> None:
    room = Room(used=used, cap=cap, free=free, total=total)
    if (room.over and cap >= 50) or room.short:
        assert room.excess > 0
    assert room.excess <= used + GIB


def test_the_cap_is_reached_when_it_is_full() -> None:
    assert Room(used=100, cap=100, free=100, total=1000).over
    assert not Room(used=99, cap=100, free=100, total=1000).over
    assert not Room(used=99, cap=0, free=100, total=1000).over


class Folders:
    """No downloads; says so when it was asked often enough, and fails before that."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.asked = asyncio.Event()

    async def folders(self) -> list[str]:
        if self.failures:
            self.failures -= 1
            raise RuntimeError
        self.asked.set()
        return []

    async def unused(self) -> list[str]:
        return []


async def test_it_goes_on_after_whatever_went_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "INTERVAL", 0.01)
    folders = Folders(failures=3)
    async with running_engine(tmp_path) as engine:
        looking = DownloadQuota(engine, folders, tmp_path / "downloads", cap=GIB)
        async with looking.running(), asyncio.timeout(30):
            await folders.asked.wait()

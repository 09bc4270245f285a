"""When peers are recalled, and which pieces somebody is asked for; the rest is tried with real swarms."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import libtorrent as lt
import pytest

from server.models import Purpose
from server.torrent.demand import MIB, WINDOW
from server.torrent.extent import Extent
from server.torrent.progress import Progress
from server.torrent.traffic import Traffic, Turn
from server.torrent.wishes import Wishes, _look

FREE, ASKED, WRITING, THERE = range(4)


class _Handle:
    def __init__(self, *pieces: list[int]) -> None:
        self.pieces = pieces

    def get_download_queue(self) -> list[dict[str, Any]]:
        return [
            {"piece_index": index, "blocks": [{"state": state} for state in blocks]}
            for index, blocks in enumerate(self.pieces)
        ]

    def get_peer_info(self) -> list[lt.peer_info]:
        return []

    def status(self, _: int) -> lt.torrent_status:
        return lt.torrent_status()


@pytest.mark.parametrize(
    ("blocks", "begun"),
    [
        ([FREE, FREE], False),
        ([ASKED, FREE], True),
        ([THERE, ASKED], True),
        ([THERE, WRITING], True),
        ([THERE, FREE], False),  # who had begun it was told to stop, or left
        ([WRITING, FREE, FREE], False),
    ],
)
def test_a_piece_is_begun_when_somebody_is_asked_or_all_has_come(blocks: list[int], begun: bool) -> None:  # noqa: FBT001 - a table
    assert _look(cast("lt.torrent_handle", _Handle(blocks))).begun == ({0} if begun else set())


def test_nothing_is_begun_in_a_torrent_that_has_left() -> None:
    class Gone:
        def get_download_queue(self) -> list[dict[str, Any]]:
            raise RuntimeError

    assert _look(cast("lt.torrent_handle", Gone())).begun == set()


class _Obedient:
    """Does whatever it is told, and keeps count of the resumes."""

    def __init__(self) -> None:
        self.resumes = 0

    def resume(self) -> None:
        self.resumes += 1

    def __getattr__(self, _: str) -> Any:
        return lambda *_, **__: None


async def test_peers_that_left_are_sought_after_a_lull_and_left_in_peace_while_a_player_goes_on(tmp_path: Path) -> None:
    """The window of a player is full most of the time: each step makes it want a piece where none was wanted."""
    recalled: list[bool] = []

    def recall(*, soon: bool) -> None:
        recalled.append(soon)

    handle, progress = _Obedient(), Progress()
    extent = Extent(MIB, 0, 100 * MIB)
    await progress.begin(100, tmp_path / "journal")
    wishes = Wishes(cast("lt.torrent_handle", handle), progress, Traffic(lambda: None), recall)

    async def all_comes() -> None:
        for piece in wishes.wanted():
            progress.note(piece)
        wishes.reschedule()
        await asyncio.sleep(0)

    wishes.restart()  # as it is when its files were chosen
    await asyncio.sleep(0)
    assert handle.resumes == 0, "nobody reads"
    key = wishes.open(extent, 0, extent.size, Purpose.PLAY)
    await asyncio.sleep(0)
    assert (recalled, handle.resumes) == ([True], 1)
    for step in range(1, 20):
        await all_comes()
        wishes.advance(key, step * MIB)
        await asyncio.sleep(0)
    assert len(recalled) > 15
    assert not any(recalled[1:])
    assert max(wishes.wanted()) == 19 + WINDOW // MIB - 1
    assert handle.resumes == 1
    wishes.close()
    progress.close()


async def test_one_of_several_that_hurries_is_enough(tmp_path: Path) -> None:
    """Episodes of one pack are got ready at the same time; the one in focus goes before other torrents."""
    progress, turns = Progress(), []
    extent = Extent(MIB, 0, 100 * MIB)
    await progress.begin(100, tmp_path / "journal")
    traffic = Traffic(lambda: turns.append(max(traffic._urgent.values(), default=Turn.LATER)))
    handle = _Obedient()
    wishes = Wishes(cast("lt.torrent_handle", handle), progress, traffic, handle.recall_peers)
    wishes.open(extent, 0, MIB, Purpose.PRELOAD)
    wishes.hasten("first", soon=True)
    wishes.hasten("second", soon=False)
    await asyncio.sleep(0)
    assert turns == [Turn.SOON]
    wishes.hasten("second", soon=False)
    await asyncio.sleep(0)
    assert turns == [Turn.SOON]
    wishes.hasten("first", soon=False)
    await asyncio.sleep(0)
    assert turns == [Turn.SOON, Turn.LATER]
    wishes.close()
    progress.close()

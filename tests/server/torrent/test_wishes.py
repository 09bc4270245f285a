"""Which of the pieces that are under way somebody is asked for; the rest is tried with real swarms."""

from __future__ import annotations

from typing import Any, cast

import libtorrent as lt
import pytest

from server.torrent.wishes import _begun

FREE, ASKED, WRITING, THERE = range(4)


class _Handle:
    def __init__(self, *pieces: list[int]) -> None:
        self.pieces = pieces

    def get_download_queue(self) -> list[dict[str, Any]]:
        return [
            {"piece_index": index, "blocks": [{"state": state} for state in blocks]}
            for index, blocks in enumerate(self.pieces)
        ]


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
    assert _begun(cast("lt.torrent_handle", _Handle(blocks))) == ({0} if begun else set())


def test_nothing_is_begun_in_a_torrent_that_has_left() -> None:
    class Gone:
        def get_download_queue(self) -> list[dict[str, Any]]:
            raise RuntimeError

    assert _begun(cast("lt.torrent_handle", Gone())) == set()

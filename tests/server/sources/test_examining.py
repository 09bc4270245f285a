from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fakes.torrent_files import PIECE, Files, info, torrent_file

from server.models import ItemId, Source, SourceId, TorrentIdentifiers
from server.sources.examining import examine

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def make(data: bytes | None, item_id: str = "tt0386676:1:2") -> Source:
    identifiers = TorrentIdentifiers("1" * 40, None, data)
    return Source(
        SourceId("x"), ItemId(item_id), "T", "torznab.x", identifiers, NOW, size_bytes=5, found_at=NOW, pack=True
    )


def listing(*names: str) -> bytes:
    files: Files = [(name, PIECE + number) for number, name in enumerate(names)]
    return torrent_file(info(files, name=b"Show"))


@pytest.mark.parametrize(
    ("item_id", "names", "expected"),
    [
        ("tt0386676:1:2", ["S01E01.mkv", "S01E02.mkv", "S01E03.mkv"], (1, PIECE + 1, None)),
        ("tt0386676:1:7", ["S01E01.mkv", "S01E02.mkv"], (None, 5, "episode_missing")),
        ("tt0386676:1:2", ["S01E02.mkv", "codec.exe"], (None, 5, "unsafe_torrent")),
        ("tt0083658", ["film.mkv", "film.rar"], (None, 5, "unsafe_torrent")),
        ("tt0083658", ["cover.jpg", "film.mkv"], (1, PIECE + 1, None)),
        ("tt0083658", ["cover.jpg"], (None, 5, "no_video")),
    ],
)
def test_the_file_is_chosen_or_the_source_refused(
    item_id: str, names: list[str], expected: tuple[int | None, int, str | None]
) -> None:
    examined = examine(make(listing(*names), item_id))
    assert (examined.file_index, examined.size_bytes, examined.refusal) == expected


def test_without_a_torrent_file_nothing_is_known() -> None:
    source = make(None)
    assert examine(source) is source
    assert examine(make(b"no torrent")).refusal == "invalid_source"

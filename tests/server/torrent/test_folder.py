from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.torrent.files import TorrentFile
from server.torrent.folder import (
    JOURNAL,
    delete_folder,
    file_name,
    make_folder,
    make_root,
    set_aside,
    sharing_pieces,
)


def listed(sizes: list[int]) -> list[TorrentFile]:
    """Return files of these sizes, one behind the other."""
    return [TorrentFile(index, f"Secret/{index}.mkv", size, sum(sizes[:index])) for index, size in enumerate(sizes)]


def test_file_names_say_nothing_and_differ_from_each_other_and_from_the_journal() -> None:
    names = [file_name(index) for index in range(20_000)]
    assert len({*names, JOURNAL}) == 20_001
    assert all(name.removesuffix(".bin").isdecimal() for name in names)


@pytest.mark.parametrize(
    ("sizes", "wanted", "sharing"),
    [
        ([100], 0, [0]),
        ([100, 100, 100], 1, [1]),
        ([99, 101, 100], 1, [0, 1]),
        ([100, 101, 99], 1, [1, 2]),
        ([101, 100, 99], 1, [0, 1, 2]),
        ([1, 1, 1, 1], 2, [0, 1, 2, 3]),
        ([250, 10, 250], 1, [0, 1, 2]),
        ([150, 0, 10, 0, 140, 5], 2, [0, 2, 4]),
    ],
)
def test_files_in_the_same_pieces_of_100_bytes(sizes: list[int], wanted: int, sharing: list[int]) -> None:
    assert sharing_pieces(listed(sizes), wanted, 100) == sharing


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8).filter(any), st.integers(1, 50), st.data())
def test_they_are_those_with_a_byte_in_a_piece_of_the_wanted_file(
    sizes: list[int], length: int, data: st.DataObject
) -> None:
    files = listed(sizes)
    wanted = data.draw(st.sampled_from([file.index for file in files if file.size]))
    pieces = [{byte // length for byte in range(file.offset, file.offset + file.size)} for file in files]
    expected = [index for index, held in enumerate(pieces) if held & pieces[wanted]]
    assert sharing_pieces(files, wanted, length) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="no modes there")
def test_a_folder_is_its_owners_only(tmp_path: Path) -> None:
    folder = tmp_path / "downloads" / "3f1c"
    make_folder(folder)
    make_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_is_deleted_with_all_that_is_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "3f1c"
    make_folder(folder / "deeper")
    (folder / "0.bin").write_bytes(b"bytes")
    (tmp_path / "other").write_bytes(b"stays")
    delete_folder(folder)
    delete_folder(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_a_download_that_is_set_aside_makes_room_for_another_of_its_name(tmp_path: Path) -> None:
    make_folder(tmp_path / "3f1c")
    (tmp_path / "3f1c" / "0.bin").write_bytes(b"bytes")
    rubbish = set_aside(tmp_path, "3f1c")
    assert rubbish
    assert (rubbish / "0.bin").read_bytes() == b"bytes"
    assert not (tmp_path / "3f1c").exists()
    nothing = set_aside(tmp_path, "3f1c")
    assert nothing
    assert not nothing.exists()


def test_what_was_set_aside_when_the_process_ended_is_deleted_at_the_next_start(tmp_path: Path) -> None:
    make_folder(tmp_path / "3f1c")
    make_folder(tmp_path / "other")
    (tmp_path / ".hidden").write_bytes(b"somebody's")
    set_aside(tmp_path, "3f1c")
    make_root(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"other", ".hidden"}


def test_what_can_not_be_moved_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Path) -> None:
        raise PermissionError  # Windows, where somebody has a file open

    make_folder(tmp_path / "3f1c")
    monkeypatch.setattr(Path, "rename", refuse)
    assert set_aside(tmp_path, "3f1c") is None
    assert (tmp_path / "3f1c").is_dir()

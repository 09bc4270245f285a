from __future__ import annotations

import struct
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from installer.icons import SIZES, icns, ico, render

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pictures() -> dict[int, bytes]:
    return render(ROOT / "resources/icons/miauflix.svg")


def test_each_size_is_drawn_with_a_clear_corner(pictures: dict[int, bytes]) -> None:
    assert tuple(pictures) == SIZES
    for size, picture in pictures.items():
        image = QImage.fromData(picture)
        assert (image.width(), image.height()) == (size, size)
        assert image.pixelColor(0, size - 1).alpha() < 30
        assert image.pixelColor(size // 4, size // 2).alpha() == 255


def test_windows_icon_holds_every_picture_where_its_directory_says(pictures: dict[int, bytes]) -> None:
    data = ico(pictures)
    reserved, kind, count = struct.unpack_from("<HHH", data)
    assert (reserved, kind, count) == (0, 1, 7)
    for entry in range(count):
        edge, length, offset = struct.unpack_from("<B7xII", data, 6 + 16 * entry)
        assert data[offset : offset + length] == pictures[edge or 256]
    assert QImage.fromData(data).width() in pictures


def test_macos_icon_is_a_list_of_blocks_with_their_lengths(pictures: dict[int, bytes]) -> None:
    data = icns(pictures)
    assert data[:4] == b"icns"
    assert struct.unpack_from(">I", data, 4) == (len(data),)
    at, kinds = 8, []
    while at < len(data):
        kind, length = struct.unpack_from(">4sI", data, at)
        assert data[at + 8 : at + 12] == b"\x89PNG"
        kinds.append(kind)
        at += length
    assert kinds[0], kinds[-1] == (b"icp4", b"ic10")


def test_what_is_no_drawing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.svg").write_text("no drawing", encoding="utf-8")
    with pytest.raises(ValueError, match="no drawing"):
        render(tmp_path / "no.svg")

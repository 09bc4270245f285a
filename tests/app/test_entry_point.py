from __future__ import annotations

import pytest

from app.__main__ import has_display


@pytest.mark.parametrize(
    ("environ", "platform", "there"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_where_there_is_a_display(environ: dict[str, str], platform: str, there: bool) -> None:  # noqa: FBT001 - a column of the table
    assert has_display(environ, platform) is there

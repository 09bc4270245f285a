from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.selftest import draw

ROOT = Path(__file__).parents[2]


def test_it_draws_with_the_platform_plug_in(qapp: QApplication) -> None:
    assert qapp
    assert draw(ROOT / "resources").endswith("on offscreen, without a tray")


@pytest.mark.qt_log_ignore("Cannot open file")
def test_it_fails_where_the_icon_is_missing(qapp: QApplication, tmp_path: Path) -> None:
    assert qapp
    with pytest.raises(RuntimeError, match="could not be drawn"):
        draw(tmp_path)

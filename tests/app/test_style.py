from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette
from pytestqt.qtbot import QtBot

from app.style import _button_colours, blend, contrast, is_dark, muted_colour, style_sheet

_LIGHT = "#f0f0f0"
_DARK = "#202124"


def _palette(window: str, qtbot: QtBot) -> QPalette:
    del qtbot  # a palette needs the application
    return QPalette(QColor(window))


@pytest.mark.parametrize(("window", "dark"), [(_LIGHT, False), (_DARK, True)])
def test_muted_text_is_readable(window: str, dark: bool, qtbot: QtBot) -> None:  # noqa: FBT001 - a column of the table
    palette = _palette(window, qtbot)
    assert is_dark(palette) is dark
    assert contrast(muted_colour(palette), QColor(window)) >= 4.5


@pytest.mark.parametrize("accent", ["#308cc6", "#4a90d9", "#e95420", "#ffd000", "#000000", "#ffffff", "#7f7f7f"])
def test_a_button_is_readable_on_every_accent(accent: str) -> None:
    assert contrast(*_button_colours(QColor(accent))) >= 4.5


def test_dark_and_light_differ_and_every_colour_is_filled_in(qtbot: QtBot) -> None:
    light, dark = (style_sheet(_palette(window, qtbot)) for window in (_LIGHT, _DARK))
    assert light != dark
    assert "{{" not in light
    assert "None" not in light


def test_blending_ends_at_both_colours() -> None:
    one, other = QColor("#102030"), QColor("#f0e0d0")
    assert blend(one, other, 0.0) == one
    assert blend(one, other, 1.0) == other


def test_contrast_of_black_and_white() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21.0)

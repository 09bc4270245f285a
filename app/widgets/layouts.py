"""Rows and columns with explicit spacing, since Qt's defaults differ from platform to platform."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

Margins = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels."""


def column(parent: QWidget | None = None, *, spacing: int = 0, margins: Margins = (0, 0, 0, 0)) -> QVBoxLayout:
    """Make a column; with a parent it becomes that widget's layout."""
    layout = QVBoxLayout(parent) if parent else QVBoxLayout()
    _space(layout, spacing, margins)
    return layout


def row(parent: QWidget | None = None, *, spacing: int = 0, margins: Margins = (0, 0, 0, 0)) -> QHBoxLayout:
    """Make a row; with a parent it becomes that widget's layout."""
    layout = QHBoxLayout(parent) if parent else QHBoxLayout()
    _space(layout, spacing, margins)
    return layout


def _space(layout: QBoxLayout, spacing: int, margins: Margins) -> None:
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)

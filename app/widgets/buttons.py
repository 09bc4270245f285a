"""Push buttons: plain, or the one of a group that is meant to be pressed."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton


def button(text: str, accessible_name: str | None = None) -> QPushButton:
    """Make a plain button; Enter presses it as the space bar does."""
    made = QPushButton(text)
    made.setAutoDefault(True)
    if accessible_name:
        made.setAccessibleName(accessible_name)
    return made


def primary_button(text: str, accessible_name: str | None = None) -> QPushButton:
    """Make the button that stands out."""
    made = button(text, accessible_name)
    emphasise(made, primary=True)
    return made


def emphasise(made: QPushButton, *, primary: bool) -> None:
    """Let a button stand out, or no longer."""
    made.setProperty("kind", "primary" if primary else "")
    made.style().unpolish(made)
    made.style().polish(made)

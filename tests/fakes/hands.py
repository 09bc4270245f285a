"""A user's hands on windows: find a control by what a screen reader calls it, and press it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget


def named(window: QWidget, name: str) -> QWidget:
    """Return the one visible control of this name."""
    found = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and name in {widget.accessibleName(), _label(widget)}
    ]
    assert len(found) == 1, f"{len(found)} controls are called {name}"
    return found[0]


def press(window: QWidget, name: str) -> None:
    """Press the control of this name."""
    QTest.mouseClick(named(window, name), Qt.MouseButton.LeftButton)


def words(window: QWidget) -> list[str]:
    """Return what the visible labels say."""
    return [label.text() for label in window.findChildren(QLabel) if label.isVisible()]


def nameless(window: QWidget) -> list[QWidget]:
    """Return the visible controls that take the keyboard but have no name to read out."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (widget.accessibleName() or _label(widget))
        and widget.objectName() != "qt_spinbox_lineedit"
    ]


def _label(widget: QWidget) -> str:
    return widget.text().replace("&", "") if isinstance(widget, QPushButton) else ""

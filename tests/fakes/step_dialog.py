"""How a person goes through a dialog of steps."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.dialogs.steps import StepDialog

TIMEOUT_MS = 30_000


def press(dialog: StepDialog) -> None:
    """Press the button that goes on, with the keyboard."""
    assert dialog._go.isEnabled()
    QTest.keyClick(dialog._go, Qt.Key.Key_Return)


def wait_for(dialog: StepDialog, index: int, qtbot: QtBot) -> None:
    """Wait until the step with this number is on show."""
    qtbot.waitUntil(lambda: dialog._pages.currentIndex() == index, timeout=TIMEOUT_MS)


def wait_for_problem(dialog: StepDialog, words: str, qtbot: QtBot) -> None:
    """Wait until the dialog complains in words that hold these."""
    qtbot.waitUntil(
        lambda: dialog._state.objectName() == "problem" and words in dialog._state.text(), timeout=TIMEOUT_MS
    )

"""Labels in the few styles the windows use, and cards to put them on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel


def title(text: str) -> QLabel:
    """Make the one large label of a window or page."""
    return _label(text, "title")


def heading(text: str) -> QLabel:
    """Make the heading of a section."""
    return _label(text, "heading")


def body(text: str = "", *, muted: bool = False, selectable: bool = False) -> QLabel:
    """Make running text that wraps; muted for what matters less, selectable for what people copy."""
    label = _label(text, "body")
    label.setWordWrap(True)
    label.setProperty("muted", muted)
    if selectable:
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return label


def card(*, attention: bool = False) -> QFrame:
    """Make a framed surface; with attention its border warns."""
    frame = QFrame()
    frame.setObjectName("card")
    frame.setProperty("kind", "attention" if attention else "plain")
    return frame


def say(label: QLabel, words: str, *, problem: bool = False) -> None:
    """Put words on a label, muted or in the colour of a problem; without words it takes no room."""
    label.setText(words)
    label.setVisible(bool(words))
    label.setObjectName("problem" if problem else "body")
    label.setProperty("muted", not problem)
    label.style().unpolish(label)
    label.style().polish(label)


def _label(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    # Titles and device names come from outside: never interpreted as rich text.
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label

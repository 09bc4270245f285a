"""A new pass phrase: typed twice, with an estimate of how long it would take to guess it."""

from __future__ import annotations

import enum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget
from zxcvbn import zxcvbn

from app.dialogs.entries import Entry
from app.language import tr
from app.widgets.layouts import column
from app.widgets.text import body

MIN_CHARACTERS = 10
"""The shortest pass phrase that a backup is made with, as the vault has it."""

_MOST_ESTIMATED = 72  # characters: the estimate takes far longer for longer ones, and these are strong


class Strength(enum.IntEnum):
    """How well a pass phrase resists guessing; the values are those of zxcvbn's score."""

    VERY_WEAK = 0
    WEAK = 1
    FAIR = 2
    GOOD = 3
    STRONG = 4


def strength_of(passphrase: str) -> Strength:
    """Estimate it; patterns, words and dates count for little. Takes some milliseconds."""
    return Strength(zxcvbn(passphrase[:_MOST_ESTIMATED])["score"]) if passphrase else Strength.VERY_WEAK


class NewPassphrase(QWidget):
    """Two entries that have to agree, and a bar that shows the strength."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._first = Entry(
            tr("Pass phrase"), secret=True, hint=tr("At least 10 characters. Four or five words do well.")
        )
        self._second = Entry(tr("The same again"), secret=True)
        self._bar = QProgressBar(textVisible=False, maximum=int(Strength.STRONG))
        self._bar.setAccessibleName(tr("Strength"))
        self._words = body(muted=True)
        layout = column(self, spacing=10)
        for widget in (self._first, self._bar, self._words, self._second):
            layout.addWidget(widget)
        self.setFocusProxy(self._first)
        self._first.changed.connect(self._rate)
        self._second.changed.connect(self.changed)
        self._rate()

    @property
    def text(self) -> str:
        """The pass phrase."""
        return self._first.text

    def is_ready(self) -> bool:
        """Say whether it is long enough and was typed the same twice."""
        return len(self.text) >= MIN_CHARACTERS and self._second.text == self.text

    def explain(self) -> None:
        """Say below the second entry when the two differ."""
        differ = bool(self._second.text) and not self.text.startswith(self._second.text)
        self._second.complain(tr("The two pass phrases differ.") if differ else "")

    def clear(self) -> None:
        """Forget what was typed."""
        self._first.set_text("")
        self._second.set_text("")

    def _rate(self) -> None:
        strength = strength_of(self.text)
        self._bar.setValue(int(strength))
        self._words.setText(_words(strength) if self.text else " ")
        self.changed.emit()


def _words(strength: Strength) -> str:
    match strength:
        case Strength.VERY_WEAK:
            return tr("Very weak: guessed at once")
        case Strength.WEAK:
            return tr("Weak: guessed in hours")
        case Strength.FAIR:
            return tr("Fair: better with one more word")
        case Strength.GOOD:
            return tr("Good")
        case Strength.STRONG:
            return tr("Strong")

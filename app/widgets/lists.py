"""The pages of the status window that are one table each: coming up, sources, problems."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.formatting import size
from app.language import tr
from app.recent_problems import Problem
from app.widgets.buttons import button
from app.widgets.layouts import Margins, column, row
from app.widgets.tables import preload_table, problem_table, provider_table
from app.widgets.text import body
from server.events import PreloadBudget, PreloadPause, Status

_MARGINS: Margins = (24, 4, 24, 24)


class ComingUp(QWidget):
    """What is got ready for later, and whether that rests."""

    pause_wanted = Signal(bool)
    """Carries whether to pause, or to resume."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self._paused = False
        self._words = body(muted=True)
        self._toggle = button("")
        self._toggle.clicked.connect(lambda: self.pause_wanted.emit(not self._paused))
        self._table = preload_table()
        line = row(spacing=16)
        line.addWidget(self._words, 1)
        line.addWidget(self._toggle)
        layout = column(self, spacing=14, margins=_MARGINS)
        layout.addLayout(line)
        layout.addWidget(self._table, 1)
        layout.addStretch(0)

    def show_status(self, status: Status) -> None:
        """Show a snapshot."""
        self._paused = status.preload_paused
        self._toggle.setText(tr("Resume") if self._paused else tr("Pause"))
        self._words.setText(_pause_words(status.preload_pause_reason) or _budget_words(status.preload_budget))
        empty = tr(
            "Nothing is being got ready. Browse on a TV: what you look at is got ready, so that it plays at once."
        )
        self._table.show_rows(status.preloads, empty)


class Providers(QWidget):
    """How those who provide sources do."""

    settings_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self._table = provider_table()
        change = button(tr("Settings…"), tr("Settings of the sources"))
        change.clicked.connect(self.settings_wanted)
        line = row(spacing=16)
        line.addWidget(body(tr("Where Miauflix looks for what you want to watch."), muted=True), 1)
        line.addWidget(change)
        layout = column(self, spacing=14, margins=_MARGINS)
        layout.addLayout(line)
        layout.addWidget(self._table, 1)
        layout.addStretch(0)

    def show_status(self, status: Status) -> None:
        """Show a snapshot."""
        empty = tr("No source is switched on. Choose some in the settings, or add magnet links and torrent files.")
        self._table.show_rows(status.providers, empty)


class Problems(QWidget):
    """What went wrong lately."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self._table = problem_table()
        layout = column(self, spacing=14, margins=_MARGINS)
        layout.addWidget(
            body(tr("Since Miauflix was started; the log has more. It never names what you watch."), muted=True)
        )
        layout.addWidget(self._table, 1)
        layout.addStretch(0)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show what is kept."""
        self._table.show_rows(problems, tr("Nothing went wrong. That is how it should be."))


def _pause_words(reason: PreloadPause | None) -> str:
    match reason:
        case PreloadPause.USER:
            return tr("Paused. What plays goes on.")
        case PreloadPause.DISABLED:
            return tr("Getting titles ready is switched off in the settings.")
        case PreloadPause.METERED:
            return tr("Paused: this network is paid by what is used.")
        case PreloadPause.DISK:
            return tr("Paused: there is too little room on the disk.")
        case None:
            return ""


def _budget_words(budget: PreloadBudget) -> str:
    if budget.hour_limit:
        return tr("Used {used} of {limit} this hour.").format(
            used=size(budget.hour_used), limit=size(budget.hour_limit)
        )
    return tr("Used {used} this hour.").format(used=size(budget.hour_used))

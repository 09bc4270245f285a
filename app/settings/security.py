"""Settings → Security: where the keys are, when their backup was last checked, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout

from app.dialogs.sheet import SaveSheet
from app.key_dialogs import KeyDialogs
from app.language import tr
from app.presence import Failure
from app.settings.page import Page
from app.widgets.buttons import button, primary_button
from app.widgets.layouts import row
from app.widgets.text import body, heading, say
from server.recovery import KeyStatus


class SecurityPage(Page):
    """What people do about their keys; all of it takes effect at once."""

    def __init__(self, keys: KeyDialogs) -> None:
        super().__init__(tr("Security"), tr("Everything Miauflix knows is encrypted. The keys are kept apart from it."))
        self._keys = keys
        self._place, self._backup = body(selectable=True), body()
        self._trouble = body(selectable=True)
        state = self.add_card(tr("Your keys"))
        for label in (self._place, self._backup, self._trouble):
            state.addWidget(label)
        self._buttons(state, ((tr("Back up…"), keys.back_up), (tr("Check a backup…"), keys.check)), primary=True)
        self.add_card().addWidget(SaveSheet(keys.desk))
        self._explained(
            tr("Bring the keys back"),
            tr("From a backup file or a printed recovery key. You see what it will do before anything is written."),
            (tr("Bring the keys back…"), keys.restore),
        )
        self._explained(
            tr("New keys"),
            tr("Encrypts everything anew while all plays on. Backups of the former keys then serve no longer."),
            (tr("Make new keys…"), keys.rotate),
        )
        layout = self.add_card()
        layout.addWidget(heading(tr("On your network")))
        layout.addWidget(
            body(
                tr(
                    "Inside your home network pages and videos travel unencrypted, as TVs need it. Only devices that "
                    "you approved get any."
                ),
                muted=True,
            )
        )
        keys.changed.connect(self.enter)

    def enter(self) -> None:
        """Look how the keys do."""
        self._keys.desk.do(self, lambda vault, _: vault.status(), self.show_keys, self._fail)

    def show_keys(self, status: KeyStatus) -> None:
        """Say how the keys do."""
        say(self._place, tr("They are kept in {place}.").format(place=status.place) if status.place else "")
        say(self._trouble, status.detail, problem=True)
        if status.verified_at is not None:
            moment = f"{status.verified_at.astimezone():%Y-%m-%d %H:%M}"
            say(self._backup, tr("A backup of them was checked on {moment}.").format(moment=moment))
        else:
            say(self._backup, tr("There is no checked backup of them yet."), problem=True)

    def _fail(self, error: BaseException) -> None:
        say(self._trouble, Failure.of(error).detail, problem=True)

    def _explained(self, name: str, words: str, action: tuple[str, Callable[[], None]]) -> None:
        layout = self.add_card()
        layout.addWidget(heading(name))
        layout.addWidget(body(words, muted=True))
        self._buttons(layout, (action,))

    def _buttons(
        self, layout: QVBoxLayout, actions: Sequence[tuple[str, Callable[[], None]]], *, primary: bool = False
    ) -> None:
        line = row(spacing=12)
        for number, (words, act) in enumerate(actions):
            made = primary_button(words) if primary and number == 0 else button(words)
            made.clicked.connect(act)
            line.addWidget(made)
        line.addStretch(1)
        layout.addLayout(line)

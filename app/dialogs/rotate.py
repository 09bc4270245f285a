"""The dialog that gives Miauflix new keys, while everything plays on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QRadioButton, QWidget

from app.bridge import Bridge
from app.dialogs.steps import Step, StepDialog
from app.language import tr
from app.presence import Failure
from app.server_thread import ServerThread
from app.widgets.layouts import column
from app.widgets.text import body
from server.rotation import Outcome, Stage

_INDENT = 24  # pixels: below a choice's words


class RotateDialog(StepDialog):
    """Which key, its change with progress, and that the backup has to be made anew."""

    backup_wanted = Signal()
    """The person went on to the backup of the new keys."""

    def __init__(self, bridge: Bridge, server: ServerThread, parent: QWidget | None = None) -> None:
        self.choice = _Choice(bridge, server)
        self.last = _Done(self.choice)
        super().__init__(tr("New keys"), [self.choice, self.last], parent)
        self.accepted.connect(self.backup_wanted)


class _Choice(Step):
    def __init__(self, bridge: Bridge, server: ServerThread) -> None:
        super().__init__(tr("Encrypt everything with a new key"), tr("Begin"))
        self._bridge = bridge
        self._server = server
        self.outcome: Outcome | None = None
        self.torrents = QRadioButton(tr("The key of the torrents"))
        self.database = QRadioButton(tr("The key of the database"))
        self._progress = QProgressBar(textVisible=False)
        self._progress.setAccessibleName(tr("Progress"))
        self._progress.hide()
        words = tr("Do this when somebody may have seen a key, or now and then. Everything plays on meanwhile.")
        self.layout_.addWidget(body(words))
        for key, what in (
            (self.torrents, tr("What identifies your torrents is encrypted anew, row by row.")),
            (self.database, tr("The database is copied under a new key. It takes as much room again for a moment.")),
        ):
            choice = column(spacing=2)
            choice.addWidget(key)
            explanation = body(what, muted=True)
            explanation.setIndent(_INDENT)
            choice.addWidget(explanation)
            self.layout_.addLayout(choice)
        self.layout_.addWidget(self._progress)
        self.layout_.addStretch(1)
        self.torrents.setChecked(True)
        self.setFocusProxy(self.torrents)

    def carry_out(self) -> None:
        """Change the key; a change that was broken off is completed by doing it again."""
        self.worked.emit(tr("Making a new key…"))
        show = self._bridge.relay(self._show)
        if self.database.isChecked():
            change = self._server.call(lambda server: server.rotate_database_key(show))
            self._bridge.deliver(change, lambda _: self._changed(None), self._fail)
        else:
            done = self._server.call(lambda server: server.rotate_torrent_key(show))
            self._bridge.deliver(done, self._changed, self._fail)

    def _show(self, stage: Stage, done: int, total: int) -> None:
        self._progress.show()
        self._progress.setMaximum(total)
        self._progress.setValue(done)
        words = {
            Stage.ENCRYPT: tr("Encrypting: {done} of {total}"),
            Stage.VERIFY: tr("Verifying: {done} of {total}"),
            Stage.COPY: tr("Copying the database…"),
        }
        self.worked.emit(words[stage].format(done=done, total=total))

    def _changed(self, outcome: Outcome | None) -> None:
        self.outcome = outcome
        self.completed.emit()

    def _fail(self, error: BaseException) -> None:
        self._progress.hide()
        self.failed.emit(Failure.of(error).detail)


class _Done(Step):
    def __init__(self, choice: _Choice) -> None:
        super().__init__(tr("The new key is in use"), tr("Back up the new keys…"))
        self._choice = choice
        self._words = body()
        self.layout_.addWidget(self._words)
        self.layout_.addWidget(
            body(tr("Backups of the former keys don't open what is here from now on. Make a new one."))
        )
        self.layout_.addStretch(1)

    def enter(self) -> None:
        """Say what was done."""
        outcome = self._choice.outcome
        if outcome is None:
            self._words.setText(tr("The database has a new key."))
            return
        text = tr("%n row(s) were encrypted anew.", "", outcome.rows)
        if outcome.damaged:
            text += " " + tr("%n row(s) can't be decrypted with any key; they stay as they were.", "", outcome.damaged)
        self._words.setText(text)

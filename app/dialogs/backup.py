"""The dialogs that make a backup of the keys and that check one. A backup counts once it was checked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QWidget

from app.dialogs.copies import AnyCopy, BackupCopy, choose_place
from app.dialogs.entries import ChooseFile, FileEntry
from app.dialogs.passphrase import NewPassphrase
from app.dialogs.sheet import SaveSheet
from app.dialogs.steps import Step, StepDialog
from app.key_desk import KeyDesk, in_words
from app.language import tr
from app.presence import Failure
from app.widgets.text import body
from server.recovery import Progress, Vault, Verification


class BackupDialog(StepDialog):
    """Why, a pass phrase, a file, the check of that file, and at last a sheet to print."""

    def __init__(self, desk: KeyDesk, choose: ChooseFile = choose_place, parent: QWidget | None = None) -> None:
        self.passphrase = _Passphrase()
        self.saving = _Save(desk, self.passphrase, choose)
        self.copy = BackupCopy(desk)
        self.checking = _Check(desk, self.copy, lambda: self.saving.path)
        self.last = _Done(desk, self.checking)
        steps = [_Why(), self.passphrase, self.saving, self.checking, self.last]
        super().__init__(tr("Back up the keys"), steps, parent)


class CheckDialog(StepDialog):
    """Checks a copy that was made before."""

    def __init__(self, desk: KeyDesk, parent: QWidget | None = None) -> None:
        self.copy = AnyCopy(desk)
        self.checking = _Check(desk, self.copy, lambda: None)
        self.last = _Done(desk, self.checking)
        super().__init__(tr("Check a backup"), [self.checking, self.last], parent)


class _Why(Step):
    def __init__(self) -> None:
        super().__init__(tr("Keep a copy of your keys"), tr("Continue"))
        for text in (
            tr(
                "Everything Miauflix knows is encrypted. If the keys are lost, with the keyring or the whole computer, "
                "nothing of it can be read again."
            ),
            tr(
                "You choose a pass phrase, save a small file and check it. Keep the file away from this computer: on a "
                "USB stick, say, or with your other backups."
            ),
            tr("Nobody will ever ask you for this file or its pass phrase: no support, no update, no website."),
        ):
            self.layout_.addWidget(body(text))
        self.layout_.addStretch(1)


class _Passphrase(Step):
    def __init__(self) -> None:
        super().__init__(tr("Choose a pass phrase"), tr("Continue"))
        self.form = NewPassphrase()
        self.layout_.addWidget(body(tr("It opens the backup. Write it down: it can't be found out or reset.")))
        self.layout_.addWidget(self.form)
        self.layout_.addStretch(1)
        self.setFocusProxy(self.form)
        self.form.changed.connect(self._changed)

    def is_ready(self) -> bool:
        """Say whether the two agree and are long enough."""
        return self.form.is_ready()

    def _changed(self) -> None:
        self.form.explain()
        self.changed.emit()


class _Save(Step):
    def __init__(self, desk: KeyDesk, passphrase: _Passphrase, choose: ChooseFile) -> None:
        super().__init__(tr("Save the backup"), tr("Save"))
        self._desk = desk
        self._passphrase = passphrase
        self.entry = FileEntry(tr("File"), choose, hint=tr("A file that is not there yet."))
        self.entry.set_text(str(_proposal()))
        self.layout_.addWidget(body(tr("Best straight onto the stick or disk where it will be kept.")))
        self.layout_.addWidget(self.entry)
        self.layout_.addStretch(1)
        self.setFocusProxy(self.entry)
        self.entry.changed.connect(self.changed)

    @property
    def path(self) -> Path | None:
        """Where it is saved."""
        return self.entry.path

    def is_ready(self) -> bool:
        """Say whether there is a path."""
        return self.path is not None

    def can_be_redone(self) -> bool:
        """Say no: the file is there, and its pass phrase is forgotten."""
        return False

    def carry_out(self) -> None:
        """Write the file."""
        path, words = self.path, self._passphrase.form.text

        async def save(vault: Vault, progress: Progress) -> None:
            if path is not None:
                await vault.back_up(path, words, progress)

        self.worked.emit(tr("Saving…"))
        self._desk.do(self, save, lambda _: self._saved(), self._fail, lambda step: self.worked.emit(in_words(step)))

    def _saved(self) -> None:
        self._passphrase.form.clear()  # typed anew for the check: that is what a backup will ask for
        self.completed.emit()

    def _fail(self, error: BaseException) -> None:
        self.failed.emit(Failure.of(error).detail)


class _Check(Step):
    """Opens a copy and tries it on the database."""

    def __init__(self, desk: KeyDesk, form: BackupCopy | AnyCopy, proposed: Callable[[], Path | None]) -> None:
        super().__init__(tr("Check the backup"), tr("Check"))
        self._desk = desk
        self._proposed = proposed
        self.form = form
        self.verification: Verification | None = None
        self.layout_.addWidget(
            body(
                tr(
                    "Choose the file where it is kept and type its pass phrase. Some of your sources are then "
                    "decrypted with that copy alone."
                )
            )
        )
        self.layout_.addWidget(form)
        self.layout_.addStretch(1)
        self.setFocusProxy(form)
        form.changed.connect(self.changed)

    def enter(self) -> None:
        """Propose the file that was saved a moment ago."""
        proposed = self._proposed()
        if proposed is not None and isinstance(self.form, BackupCopy):
            self.form.file.set_text(str(proposed))
            self.setFocusProxy(self.form.passphrase)

    def is_ready(self) -> bool:
        """Say whether all is there that it takes."""
        return self.form.is_ready()

    def carry_out(self) -> None:
        """Try the copy."""
        opening = self.form.opening()

        async def check(vault: Vault, progress: Progress) -> Verification:
            return await vault.verify(await opening(vault, progress), progress)

        self.worked.emit(tr("Checking…"))
        self._desk.do(self, check, self._checked, self._fail, lambda step: self.worked.emit(in_words(step)))

    def _checked(self, verification: Verification) -> None:
        self.verification = verification
        self.form.clear()  # the dialog may stay open for long
        self.completed.emit()

    def _fail(self, error: BaseException) -> None:
        self.failed.emit(Failure.of(error).detail)


class _Done(Step):
    def __init__(self, desk: KeyDesk, checking: _Check) -> None:
        super().__init__(tr("The backup is good"), tr("Done"))
        self._checking = checking
        self._found = body()
        self.sheet = SaveSheet(desk)
        self.layout_.addWidget(self._found)
        self.layout_.addSpacing(8)
        self.layout_.addWidget(self.sheet)
        self.layout_.addStretch(1)

    def enter(self) -> None:
        """Say what the check found."""
        found = self._checking.verification
        if found is None:
            return
        text = tr("It opens the database, and %n source(s) were decrypted with it.", "", found.rows)
        if found.damaged:
            text += " " + tr("%n source(s) can't be decrypted with any key.", "", found.damaged)
        self._found.setText(text)


def _proposal() -> Path:
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    name = f"miauflix-keys-{date.today():%Y-%m-%d}"  # noqa: DTZ011 - the day as the person has it
    folder = Path(documents or Path.home())
    numbered = [folder / f"{name}.json", *(folder / f"{name}-{number}.json" for number in range(2, 100))]
    return next((path for path in numbered if not path.exists()), numbered[0])

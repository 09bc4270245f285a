"""The dialog that brings the keys back from a copy: it says what that will do before anything is written."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.dialogs.copies import AnyCopy
from app.dialogs.steps import Step, StepDialog
from app.key_desk import KeyDesk, in_words
from app.language import tr
from app.presence import Failure
from app.widgets.text import body
from server.recovery import Progress, RestorePlan, Vault


class RestoreDialog(StepDialog):
    """A copy, what bringing it back will do, and that it was done. Accepted once the keys are back."""

    def __init__(self, desk: KeyDesk, parent: QWidget | None = None) -> None:
        self.copy = _Copy(desk)
        self.plan = _Plan(desk, self.copy)
        self.last = _Done(self.plan)
        super().__init__(tr("Bring the keys back"), [self.copy, self.plan, self.last], parent)

    def reject(self) -> None:
        """Close; once the keys are back, whichever way: what runs has to start anew with them."""
        if self.current is self.last:
            self.accept()
        else:
            super().reject()


class _Copy(Step):
    def __init__(self, desk: KeyDesk) -> None:
        super().__init__(tr("Which copy of the keys?"), tr("Continue"))
        self._desk = desk
        self.form = AnyCopy(desk)
        self.plan: RestorePlan | None = None
        self.layout_.addWidget(self.form)
        self.setFocusProxy(self.form)
        self.form.changed.connect(self.changed)

    def is_ready(self) -> bool:
        """Say whether all is there that it takes."""
        return self.form.is_ready()

    def carry_out(self) -> None:
        """Open the copy and find out what bringing it back would do."""
        opening = self.form.opening()

        async def plan(vault: Vault, progress: Progress) -> RestorePlan:
            return await vault.plan_restore(await opening(vault, progress), progress)

        self.worked.emit(tr("Opening the copy…"))
        self._desk.do(self, plan, self._planned, self._fail, lambda step: self.worked.emit(in_words(step)))

    def forget(self) -> None:
        """Let go of the keys: the dialog may stay open for long."""
        self.form.clear()
        self.plan = None

    def _planned(self, plan: RestorePlan) -> None:
        if not plan.changes:
            self.failed.emit(plan.describe())
            return
        self.plan = plan
        self.completed.emit()

    def _fail(self, error: BaseException) -> None:
        self.failed.emit(Failure.of(error).detail)


class _Plan(Step):
    def __init__(self, desk: KeyDesk, copy: _Copy) -> None:
        super().__init__(tr("This will happen"), tr("Bring them back"))
        self._desk = desk
        self._copy = copy
        self.kept: str | None = None
        self._words = body(selectable=True)
        self.layout_.addWidget(self._words)
        self.layout_.addWidget(body(tr("Nothing else is changed: your sources, devices and videos stay."), muted=True))
        self.layout_.addStretch(1)

    def enter(self) -> None:
        """Say what will happen."""
        if self._copy.plan:
            self._words.setText(self._copy.plan.describe())

    def carry_out(self) -> None:
        """Write the keys."""
        plan = self._copy.plan

        async def restore(vault: Vault, progress: Progress) -> str | None:
            return await vault.restore(plan, progress) if plan else None

        self.worked.emit(tr("Writing…"))
        self._desk.do(self, restore, self._restored, self._fail)

    def _restored(self, kept: str | None) -> None:
        self.kept = kept
        self._copy.forget()
        self.completed.emit()

    def _fail(self, error: BaseException) -> None:
        self.failed.emit(Failure.of(error).detail)


class _Done(Step):
    def __init__(self, plan: _Plan) -> None:
        super().__init__(tr("The keys are back"), tr("Start Miauflix"))
        self._plan = plan
        self._words = body(selectable=True)
        self.layout_.addWidget(self._words)
        self.layout_.addStretch(1)

    def enter(self) -> None:
        """Say where the former ones are."""
        kept = self._plan.kept
        self._words.setText(
            tr("The former key is kept in {place}.").format(place=kept) if kept else tr("Everything plays again.")
        )

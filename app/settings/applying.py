"""From changed fields to a server that runs on them: checked, written, restarted, and taken back when that fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.language import tr
from app.link import Link
from app.presence import Failure
from app.settings.amending import Edits, SettingRefusedError, amend, amend_text, read_text, write_text
from app.settings.preflight import port_words, try_out
from server.errors import PortBusyError
from server.settings import Options, Settings

_log = logging.getLogger(__name__)


class Restart(Protocol):
    """Stops the server and starts it with other options."""

    def __call__(self, options: Options, then: Callable[[], None], otherwise: Callable[[BaseException], None]) -> None:
        """Call ``then`` once it runs, or ``otherwise`` with why it does not."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """One press of Apply, and what it takes to undo it."""

    options: Options
    file: Path
    text: str | None
    """What ``settings.toml`` held before; None when there was none."""


class Applier(QObject):
    """Applies one set of edits at a time; ``options`` are always those that the server last ran on."""

    applied = Signal(object)
    """Carries the Settings that count from now on."""
    refused = Signal(object)
    """Carries a SettingRefusedError; the settings are as they were."""

    def __init__(self, options: Options, link: Link, restart: Restart, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.options = options
        self._link = link
        self._restart = restart
        self._busy = False

    @property
    def settings(self) -> Settings:
        """The settings that count now."""
        return self.options.settings

    def apply(self, edits: Edits) -> None:
        """Check the edits, write them, and restart the server on them; one of the signals tells the outcome."""
        if self._busy:
            return
        try:
            wanted = replace(self.options, settings=amend(self.options.settings, edits))
        except SettingRefusedError as error:
            self.refused.emit(error)
            return
        self._busy = True
        self._link.work(lambda: _prepare(self.options, wanted, edits), self._start, self._refuse)

    def _start(self, wish: _Wish) -> None:
        self._restart(wish.options, lambda: self._succeed(wish), lambda error: self._go_back(wish, error))

    def _succeed(self, wish: _Wish) -> None:
        self.options = wish.options
        self._busy = False
        self.applied.emit(self.options.settings)

    def _go_back(self, wish: _Wish, error: BaseException) -> None:
        """Start on the old settings again; when not even that works the window shows why, as after any start."""
        _log.warning("The server does not start with the new settings; the old ones are taken again: %s", error)
        refusal = _refusal(error, wish.options)
        self._link.work(
            lambda: write_text(wish.file, wish.text),
            lambda _: self._restart(self.options, lambda: self._refuse(refusal), lambda _: self._refuse(refusal)),
            self._refuse,
        )

    def _refuse(self, error: BaseException) -> None:
        self._busy = False
        if not isinstance(error, SettingRefusedError):
            _log.error("The settings could not be applied", exc_info=error)
            error = SettingRefusedError((), tr("The settings could not be saved: {reason}.").format(reason=error))
        self.refused.emit(error)


def _prepare(options: Options, wanted: Options, edits: Edits) -> _Wish:
    """Try out what can be tried, then write the file. Blocking. Raises SettingRefusedError, OSError."""
    try_out(options, wanted.settings)
    file = options.data_dir / "settings.toml"
    text = read_text(file)
    write_text(file, amend_text(text or "", edits))
    return _Wish(wanted, file, text)


def _refusal(error: BaseException, options: Options) -> SettingRefusedError:
    if isinstance(error, PortBusyError):
        return SettingRefusedError(("server", "port"), port_words(options.settings.server.port))
    failure = Failure.of(error)
    return SettingRefusedError((), f"{failure.title}. {failure.detail}")

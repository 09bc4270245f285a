"""How things are with the server, and what the tray icon says about it. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from app.formatting import rate
from app.language import tr
from app.remedies import Remedy, for_error
from app.server_thread import ServerNotRunningError
from server.errors import DomainError
from server.events import NoticeCode, Status
from server.models import Pairing

_URGENT = frozenset({NoticeCode.DISK_FULL, NoticeCode.SAFE_MODE})
"""Notices that stop the product from working; the others wait in the window, or the icon would warn for good."""

_AT_WORK = frozenset({"searching", "metadata", "loading"})
"""States of a preload in which something is being done."""


class Phase(enum.Enum):
    """Where the server is between start and stop."""

    STARTING = enum.auto()
    RUNNING = enum.auto()
    FAILED = enum.auto()
    STOPPING = enum.auto()


class TrayState(enum.StrEnum):
    """What the icon shows; the value is its file's name without ``tray-`` and ``.svg``."""

    IDLE = "idle"
    PRELOADING = "preloading"
    STREAMING = "streaming"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the server could not start: what happened, and what to do."""

    title: str
    detail: str
    remedy: Remedy | None = None
    """What the app can do about it, beside trying again."""

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """Put an error into words."""
        if isinstance(error, DomainError):
            return cls(error.title, error.detail, for_error(error))
        if isinstance(error, ServerNotRunningError):
            return cls(tr("Miauflix is not running"), tr("Miauflix is not running. Wait until it has started."))
        advice = tr("Something unexpected happened ({kind}). Try again; the log file has the details.")
        return cls(tr("Miauflix could not start"), advice.format(kind=type(error).__name__))


@dataclass(frozen=True, slots=True)
class Presence:
    """All that the UI knows at one moment."""

    phase: Phase = Phase.STARTING
    status: Status | None = None
    """The latest snapshot while the server runs."""
    waiting: tuple[Pairing, ...] = ()
    """The devices that ask to come in."""
    failure: Failure | None = None
    """Set in the phase FAILED only."""

    @property
    def tray_state(self) -> TrayState:
        """Return which icon fits: what needs a person goes first."""
        if self.phase is Phase.FAILED or self.waiting:
            return TrayState.ATTENTION
        if self.phase is not Phase.RUNNING or self.status is None:
            return TrayState.IDLE
        if any(notice.code in _URGENT for notice in self.status.notices):
            return TrayState.ATTENTION
        if self.status.streams:
            return TrayState.STREAMING
        return TrayState.PRELOADING if self._preloading else TrayState.IDLE

    @property
    def paused(self) -> bool:
        """Return whether somebody paused what is done ahead."""
        return self.status is not None and self.status.preload_paused

    @property
    def _preloading(self) -> int:
        if self.status is None or self.status.preload_paused:
            return 0
        return sum(preload.state in _AT_WORK for preload in self.status.preloads)

    @property
    def headline(self) -> str:
        """Return in a few words what goes on."""
        match self.phase:
            case Phase.STARTING:
                return tr("Starting…")
            case Phase.STOPPING:
                return tr("Stopping…")
            case Phase.FAILED:
                return tr("Could not start")
            case Phase.RUNNING:
                return self._running_headline()

    def _running_headline(self) -> str:
        if self.waiting:
            return tr("%n device(s) waiting for approval", "", len(self.waiting))
        if self.status is not None and self.status.streams:
            return tr("Playing %n stream(s)", "", len(self.status.streams))
        if self.paused:
            return tr("Paused")
        if self._preloading:
            return tr("Getting %n title(s) ready", "", self._preloading)
        return tr("Ready")

    @property
    def tooltip(self) -> str:
        """Return the icon's tooltip, two short lines at most: Windows cuts it at 127 characters."""
        first = f"Miauflix: {self.headline}"
        if self.phase is not Phase.RUNNING or self.status is None:
            return first
        return f"{first}\n↓ {rate(self.status.download_rate)}  ↑ {rate(self.status.upload_rate)}"

"""The desktop side of Miauflix: ties the server's thread to tray and window."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from app.bridge import Bridge
from app.local_server import Serve
from app.presence import Failure, Phase, Presence
from app.server_thread import ServerNotRunningError, ServerThread
from app.status_window import StatusWindow
from app.tray import Tray
from server.errors import PairingNotFoundError, StartError
from server.events import PairingRequested, Status
from server.models import Pairing
from server.settings import Options

_log = logging.getLogger(__name__)

OpenUrl = Callable[[QUrl], bool]
"""Opens a link in the default browser; returns False when there is none."""

_TRAY_WAIT_MS = 5000
_PAIRINGS_INTERVAL_MS = 2000
_STOP_LIMIT_MS = 10_000


class Desktop(QObject):
    """Starts the server, shows how it is, carries wishes to it, and stops it."""

    ended = Signal()
    """The server has stopped, or took longer than 10 s; the process may end."""

    def __init__(self, options: Options, serve: Serve, *, open_url: OpenUrl = QDesktopServices.openUrl) -> None:
        super().__init__()
        icons = options.resources / "icons"
        self._presence = Presence()
        self._opens_at_start = options.demo
        self._open_url = open_url
        self.bridge = Bridge(self)
        self.server = ServerThread(serve, options, self.bridge.publish)
        self.tray = Tray(icons, self)
        self.window = StatusWindow(icons)
        # Devices are approved in other ways too, and their codes run out: while any wait the list is asked for again.
        self._pairings_timer = QTimer(self, interval=_PAIRINGS_INTERVAL_MS, singleShot=True)
        self._pairings_timer.timeout.connect(self._ask_pairings)
        self._connect()

    def start(self) -> None:
        """Show the icon and start the server; where no tray appears within five seconds the window comes instead."""
        self.tray.show()
        QTimer.singleShot(_TRAY_WAIT_MS, self, self._ensure_visible)
        self._start_server()

    def quit(self) -> None:
        """Stop the server, then emit ``ended``. May be repeated."""
        if self._presence.phase is Phase.STOPPING:
            return
        self._pairings_timer.stop()
        self._show(Presence(Phase.STOPPING))
        QTimer.singleShot(_STOP_LIMIT_MS, self, self.ended.emit)
        self.bridge.deliver(self.server.stop(), lambda _: self.ended.emit())

    def close(self) -> None:
        """Take icon and window away."""
        self.tray.hide()
        self.window.hide()

    def _connect(self) -> None:
        self.bridge.status_changed.connect(self._show_status)
        self.bridge.pairing_requested.connect(self._announce)
        self.tray.opened.connect(self._open)
        self.tray.quitted.connect(self.quit)
        self.tray.status_wanted.connect(self.window.bring_up)
        self.window.opened.connect(self._open)
        self.window.quitted.connect(self.quit)
        self.window.closed.connect(self._window_closed)
        self.window.retried.connect(self._start_server)
        self.window.approved.connect(self._approve)
        self.window.denied.connect(self._deny)

    def _show(self, presence: Presence) -> None:
        self._presence = presence
        self.tray.update(presence)
        self.window.update_presence(presence)

    # --- starting ---

    def _start_server(self) -> None:
        self._show(Presence(Phase.STARTING))
        self.bridge.deliver(self.server.start(), self._started, self._failed)

    def _started(self, urls: Sequence[str]) -> None:
        if self._presence.phase is not Phase.STARTING:
            return
        _log.info("Ready at %s", urls[0] if urls else "no address")
        self._show(Presence(Phase.RUNNING))
        self.bridge.deliver(self.server.call(lambda server: server.status()), self._show_status, self._complain)
        self._ask_pairings()
        if self._opens_at_start:
            self._opens_at_start = False
            self._open()

    def _failed(self, error: BaseException) -> None:
        failure = Failure.of(error)
        known = isinstance(error, StartError)
        _log.error("%s: %s", failure.title, failure.detail, exc_info=None if known else error)
        self._show(Presence(Phase.FAILED, failure=failure))
        self.window.bring_up()

    def _ensure_visible(self) -> None:
        if not self.tray.is_available() and self._presence.phase is not Phase.STOPPING:
            self.window.bring_up()

    def _window_closed(self) -> None:
        if not self.tray.is_available():
            self.quit()  # a hidden window could not be found again

    # --- while it runs ---

    def _show_status(self, status: Status) -> None:
        if self._presence.phase is Phase.RUNNING:
            self._show(replace(self._presence, status=status))

    def _open(self) -> None:
        link = self.server.call(lambda server: server.pairing_link())
        self.bridge.deliver(link, self._open_link, self._complain)

    def _open_link(self, link: str) -> None:
        if not self._open_url(QUrl(link)):
            self.tray.complain("No browser could be opened", "Open one of the addresses in the status window yourself.")
            self.window.bring_up()

    def _announce(self, request: PairingRequested) -> None:
        self.tray.announce(request)
        self._ask_pairings()

    def _ask_pairings(self) -> None:
        pairings = self.server.call(lambda server: server.pairings())
        self.bridge.deliver(pairings, self._show_pairings, self._complain)

    def _show_pairings(self, pairings: Sequence[Pairing]) -> None:
        if self._presence.phase is not Phase.RUNNING:
            return
        self._show(replace(self._presence, waiting=tuple(pairings)))
        if pairings:
            self._pairings_timer.start()

    def _approve(self, user_code: str) -> None:
        self._decide(self.server.call(lambda server: server.approve(user_code)))

    def _deny(self, user_code: str) -> None:
        self._decide(self.server.call(lambda server: server.deny(user_code)))

    def _decide(self, decision: Future[None]) -> None:
        self.bridge.deliver(decision, lambda _: self._ask_pairings(), self._undecided)

    def _undecided(self, error: BaseException) -> None:
        if not isinstance(error, PairingNotFoundError):  # somebody else decided, or the code ran out
            self._complain(error)
        self._show_pairings(())  # what still waits comes back with its buttons enabled
        self._ask_pairings()

    def _complain(self, error: BaseException) -> None:
        if isinstance(error, ServerNotRunningError):
            return
        _log.error("A request to the server failed", exc_info=error)
        failure = Failure.of(error)
        self.tray.complain(failure.title, failure.detail)

"""The desktop side of Miauflix: ties the server's thread to tray and windows."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from app.adding import Adding
from app.announcer import Announcer
from app.bridge import Bridge
from app.first_run import is_first_run, note_welcome
from app.language import tr
from app.link import Link
from app.local_server import Serve
from app.logs import default_folder
from app.pairings import Pairings
from app.presence import Failure, Phase, Presence
from app.recent_problems import RecentProblems
from app.remedies import Remedy
from app.server_thread import ServerNotRunningError, ServerThread
from app.settings.amending import Edits
from app.settings.applying import Applier
from app.tray import Tray
from app.windows import OpenUrl, Windows, Workings
from server.errors import StartError
from server.events import Status
from server.models import Pairing
from server.settings import Options

if TYPE_CHECKING:
    from app.key_dialogs import KeyDialogs

_log = logging.getLogger(__name__)

_TRAY_WAIT_MS = 5000
_STOP_LIMIT_MS = 10_000


class Desktop(QObject):
    """Starts the server, shows how it is, carries wishes to it, and stops it."""

    ended = Signal()
    """The server has stopped, or took longer than 10 s; the process may end."""

    def __init__(
        self,
        options: Options,
        serve: Serve,
        *,
        open_url: OpenUrl = QDesktopServices.openUrl,
        log_folder: Path | None = None,
    ) -> None:
        super().__init__()
        icons = options.resources / "icons"
        self._options = options
        self._presence = Presence()
        self._welcomes = is_first_run(options)
        self._opens_at_start = options.demo
        self._open_url = open_url
        self.bridge = Bridge(self)
        self.server = ServerThread(serve, options, self.bridge.publish)
        self.link = Link(self.bridge, self.server)
        self.pairings = Pairings(self.link, self._complain, self)
        self.adding = Adding(self.link, self)
        self.problems = RecentProblems()
        self.announcer = Announcer(self.link, self.bridge, self)
        self.applier = Applier(options, self.link, self._restart, self)
        self._keys: KeyDialogs | None = None
        self.tray = Tray(icons, self)
        workings = Workings(
            self.link,
            self.pairings,
            self.applier,
            self.adding,
            lambda: self.keys,
            self.problems,
            open_url,
            log_folder or default_folder(),
        )
        self.windows = Windows(workings, icons, self)
        self.window = self.windows.status
        self._tray_watch = QTimer(self, interval=_TRAY_WAIT_MS)
        self._tray_watch.timeout.connect(self._ensure_visible)
        self._connect()

    def start(self) -> None:
        """Show the icon and start the server; where no tray appears within five seconds the window comes instead."""
        logging.getLogger().addHandler(self.problems)
        self.tray.show()
        self._tray_watch.start()
        QTimer.singleShot(0, self, lambda: _log.info("The icon is shown and takes clicks"))
        self._start_server()

    def quit(self) -> None:
        """Stop the server, then emit ``ended``. May be repeated."""
        if self._presence.phase is Phase.STOPPING:
            return
        self.pairings.rest()
        self._tray_watch.stop()
        self._show(Presence(Phase.STOPPING))
        QTimer.singleShot(_STOP_LIMIT_MS, self, self.ended.emit)
        self.bridge.deliver(self.server.stop(), lambda _: self.ended.emit())

    def close(self) -> None:
        """Take icon and windows away."""
        logging.getLogger().removeHandler(self.problems)
        self.tray.hide()
        self.announcer.close()
        self.windows.close()
        if self._keys is not None:
            self._keys.close()
        self.link.close()

    @property
    def keys(self) -> KeyDialogs:
        """The dialogs about the keys; they and all that they need are loaded when they are first wanted."""
        if self._keys is None:
            from app.key_desk import KeyDesk  # noqa: PLC0415 - as said above
            from app.key_dialogs import KeyDialogs  # noqa: PLC0415
            from server.recovery import Vault  # noqa: PLC0415

            desk = KeyDesk(Vault(self._options, os.environ), self.bridge)
            self._keys = KeyDialogs(desk, self.bridge, self.server, self)
            self._keys.restored.connect(self._start_anew)
        return self._keys

    def take(self, links: Sequence[str]) -> None:
        """Show the window, and add magnet links and torrent files that somebody opened with Miauflix."""
        self.window.bring_up()
        self.adding.add(links)

    def _connect(self) -> None:
        self.bridge.status_changed.connect(self._show_status)
        self.bridge.pairing_requested.connect(lambda _: self.pairings.refresh())
        self.pairings.changed.connect(self._show_pairings)
        self.tray.opened.connect(self._open)
        self.tray.quitted.connect(self.quit)
        self.tray.status_wanted.connect(self.window.bring_up)
        self.tray.pairing_wanted.connect(self.windows.open_pairing)
        self.tray.settings_wanted.connect(self.windows.open_settings)
        self.window.opened.connect(self._open)
        self.window.quitted.connect(self.quit)
        self.window.closed.connect(self._window_closed)
        self.window.retried.connect(self._start_server)
        self.window.remedied.connect(self._remedy)
        self.windows.welcomed.connect(self._welcomed)
        self.announcer.approved.connect(self.pairings.approve)
        self.announcer.denied.connect(self.pairings.deny)
        self.announcer.wanted.connect(self.windows.open_pairing)
        for pauser in (self.tray, self.window):
            pauser.pause_wanted.connect(self._pause)

    def _show(self, presence: Presence) -> None:
        self._presence = presence
        self.tray.update(presence)
        self.windows.show_presence(presence)
        self.announcer.show_pairings(presence.waiting)

    # --- starting ---

    def _start_server(self) -> None:
        self._show(Presence(Phase.STARTING))
        self.bridge.deliver(self.server.start(), self._started, self._failed)

    def _start_anew(self) -> None:
        """Start the server again on the same options: what it opens with has changed."""
        self._restart(self.applier.options, lambda: None, self._complain)

    def _restart(self, options: Options, then: Callable[[], None], otherwise: Callable[[BaseException], None]) -> None:
        """Stop the server, or what is left of a failed start, and start it with other options."""
        if self._presence.phase is Phase.STOPPING:
            return
        self.pairings.rest()
        self._show(Presence(Phase.STARTING))

        def started(urls: Sequence[str]) -> None:
            self._started(urls)
            then()

        def failed(error: BaseException) -> None:
            self._show(Presence(Phase.FAILED, failure=Failure.of(error)))
            otherwise(error)

        def start(_: None) -> None:
            if self._presence.phase is Phase.STARTING:
                self.bridge.deliver(self.server.start(options), started, failed)

        self.bridge.deliver(self.server.stop(), start)

    def _started(self, urls: Sequence[str]) -> None:
        if self._presence.phase is not Phase.STARTING:
            return
        _log.info("Ready at %s", urls[0] if urls else "no address")
        self._show(Presence(Phase.RUNNING))
        self.link.ask(lambda server: server.status(), self._show_status, self._complain)
        self.pairings.refresh()
        self.adding.go_on()
        if self._welcomes:
            self._welcomes = False
            self.windows.open_welcome()
        if self._opens_at_start:
            self._opens_at_start = False
            self._open()

    def _welcomed(self, edits: Edits | None) -> None:
        """Keep what was chosen at the first run, then open the page; a quit closes the dialog, and decides nothing."""
        if self._presence.phase is Phase.STOPPING:
            return
        self.link.work(lambda: note_welcome(self.applier.options.data_dir), lambda _: None)
        if edits:
            self._opens_at_start = True
            self.windows.settings.begin()
            self.applier.apply(edits)
        elif edits is not None:
            self._open()

    def _failed(self, error: BaseException) -> None:
        failure = Failure.of(error)
        known = isinstance(error, StartError)
        _log.error("%s: %s", failure.title, failure.detail, exc_info=None if known else error)
        self._show(Presence(Phase.FAILED, failure=failure))
        self.window.bring_up()

    def _ensure_visible(self) -> None:
        """Show the window where no tray is, or none is any more: nothing else would lead to the app."""
        if self.tray.is_available() or self._presence.phase is Phase.STOPPING or self.window.isVisible():
            return
        self.window.bring_up()

    def _window_closed(self) -> None:
        if not self.tray.is_available():
            self.quit()  # a hidden window could not be found again

    def _remedy(self, remedy: Remedy) -> None:
        match remedy:
            case Remedy.RESTORE_KEYS:
                self.keys.restore()
            case Remedy.BACK_UP_KEYS:
                self.keys.back_up()
            case Remedy.SETTINGS:
                self.windows.open_settings()

    # --- while it runs ---

    def _show_status(self, status: Status) -> None:
        if self._presence.phase is Phase.RUNNING:
            self._show(replace(self._presence, status=status))

    def _pause(self, pause: bool) -> None:  # noqa: FBT001 - a signal's value
        if pause:
            self.link.ask(lambda server: server.pause_all(), lambda _: None, self._complain)
        else:
            self.link.ask(lambda server: server.resume_all(), lambda _: None, self._complain)

    def _open(self) -> None:
        self.link.ask(lambda server: server.pairing_link(), self._open_link, self._complain)

    def _open_link(self, link: str) -> None:
        if not self._open_url(QUrl(link)):
            advice = tr("Open one of the addresses in the status window yourself.")
            self.tray.complain(tr("No browser could be opened"), advice)
            self.window.bring_up()

    def _show_pairings(self, pairings: Sequence[Pairing]) -> None:
        if self._presence.phase is Phase.RUNNING:
            self._show(replace(self._presence, waiting=tuple(pairings)))

    def _complain(self, error: BaseException) -> None:
        if isinstance(error, ServerNotRunningError):
            return
        _log.error("A request to the server failed", exc_info=error)
        failure = Failure.of(error)
        self.tray.complain(failure.title, failure.detail)

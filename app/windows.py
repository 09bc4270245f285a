"""All windows of the app but those about the keys: each is made when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal

from app.adding import Adding
from app.language import tr
from app.link import Link
from app.pairings import Pairings
from app.presence import Presence
from app.recent_problems import RecentProblems
from app.settings.applying import Applier
from app.status_window import StatusWindow

if TYPE_CHECKING:  # loaded with the window itself: the icon must not wait for them
    from app.dialogs.add import AddDialog
    from app.dialogs.pairing import PairingDialog
    from app.key_dialogs import KeyDialogs
    from app.settings.dialog import SettingsDialog
    from app.settings.pages import Pages
    from app.welcome import WelcomeDialog

OpenUrl = Callable[[QUrl], bool]
"""Opens a link in the default browser; returns False when there is none."""


@dataclass(frozen=True, slots=True)
class Workings:
    """What windows show and act on."""

    link: Link
    pairings: Pairings
    applier: Applier
    adding: Adding
    keys: Callable[[], KeyDialogs]
    problems: RecentProblems
    open_url: OpenUrl
    log_folder: Path


class Windows(QObject):
    """Opens windows, keeps them up to date, and takes them away in the end."""

    welcomed = Signal(object)
    """The first run is over; carries the Edits that it led to, None when it was broken off."""

    def __init__(self, workings: Workings, icons: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workings = workings
        self._presence = Presence()
        self._pages: Pages | None = None
        self._settings: SettingsDialog | None = None
        self._pairing: PairingDialog | None = None
        self._add: AddDialog | None = None
        self._welcome: WelcomeDialog | None = None
        self.status = StatusWindow(icons)
        self.status.approved.connect(workings.pairings.approve)
        self.status.denied.connect(workings.pairings.deny)
        self.status.add_wanted.connect(self.open_adding)
        self.status.dropped.connect(workings.adding.add)
        self.status.source_settings_wanted.connect(lambda: self.open_settings(tr("Sources")))
        workings.adding.added.connect(lambda title: self.status.tell(tr("“{title}” was added.").format(title=title)))
        workings.adding.refused.connect(lambda text: self.status.tell(text, bad=True))

    def show_presence(self, presence: Presence) -> None:
        """Show how things are, in whatever window is there."""
        self._presence = presence
        self.status.update_presence(presence)
        self.status.show_problems(self._workings.problems.list())
        if self._pairing is not None:
            self._pairing.show_pairings(presence.waiting)
            if presence.status is not None:
                self._pairing.show_status(presence.status)
        if self._pages is not None:
            self._pages.devices.show_pairings(presence.waiting)

    def close(self) -> None:
        """Take all windows away."""
        for window in (self.status, self._settings, self._pairing, self._add, self._welcome):
            if window is not None:
                window.hide()
                window.deleteLater()  # here, not on whichever thread collects garbage

    @property
    def settings(self) -> SettingsDialog:
        """The settings dialog."""
        if self._settings is None:
            from app.settings.dialog import SettingsDialog  # noqa: PLC0415 - as said above
            from app.settings.pages import make_pages  # noqa: PLC0415

            has = self._workings
            self._pages = make_pages(has.applier.options, has.link, has.keys(), has.log_folder, has.open_url)
            self._pages.devices.approved.connect(has.pairings.approve)
            self._pages.devices.denied.connect(has.pairings.deny)
            self._pages.devices.pairing_wanted.connect(self.open_pairing)
            self._settings = SettingsDialog(self._pages.in_order(), has.applier.settings)
            self._settings.wanted.connect(has.applier.apply)
            has.applier.applied.connect(self._settings.show_applied)
            has.applier.refused.connect(self._settings.show_refused)
            self.show_presence(self._presence)
        return self._settings

    @property
    def pairing(self) -> PairingDialog:
        """The dialog to pair a device."""
        if self._pairing is None:
            from app.dialogs.pairing import PairingDialog  # noqa: PLC0415

            self._pairing = PairingDialog(self._workings.link)
            self._pairing.approved.connect(self._workings.pairings.approve)
            self._pairing.denied.connect(self._workings.pairings.deny)
            self.show_presence(self._presence)
        return self._pairing

    @property
    def add(self) -> AddDialog:
        """The dialog to add a video."""
        if self._add is None:
            from app.dialogs.add import AddDialog  # noqa: PLC0415

            self._add = AddDialog()
            self._add.wanted.connect(self._workings.adding.add)
            self._workings.adding.added.connect(self._add.show_added)
            self._workings.adding.refused.connect(self._add.show_refused)
        return self._add

    @property
    def welcome(self) -> WelcomeDialog:
        """The dialog of the first run."""
        if self._welcome is None:
            from app.welcome import WelcomeDialog  # noqa: PLC0415

            self._welcome = WelcomeDialog(self._workings.applier.options)
            self._welcome.backup_wanted.connect(lambda: self._workings.keys().back_up())
            self._welcome.accepted.connect(lambda: self.welcomed.emit(self.welcome.edits()))
            self._welcome.rejected.connect(lambda: self.welcomed.emit(None))
        return self._welcome

    def open_settings(self, page: str = "") -> None:
        """Bring the settings up, on the page of this name."""
        self.settings.open_page(page)

    def open_pairing(self) -> None:
        """Bring up the dialog to pair a device."""
        self.pairing.bring_up()

    def open_adding(self) -> None:
        """Bring up the dialog to add a video."""
        self.add.begin()

    def open_welcome(self) -> None:
        """Bring up the dialog of the first run."""
        self.welcome.show()
        self.welcome.raise_()
        self.welcome.activateWindow()

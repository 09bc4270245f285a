"""Settings → General: start with the computer, name and port, where videos are kept, how fast they come."""

from __future__ import annotations

from app.autostart import Autostart
from app.language import tr
from app.link import Link
from app.settings.page import Page
from app.widgets.fields import DecimalField, NumberField, SwitchField, TextField
from app.widgets.folder_field import FolderField
from server.settings import Options

_MOST_GIB = 1 << 20
_MOST_KIB = 1 << 30


class GeneralPage(Page):
    """The settings that most people look for. Starting with the computer takes effect at once."""

    def __init__(self, options: Options, link: Link, autostart: Autostart) -> None:
        super().__init__(tr("General"))
        self._link = link
        self._autostart = autostart
        self._chosen = False
        self._starts = SwitchField(
            tr("Start with the computer"), tr("Miauflix starts in the tray when you sign in. Takes effect at once.")
        )
        self._starts.changed.connect(self._set_autostart)
        self.add_card().addWidget(self._starts)
        self._add_network()
        self._add_storage(options)
        self._add_speed()

    def enter(self) -> None:
        """Look whether it starts with the computer."""
        self._look()

    def _look(self) -> None:
        self._chosen = False
        self._link.work(self._autostart.is_on, self._show)

    def _show(self, is_on: bool) -> None:  # noqa: FBT001 - a result, handed over as it is
        if not self._chosen:  # meanwhile, or what was chosen would flip back
            self._starts.show_value(is_on)

    def _set_autostart(self) -> None:
        self._chosen = True
        wanted = self._starts.value()
        self._link.work(lambda: self._autostart.switch(on=wanted), lambda _: None, self._autostart_failed)

    def _autostart_failed(self, error: BaseException) -> None:
        self._starts.show_problem(tr("This could not be changed: {reason}.").format(reason=error))
        self._look()

    def _add_network(self) -> None:
        layout = self.add_card(tr("On your network"))
        name = TextField(tr("Name"), tr("What TVs and phones see when they look for Miauflix."))
        self.add_field(layout, ("server", "name"), name)
        port = NumberField(
            tr("Port"), tr("The number behind the colon in the address of Miauflix."), (0, 65535), lowest=tr("Any free")
        )
        self.add_field(layout, ("server", "port"), port)
        discovery = SwitchField(
            tr("Be found on the network"),
            tr("TVs and phones find Miauflix by its name. Its addresses work without it."),
        )
        self.add_field(layout, ("server", "discovery"), discovery)

    def _add_storage(self, options: Options) -> None:
        layout = self.add_card(tr("Storage"))
        folder = FolderField(
            tr("Folder for videos"),
            tr("Videos lie there under names that say nothing."),
            str(options.data_dir / "downloads"),
        )
        self.add_field(layout, ("storage", "folder"), folder)
        cap = DecimalField(
            tr("Use at most"),
            tr("What was not played for the longest goes first."),
            (0, _MOST_GIB),
            unit="GiB",
            lowest=tr("No limit"),
        )
        self.add_field(layout, ("storage", "cap_gib"), cap)

    def _add_speed(self) -> None:
        layout = self.add_card(tr("Speed"))
        for key, label in (("download_limit_kib", tr("Download at most")), ("upload_limit_kib", tr("Upload at most"))):
            field = NumberField(label, "", (0, _MOST_KIB), unit="KiB/s", lowest=tr("No limit"))
            self.add_field(layout, ("engine", key), field)

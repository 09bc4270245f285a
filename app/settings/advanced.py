"""Settings → Advanced: what is got ready ahead, how peers are found, and the logs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QFileDialog

from app.language import tr
from app.link import Link
from app.log_bundle import write_bundle
from app.settings.page import Page
from app.widgets.buttons import button
from app.widgets.fields import NumberField, SwitchField, TextField
from app.widgets.layouts import row
from app.widgets.text import body

_MOST_MIB = 1 << 30

OpenUrl = Callable[[QUrl], bool]
"""Opens an address or a folder with the desktop's programs; returns False when there is none."""


class AdvancedPage(Page):
    """What few people need."""

    def __init__(self, link: Link, log_folder: Path, open_url: OpenUrl) -> None:
        super().__init__(tr("Advanced"))
        self._link = link
        self._log_folder = log_folder
        self._open_url = open_url
        self._add_preloading()
        self._add_peers()
        self._add_logs()

    def save_bundle(self, file: Path) -> None:
        """Save the logs, without identifiers, in a ZIP file."""
        self._said.setText(tr("Saving…"))
        self._link.work(
            lambda: write_bundle(file, self._log_folder),
            lambda _: self._said.setText(tr("Saved in {path}. Look into it before you send it.").format(path=file)),
            lambda error: self._said.setText(tr("It could not be saved: {reason}.").format(reason=error)),
        )

    def _add_preloading(self) -> None:
        layout = self.add_card(tr("Getting titles ready"))
        fields = (
            ("enabled", SwitchField(tr("Get ready what is looked at"), tr("So that it plays at once."))),
            ("concurrency", NumberField(tr("At most at once"), "", (1, 32))),
            ("hourly_mib", NumberField(tr("Data an hour"), "", (0, _MOST_MIB), unit="MiB", lowest=tr("No limit"))),
            ("disk_mib", NumberField(tr("Room on the disk"), "", (0, _MOST_MIB), unit="MiB", lowest=tr("No limit"))),
        )
        for name, field in fields:
            self.add_field(layout, ("preload", name), field)

    def _add_peers(self) -> None:
        layout = self.add_card(tr("Peers"))
        proxy_hint = tr("SOCKS5, as host:port. Empty for a direct way. All of BitTorrent goes through it.")
        fields = (
            ("proxy", TextField(tr("Proxy"), proxy_hint, placeholder="localhost:1080")),
            ("dht", SwitchField(tr("Find peers without trackers"), tr("By DHT, the network of peers itself."))),
            (
                "upnp",
                SwitchField(tr("Ask the router to let peers in"), tr("By UPnP and NAT-PMP. Faster, and seen by more.")),
            ),
        )
        for name, field in fields:
            self.add_field(layout, ("engine", name), field)

    def _add_logs(self) -> None:
        layout = self.add_card(tr("Logs"))
        layout.addWidget(body(tr("They never name what you watch. The bundle holds no addresses either."), muted=True))
        line = row(spacing=10)
        show = button(tr("Open the folder"), tr("Open the folder of the logs"))
        show.clicked.connect(self._show_folder)
        save = button(tr("Save a log bundle…"))
        save.clicked.connect(partial(self._choose))
        line.addWidget(show)
        line.addWidget(save)
        line.addStretch(1)
        layout.addLayout(line)
        self._said = body(muted=True, selectable=True)
        layout.addWidget(self._said)

    def _show_folder(self) -> None:
        if not self._open_url(QUrl.fromLocalFile(str(self._log_folder))):
            self._said.setText(str(self._log_folder))

    def _choose(self) -> None:
        file, _ = QFileDialog.getSaveFileName(
            self, tr("Save a log bundle…"), "miauflix-logs.zip", tr("ZIP files (*.zip)")
        )
        if file:
            self.save_bundle(Path(file))

"""Settings → About: the version, word of newer ones, and everything that is inside with its licence."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QListWidget, QPlainTextEdit, QVBoxLayout

from app.language import tr
from app.licences import Component, components
from app.link import Link
from app.presence import Failure
from app.settings.advanced import OpenUrl
from app.settings.page import Page
from app.widgets.buttons import button
from app.widgets.fields import SwitchField
from app.widgets.layouts import row
from app.widgets.text import body, say
from server.models import NewerRelease
from server.settings import VERSION

_LIST_HEIGHT = 200
_TEXT_HEIGHT = 240


class AboutPage(Page):
    """What this Miauflix is, and whose work is in it. What is inside is looked up when the page comes into view."""

    def __init__(self, link: Link, resources: Path, open_url: OpenUrl) -> None:
        super().__init__(tr("About"), tr("Miauflix {version}, under the MIT licence.").format(version=VERSION))
        self._link = link
        self._resources = resources
        self._open_url = open_url
        self._newer: NewerRelease | None = None
        self._inside: tuple[Component, ...] = ()
        self._add_updates()
        self._add_inside()

    def enter(self) -> None:
        """List what is inside."""
        if not self._inside:
            self._link.work(lambda: components(self._resources), self._show_inside)

    def _add_updates(self) -> None:
        layout = self.add_card(tr("Newer versions"))
        hint = tr("Asks the makers of Miauflix once a day. Nothing is installed by itself.")
        self.add_field(layout, ("updates", "check"), SwitchField(tr("Tell me of newer versions"), hint))
        self._ask = button(tr("Look now"), tr("Look for a newer version now"))
        self._ask.clicked.connect(self._look)
        self._get = button(tr("Open its page"))
        self._get.clicked.connect(self._open_page)
        self._get.hide()
        line = row(spacing=10)
        line.addWidget(self._ask)
        line.addWidget(self._get)
        line.addStretch(1)
        layout.addLayout(line)
        self._said = body(muted=True, selectable=True)
        self._said.hide()
        layout.addWidget(self._said)

    def _add_inside(self) -> None:
        layout: QVBoxLayout = self.add_card(tr("What is inside"))
        layout.addWidget(body(tr("Miauflix stands on the work of many others. Thank you."), muted=True))
        self._list = QListWidget()
        self._list.setAccessibleName(tr("What is inside"))
        self._list.setObjectName("choices")
        self._list.setFixedHeight(_LIST_HEIGHT)
        self._list.currentRowChanged.connect(self._show_licence)
        self._licence = QPlainTextEdit(readOnly=True)
        self._licence.setAccessibleName(tr("Licence"))
        self._licence.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._licence.setFixedHeight(_TEXT_HEIGHT)
        layout.addWidget(self._list)
        layout.addWidget(self._licence)

    def _look(self) -> None:
        self._ask.setEnabled(False)
        say(self._said, tr("Looking…"))
        self._link.ask(lambda server: server.check_for_updates(), self._show_newer, self._show_failure)

    def _show_newer(self, newer: NewerRelease | None) -> None:
        self._newer = newer
        self._ask.setEnabled(True)
        self._get.setVisible(newer is not None)
        if newer is None:
            say(self._said, tr("This is the newest version."))
        else:
            news = tr("Miauflix {version} is there.").format(version=newer.version)
            say(self._said, "\n".join((news, *(f"• {note}" for note in newer.notes))))

    def _show_failure(self, error: BaseException) -> None:
        self._ask.setEnabled(True)
        say(self._said, Failure.of(error).detail, problem=True)

    def _open_page(self) -> None:
        if self._newer and not self._open_url(QUrl(self._newer.page)):
            say(self._said, self._newer.page)

    def _show_inside(self, inside: tuple[Component, ...]) -> None:
        self._inside = inside
        self._list.clear()
        self._list.addItems([f"{component.title} · {component.licence}" for component in inside])
        self._list.setCurrentRow(0)

    def _show_licence(self, number: int) -> None:
        if 0 <= number < len(self._inside):
            chosen = self._inside[number]
            self._licence.setPlainText("\n\n".join(filter(None, (chosen.url, *chosen.texts))))

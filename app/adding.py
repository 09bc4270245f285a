"""Magnet links and torrent files that reach the app by drop, paste, argument or handler, on their way to the server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal

from app.language import tr
from app.link import Link
from app.presence import Failure
from app.server_thread import Ask, ServerNotRunningError
from server.errors import SourceExistsError
from server.models import Source

_MAGNET = re.compile(r"magnet:\?[^\s\"'<>]+", re.IGNORECASE)
_MOST_BYTES = 10 << 20
"""More than any torrent file has; it may be the film itself."""


def links_in(mime: QMimeData | None) -> list[str]:
    """Return the magnet links and the paths of torrent files in what was dropped, or is on the clipboard."""
    if mime is None:
        return []
    found = []
    for url in mime.urls():
        path = url.toLocalFile()
        if path.lower().endswith(".torrent"):
            found.append(path)
    if mime.hasText():
        found += _MAGNET.findall(mime.text())
    return list(dict.fromkeys(found))


class Adding(QObject):
    """Adds one after the other; what comes before the server runs is added once it does."""

    added = Signal(str)
    """Carries a title."""
    refused = Signal(str)
    """Carries what is wrong and what to do."""

    def __init__(self, link: Link, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._waiting: list[str] = []

    def add(self, links: Sequence[str], title: str | None = None) -> None:
        """Add magnet links and torrent files, the latter by their paths."""
        for each in links:
            if each.lower().startswith("magnet:"):
                self._ask(each, lambda server, each=each: server.add_magnet(each, title))  # type: ignore[misc]
            else:
                self._read(each, title)

    def go_on(self) -> None:
        """Add what waited for the server."""
        waiting, self._waiting = self._waiting, []
        self.add(waiting)

    def _read(self, path: str, title: str | None) -> None:
        def send(data: bytes) -> None:
            self._ask(path, lambda server: server.add_torrent(data, title))

        self._link.work(lambda: _bytes_of(Path(path)), send, self._refuse)

    def _ask(self, link: str, ask: Ask[Source]) -> None:
        def otherwise(error: BaseException) -> None:
            if isinstance(error, ServerNotRunningError):
                self._waiting.append(link)
            else:
                self._refuse(error)

        self._link.ask(ask, lambda source: self.added.emit(source.title), otherwise)

    def _refuse(self, error: BaseException) -> None:
        if isinstance(error, SourceExistsError):
            self.refused.emit(tr("This one was added before. You find it in Miauflix."))
        elif isinstance(error, OSError):
            reason = error.strerror or type(error).__name__
            self.refused.emit(tr("The torrent file can't be read: {reason}.").format(reason=reason))
        else:
            failure = Failure.of(error)
            self.refused.emit(f"{failure.title}. {failure.detail}")


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MOST_BYTES)

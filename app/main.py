"""Composition root of the UI: one instance, logs, the Qt application, and its clean end."""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import NoReturn, TextIO

from PySide6.QtCore import QEvent, QObject, QTimer, QUrl
from PySide6.QtGui import QFileOpenEvent, QIcon
from PySide6.QtWidgets import QApplication

from app.desktop import Desktop
from app.language import use_language
from app.local_server import LocalServer, Serve
from app.logs import default_folder, logging_to
from app.single_instance import SingleInstance
from server.events import Publish
from server.settings import Options

_log = logging.getLogger(__name__)

_JOIN_SECONDS = 5
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run(options: Options, links: Sequence[str] = (), serve: Serve | None = None, *, log_dir: Path | None = None) -> int:
    """Run the tray application until the user quits; return the exit status. Needs a display.

    ``links`` (magnet links, paths of torrent files) are added. A second start on the same data folder hands them to the
    first one, whose window shows up, and returns.
    """
    links = [_absolute(link) for link in links]
    log_folder = log_dir or default_folder()
    with logging_to(log_folder) as crashes:
        application = _application(options.resources / "icons")
        instance = SingleInstance(options.data_dir)
        if not instance.acquire():
            return _hand_over(instance, links)
        try:
            desktop = Desktop(options, serve or _serve, log_folder=log_folder)
            if links:
                desktop.take(links)
            return _run(application, desktop, instance, crashes)
        finally:
            instance.release()


def _serve(options: Options, publish: Publish) -> AbstractAsyncContextManager[LocalServer]:
    """Run the real server. What it is made of is loaded here, on its own thread, once the icon is shown."""
    from server.bootstrap import lasting_server  # noqa: PLC0415 - as said above

    return lasting_server(options, publish)


def _run(application: QApplication, desktop: Desktop, instance: SingleInstance, crashes: TextIO) -> int:
    instance.show_requested.connect(desktop.take)
    opener = FileOpener(desktop.take, application)
    application.installEventFilter(opener)
    desktop.ended.connect(application.quit)
    with _quit_on_signals(desktop):
        desktop.start()
        status = application.exec()
    # Reached without a wish to quit when the session ends; otherwise the server has stopped already.
    desktop.server.stop()
    desktop.close()
    if not desktop.server.join(_JOIN_SECONDS):
        instance.release()
        _leave_hanging_server(crashes)
    return status


def _application(icons: Path) -> QApplication:
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(["miauflix"])  # names the windows for window managers
    application.setApplicationName("miauflix")
    application.setApplicationDisplayName("Miauflix")
    application.setDesktopFileName("miauflix")
    application.setWindowIcon(QIcon(str(icons / "miauflix.svg")))
    application.setStyle("Fusion")
    use_language(application, icons.parent / "translations")
    application.setQuitOnLastWindowClosed(False)
    return application


def _absolute(link: str) -> str:
    """Return a path that holds in other folders too, a magnet link as it is."""
    return link if link.lower().startswith("magnet:") else str(Path(link).absolute())


class FileOpener(QObject):
    """Takes what macOS hands to a running program: files and links that were opened with it."""

    def __init__(self, take: Callable[[Sequence[str]], None], parent: QObject) -> None:
        super().__init__(parent)
        self._take = take

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take one file or link."""
        if isinstance(event, QFileOpenEvent):
            self._take([event.file() or event.url().toString(QUrl.ComponentFormattingOption.FullyEncoded)])
            return True
        return super().eventFilter(watched, event)


def _hand_over(instance: SingleInstance, links: Sequence[str]) -> int:
    if instance.show_other(links):
        _log.info("Miauflix runs already and shows its window")
        return 0
    _log.error("Miauflix is running already but does not answer. Quit it in the tray, or end its process.")
    return 1


@contextmanager
def _quit_on_signals(desktop: Desktop) -> Iterator[None]:
    def quit_soon(*_: object) -> None:
        QTimer.singleShot(0, desktop, desktop.quit)  # the handler runs in the midst of anything

    before = {number: signal.signal(number, quit_soon) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave_hanging_server(crashes: TextIO) -> NoReturn:
    """End the process although a thread hangs, for instance in a keyring that never answers."""
    _log.critical("The server did not stop in time; leaving without it")
    faulthandler.dump_traceback(crashes)
    logging.shutdown()
    os._exit(1)

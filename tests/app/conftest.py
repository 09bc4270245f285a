"""Qt without a screen, and what all tests of the app share."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes.appliance import make_options
from fakes.local_server import FakeServe
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QObject, QUrl
from pytestqt.qtbot import QtBot

from app.desktop import Desktop
from app.first_run import note_welcome
from app.language import use_language
from server.bootstrap import running_server
from server.settings import Options, Settings

ROOT = Path(__file__).parents[2]
TIMEOUT_MS = 60_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a warning of Qt fail its test."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            # What the offscreen platform says of itself.
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", "systemTrayWindowChanged"))


@pytest.fixture
def runtime() -> Iterator[Path]:
    """A private run-time folder, with a short name: a socket's path may have about a hundred bytes."""
    with tempfile.TemporaryDirectory(prefix="miauflix-") as folder:
        yield Path(folder)


@pytest.fixture(autouse=True, scope="session")
def english(qapp: QCoreApplication) -> Iterator[None]:
    """Show the texts in English, with its plural forms, whatever the language of whoever runs the tests."""
    loaded = use_language(qapp, ROOT / "resources" / "translations", QLocale("en_GB"))
    yield
    for translator in loaded:
        qapp.removeTranslator(translator)


@pytest.fixture(autouse=True)
def no_desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep tests away from the notifications and the configuration of whoever runs them."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def links() -> list[str]:
    """Return where the links go that the app opens."""
    return []


@pytest.fixture
def running(tmp_path: Path, links: list[str], qtbot: QtBot, mortal: Callable[[QObject], None]) -> Iterator[Desktop]:
    """Return the app on a real server that runs."""

    def note(url: QUrl) -> bool:
        links.append(url.toString())
        return True

    options = make_options(tmp_path / "home")
    options.data_dir.mkdir()
    note_welcome(options.data_dir)
    made = Desktop(options, running_server, open_url=note, log_folder=tmp_path / "logs")
    mortal(made)
    made.start()
    qtbot.waitUntil(lambda: made._presence.status is not None, timeout=TIMEOUT_MS)
    yield made
    with qtbot.waitSignal(made.ended, timeout=TIMEOUT_MS):
        made.quit()
    assert made.server.join(10)
    made.close()


@pytest.fixture
def icons() -> Path:
    """Return the folder of the real icons."""
    return ROOT / "resources" / "icons"


@pytest.fixture
def options(tmp_path: Path) -> Options:
    """Return options on an empty data folder."""
    made = Options(settings=Settings(), data_dir=tmp_path / "data", resources=ROOT / "resources")
    made.data_dir.mkdir()
    note_welcome(made.data_dir)
    return made


@pytest.fixture
def serve() -> FakeServe:
    """Return a server that starts at once."""
    return FakeServe()


@pytest.fixture
def mortal(qapp: QCoreApplication) -> Iterator[Callable[[QObject], None]]:
    """Return a function that marks an object for deletion at the end of the test, on this thread.

    Garbage is collected on whichever thread runs, and a timer must not die on another than its own.
    """
    made: list[QObject] = []
    yield made.append
    for each in made:
        each.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

"""Takes the pictures of ``docs/images`` that need no desktop: ``./run test FILE --pictures docs/images``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.local_server import FakeServe, snapshot
from fakes.step_dialog import TIMEOUT_MS, press, wait_for
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.bridge import Bridge
from app.desktop import Desktop
from app.dialogs.backup import BackupDialog
from app.dialogs.restore import RestoreDialog
from app.dialogs.rotate import RotateDialog
from app.key_desk import KeyDesk
from app.presence import Phase, Presence, TrayState
from app.server_thread import ServerThread
from app.status_window import StatusWindow
from app.style import style_sheet
from app.welcome import WelcomeDialog
from app.widgets.layouts import column, row
from app.widgets.qr import QrCode
from app.widgets.text import body
from server.bootstrap import running_server
from server.events import PreloadBudget, PreloadStatus, StorageStatus, StreamStatus, TorrentStatus
from server.recovery import Vault
from server.settings import VERSION, Options

PHRASE = "four quiet grey cats"
PLACE = "/media/stick/miauflix-keys.json"
KEY_FILE = "~/.config/miauflix/key.json"
"""What stands in the pictures for wherever the test has its files."""

DATA_FOLDER = Path("~/.local/share/miauflix")

WINDOWS = {"light": QColor("#efefef"), "dark": QColor("#202124")}

pytestmark = pytest.mark.qt_log_ignore("This plugin")


@dataclass(frozen=True, slots=True)
class Camera:
    folder: Path
    shade: str

    def take(self, window: QWidget, name: str) -> None:
        """Keep a picture of a window without the keyboard's cursor in it."""
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        assert window.grab().save(str(self.folder / f"desktop-{name}-{self.shade}.png"))


@pytest.fixture(params=list(WINDOWS))
def camera(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Camera]:
    folder = request.config.getoption("--pictures")
    if not folder:
        pytest.skip("takes pictures only when --pictures says where")
    before, style = QGuiApplication.palette(), qapp.style().objectName()
    qapp.setStyle("Fusion")
    palette = QPalette(WINDOWS[request.param])
    palette.setColor(QPalette.ColorRole.Accent, QColor("#308cc6"))
    qapp.setPalette(palette)
    yield Camera(Path(folder), request.param)
    qapp.setStyle(style)
    qapp.setPalette(before)


def test_backing_up(camera: Camera, desk: KeyDesk, tmp_path: Path, qtbot: QtBot) -> None:
    dialog, path = BackupDialog(desk), tmp_path / "keys.json"
    qtbot.addWidget(dialog)
    dialog.show()
    camera.take(dialog, "backup-1")
    press(dialog)
    for field in (dialog.passphrase.form._first, dialog.passphrase.form._second):
        field.set_text(PHRASE)
    camera.take(dialog, "backup-2")
    press(dialog)
    dialog.saving.entry.set_text(PLACE)
    camera.take(dialog, "backup-3")
    dialog.saving.entry.set_text(str(path))
    press(dialog)
    wait_for(dialog, 3, qtbot)
    dialog.copy.file.set_text(PLACE)
    dialog.copy.passphrase.set_text(PHRASE)
    camera.take(dialog, "backup-4")
    dialog.copy.file.set_text(str(path))
    press(dialog)
    wait_for(dialog, 4, qtbot)
    camera.take(dialog, "backup-5")


def test_restoring(camera: Camera, desk: KeyDesk, vault: Vault, home: Options, tmp_path: Path, qtbot: QtBot) -> None:  # noqa: PLR0917 - fixtures
    asyncio.run(vault.back_up(tmp_path / "keys.json", PHRASE))
    assert home.key_file is not None
    home.key_file.unlink()
    dialog = RestoreDialog(desk)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.copy.form.backup.passphrase.set_text(PHRASE)
    dialog.copy.form.backup.file.set_text(PLACE)
    camera.take(dialog, "restore-1")
    dialog.copy.form.backup.file.set_text(str(tmp_path / "keys.json"))
    press(dialog)
    wait_for(dialog, 1, qtbot)
    dialog.plan._words.setText(dialog.plan._words.text().replace(str(home.key_file), KEY_FILE))
    camera.take(dialog, "restore-2")
    press(dialog)
    wait_for(dialog, 2, qtbot)
    camera.take(dialog, "restore-3")


def test_rotating(
    camera: Camera, home: Options, bridge: Bridge, qtbot: QtBot, mortal: Callable[[QObject], None]
) -> None:
    server = ServerThread(lambda options, publish: running_server(options, publish, {}), home, bridge.publish)
    ready = server.start()
    qtbot.waitUntil(ready.done, timeout=TIMEOUT_MS)
    dialog = RotateDialog(bridge, server)
    mortal(dialog)
    dialog.show()
    camera.take(dialog, "rotate-1")
    press(dialog)
    wait_for(dialog, 1, qtbot)
    camera.take(dialog, "rotate-2")
    dialog.reject()
    server.stop()
    assert server.join(30)


def test_the_status_window(camera: Camera, icons: Path, qtbot: QtBot) -> None:
    window = StatusWindow(icons)
    qtbot.addWidget(window)
    window.resize(860, 700)
    window.bring_up()
    now = datetime.now(UTC)
    streams = (
        StreamStatus(
            "1",
            "1",
            "Living room TV",
            "Nosferatu",
            "1080p",
            now,
            100,
            42,
            42,
            3_400_000,
            48 << 20,
            waiting=False,
            memory=1_310_000,
        ),
        StreamStatus(
            "2",
            "2",
            "Tablet",
            "The General",
            "720p",
            now,
            100,
            7,
            7,
            900_000,
            12 << 20,
            waiting=False,
            memory=1_180_000,
        ),
    )
    torrents = (
        TorrentStatus("1", "Nosferatu", 14, 9, 4_100_000, 120_000, 0.63, "downloading"),
        TorrentStatus("2", "The General", 31, 22, 2_400_000, 300_000, 0.31, "downloading"),
    )
    preloads = (
        PreloadStatus("tt0017136", "Metropolis", "focused", "loading", progress=0.62),
        PreloadStatus("tt0015324", "Sherlock Jr.", "adjacent", "ready", progress=1),
        PreloadStatus("tt0013442", "Häxan", "visible", "metadata"),
        PreloadStatus("tt0019254", "", "visible", "searching"),
        PreloadStatus("tt0021749", "City Lights", "near", "no_source"),
    )
    storage = StorageStatus(12 << 30, 50 << 30, 212 << 30)
    budget = PreloadBudget(310 << 20, 2 << 30, 1_200 << 20, 4 << 30)
    status = snapshot(
        version=VERSION,
        streams=streams,
        torrents=torrents,
        preloads=preloads,
        storage=storage,
        preload_budget=budget,
        sources=2,
    )
    window.update_presence(Presence(Phase.RUNNING, status))
    camera.take(window, "status-now")
    window._tabs._bar.setCurrentIndex(1)
    camera.take(window, "status-coming-up")


def test_the_icons(camera: Camera, icons: Path, qtbot: QtBot) -> None:
    strip = QWidget()
    qtbot.addWidget(strip)
    strip.setObjectName("window")
    strip.setStyleSheet(style_sheet(QGuiApplication.palette()))
    layout = row(spacing=36)
    for state in TrayState:
        cell = column(spacing=10)
        icon = QLabel()
        icon.setPixmap(QIcon(str(icons / f"tray-{state}.svg")).pixmap(48, 48))
        for label in (icon, body(state.capitalize(), muted=True)):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setMinimumWidth(80)
            cell.addWidget(label)
        layout.addLayout(cell)
    column(strip, margins=(28, 24, 28, 20)).addLayout(layout)
    strip.show()
    camera.take(strip, "tray-states")


@pytest.fixture
def desktop(
    options: Options, serve: FakeServe, tmp_path: Path, qtbot: QtBot, mortal: Callable[[QObject], None]
) -> Iterator[Desktop]:
    """The app beside a server that says it is in a home's network."""
    made = Desktop(options, serve, open_url=lambda _: True, log_folder=tmp_path / "logs")
    mortal(made)
    made.start()
    qtbot.waitUntil(lambda: made._presence.status is not None, timeout=TIMEOUT_MS)
    yield made
    with qtbot.waitSignal(made.ended, timeout=TIMEOUT_MS):
        made.quit()
    assert made.server.join(10)
    made.close()


def test_the_menu_and_the_first_run(camera: Camera, desktop: Desktop, options: Options, qtbot: QtBot) -> None:
    menu = desktop.tray._menu
    menu.popup(menu.pos())
    camera.take(menu, "tray-menu")
    menu.hide()
    welcome = WelcomeDialog(replace(options, data_dir=DATA_FOLDER))
    qtbot.addWidget(welcome)
    welcome.show()
    camera.take(welcome, "welcome-1")


def test_pairing(camera: Camera, desktop: Desktop, serve: FakeServe, qtbot: QtBot) -> None:
    desktop.windows.open_pairing()
    serve.ask_in("Living room TV", "WDJB-MJHT")
    qtbot.waitUntil(lambda: bool(desktop._presence.waiting), timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: bool(desktop.windows.pairing.findChildren(QrCode)[0].text), timeout=TIMEOUT_MS)
    camera.take(desktop.windows.pairing, "pairing")


def test_the_settings(camera: Camera, desktop: Desktop, options: Options, qtbot: QtBot) -> None:
    desktop.applier.options = replace(options, data_dir=DATA_FOLDER)
    dialog = desktop.windows.settings
    for page in ("General", "Sources"):
        desktop.windows.open_settings(page)
        qtbot.waitExposed(dialog)
        camera.take(dialog, f"settings-{page.lower()}")

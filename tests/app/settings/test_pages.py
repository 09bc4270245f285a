"""The pages that act on a running server: devices, sources, advanced."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from fakes.hands import named, nameless, press, words
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot

from app.desktop import Desktop
from app.settings.amending import Edits
from app.settings.dialog import SettingsDialog
from server.models import Device, Scope

_TIMEOUT_MS = 60_000


@pytest.fixture
def dialog(running: Desktop) -> SettingsDialog:
    running.windows.open_settings()
    return running.windows.settings


def _ask(running: Desktop, qtbot: QtBot) -> list[Device]:
    found: list[list[Device]] = []
    running.link.ask(lambda server: server.devices(), lambda devices: found.append(list(devices)))
    qtbot.waitUntil(lambda: bool(found), timeout=_TIMEOUT_MS)
    return found[0]


def _let_in(running: Desktop, qtbot: QtBot) -> None:
    """Let a device in, as the command line does."""
    done: list[object] = []
    assert running.server._run is not None
    running.link.ask(
        lambda server: server._records.sessions.add_device("Old TV", Scope.VIEWER),  # type: ignore[attr-defined]  # inside
        done.append,
    )
    qtbot.waitUntil(lambda: bool(done), timeout=_TIMEOUT_MS)


def _type(dialog: SettingsDialog, field: str, text: str) -> None:
    edit = named(dialog, field)
    assert isinstance(edit, QLineEdit)
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Qt.Key.Key_Return)


def test_a_device_is_renamed_promoted_and_turned_out(running: Desktop, dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.open_page("Devices")
    qtbot.waitUntil(lambda: any("No device was let in" in text for text in words(dialog)), timeout=_TIMEOUT_MS)
    _let_in(running, qtbot)
    qtbot.waitUntil(lambda: any("Let in on" in text for text in words(dialog)), timeout=_TIMEOUT_MS)
    assert nameless(dialog) == []
    _type(dialog, "Name of Old TV", "Kitchen")
    qtbot.waitUntil(lambda: [device.name for device in _ask(running, qtbot)] == ["Kitchen"], timeout=_TIMEOUT_MS)
    dialog.setFocus()
    qtbot.waitUntil(lambda: running.windows._pages is not None and bool(dialog.findChildren(QLineEdit)))
    qtbot.waitUntil(lambda: _has(dialog, "Turn out Kitchen"), timeout=_TIMEOUT_MS)
    press(dialog, "Kitchen may manage devices")
    qtbot.waitUntil(lambda: [device.scope for device in _ask(running, qtbot)] == [Scope.ADMIN], timeout=_TIMEOUT_MS)
    press(dialog, "Turn out Kitchen")
    assert len(_ask(running, qtbot)) == 1, "one press must not be enough"
    press(dialog, "Turn out Kitchen")
    qtbot.waitUntil(lambda: _ask(running, qtbot) == [], timeout=_TIMEOUT_MS)


def _has(dialog: SettingsDialog, name: str) -> bool:
    try:
        named(dialog, name)
    except AssertionError:
        return False
    return True


class _Empty(BaseHTTPRequestHandler):
    """A Torznab server that knows nothing."""

    def do_GET(self) -> None:
        body = b'<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>'
        if "t=caps" in self.path:
            searches = b'<search available="yes"/><movie-search available="yes" supportedParams="q,imdbid"/>'
            body = b"<caps><searching>" + searches + b"</searching></caps>"
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def torznab() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Empty) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/api"
        server.shutdown()
        thread.join()


def test_a_torznab_server_is_added_tried_keyed_and_removed(
    running: Desktop, dialog: SettingsDialog, qtbot: QtBot, torznab: str
) -> None:
    dialog.open_page("Sources")
    page = running.windows._pages
    assert page is not None
    page.sources._new_name.show_value("home")
    page.sources._new_address.show_value(torznab)
    page.sources.changed.emit()
    with qtbot.waitSignal(running.applier.applied, timeout=_TIMEOUT_MS):
        press(dialog, "Apply")
    assert running.applier.settings.sources.torznab["home"].url == torznab
    press(dialog, "Test home")
    qtbot.waitUntil(lambda: any("Works" in text for text in words(dialog)), timeout=_TIMEOUT_MS)
    _type(dialog, "API key of home", "s3cret")
    press(dialog, "Save the API key of home")
    edit = named(dialog, "API key of home")
    assert isinstance(edit, QLineEdit)
    qtbot.waitUntil(lambda: edit.placeholderText() == "A key is kept", timeout=_TIMEOUT_MS)
    assert edit.text() == ""
    assert "s3cret" not in (running.applier.options.data_dir / "settings.toml").read_text("utf-8")
    press(dialog, "Remove home")
    with qtbot.waitSignal(running.applier.applied, timeout=_TIMEOUT_MS):
        press(dialog, "Apply")
    assert running.applier.settings.sources.torznab == {}


def test_a_bad_address_is_told_beside_the_field(running: Desktop, dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.open_page("Sources")
    _type(dialog, "Address of YTS", "nonsense")
    with qtbot.waitSignal(running.applier.refused, timeout=_TIMEOUT_MS) as signal:
        press(dialog, "Apply")
    assert signal.args[0].key == ("sources", "yts", "url")
    assert signal.args[0].text in words(dialog)
    press(dialog, "Test YTS")
    assert "See the field that is marked." in words(dialog)


def test_a_provider_without_an_address_is_shown_off_and_comes_on_with_one(
    running: Desktop, dialog: SettingsDialog, qtbot: QtBot
) -> None:
    dialog.open_page("Sources")
    switch = named(dialog, "EZTV")
    assert isinstance(switch, QAbstractButton)
    assert not switch.isChecked()
    assert not switch.isEnabled()
    assert "Episodes of shows. Enter an address to switch it on." in words(dialog)
    assert _edited(running) == {}
    _type(dialog, "Address of EZTV", "http://127.0.0.1:9")
    assert switch.isChecked()
    assert "Episodes of shows." in words(dialog)
    with qtbot.waitSignal(running.applier.applied, timeout=_TIMEOUT_MS):
        press(dialog, "Apply")
    assert running.applier.settings.sources.eztv.is_on
    assert "enabled" not in (running.applier.options.data_dir / "settings.toml").read_text("utf-8")
    press(dialog, "EZTV")
    assert _edited(running) == {("sources", "eztv", "enabled"): False}
    press(dialog, "EZTV")
    _type(dialog, "Address of EZTV", " ")
    assert not switch.isChecked()
    assert _edited(running) == {("sources", "eztv", "url"): ""}


def test_the_order_of_providers_is_changed_with_keys_and_buttons(
    running: Desktop, dialog: SettingsDialog, qtbot: QtBot
) -> None:
    dialog.open_page("Sources")
    order = named(dialog, "Who goes first")
    order.setFocus()
    assert not named(dialog, "Move up").isEnabled()
    QTest.keyClick(order, Qt.Key.Key_Down)
    QTest.keyClick(order, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(order, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)  # is the first already
    with qtbot.waitSignal(running.applier.applied, timeout=_TIMEOUT_MS):
        press(dialog, "Apply")
    assert _order(running) == ("eztv", "yts", "internet_archive", "rarbg")
    press(dialog, "Move down")
    assert _edited(running) == {("sources", "priority"): ("yts", "eztv", "internet_archive", "rarbg")}
    assert nameless(dialog) == []
    press(dialog, "Usual order")
    with qtbot.waitSignal(running.applier.applied, timeout=_TIMEOUT_MS):
        press(dialog, "Apply")
    assert _order(running) == ()


def _order(running: Desktop) -> tuple[str, ...]:
    return running.applier.settings.sources.priority


def test_a_limit_of_quality_is_applied(running: Desktop, dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.open_page("Sources")
    size = named(dialog, "Larger than")
    size.setFocus()
    QTest.keyClick(size, Qt.Key.Key_Up)
    with qtbot.waitSignal(running.applier.applied, timeout=_TIMEOUT_MS):
        press(dialog, "Apply")
    assert running.applier.settings.quality.max_size_gib == 1


def _edited(running: Desktop) -> Edits:
    assert running.windows._pages is not None
    return running.windows._pages.sources.edits()


def test_a_provider_that_is_off_says_so(dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.open_page("Sources")
    press(dialog, "Test EZTV")
    qtbot.waitUntil(lambda: any("It is off" in text for text in words(dialog)), timeout=_TIMEOUT_MS)
    assert nameless(dialog) == []


def test_the_logs_are_saved(running: Desktop, dialog: SettingsDialog, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "miauflix.log").write_text("all is well\n", "utf-8")
    dialog.open_page("Advanced")
    assert nameless(dialog) == []
    assert running.windows._pages is not None
    running.windows._pages.advanced.save_bundle(tmp_path / "bundle.zip")
    qtbot.waitUntil(lambda: any("Saved in" in text for text in words(dialog)), timeout=_TIMEOUT_MS)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        assert "miauflix.log" in bundle.namelist()
    running.windows._pages.advanced.save_bundle(tmp_path / "gone" / "bundle.zip")
    qtbot.waitUntil(lambda: any("could not be saved" in text for text in words(dialog)), timeout=_TIMEOUT_MS)

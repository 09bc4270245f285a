"""The keys in the app on a real server: from a notice or a failed start to the dialog, and what follows from it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fakes.appliance import make_options
from fakes.step_dialog import TIMEOUT_MS, press, wait_for
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.desktop import Desktop
from app.dialogs.backup import BackupDialog
from app.dialogs.restore import RestoreDialog
from app.presence import Phase
from app.remedies import Remedy
from app.settings.security import SecurityPage
from server.bootstrap import running_server
from server.events import NoticeCode
from server.recovery import Vault
from server.settings import Options

PHRASE = "four quiet grey cats"


@contextmanager
def _desktop(options: Options, qtbot: QtBot, mortal: Callable[[QObject], None]) -> Iterator[Desktop]:
    made = Desktop(options, running_server, open_url=lambda _: True)
    mortal(made)
    mortal(made.window)
    made.start()
    yield made
    with qtbot.waitSignal(made.ended, timeout=TIMEOUT_MS):
        made.quit()
    assert made.server.join(10)
    made.close()


@pytest.fixture
def options(tmp_path: Path) -> Options:
    """Return options whose key file is no other than the default one, so that a backup is asked for."""
    return make_options(tmp_path / "home")


def _press(widget: QWidget, words: str) -> None:
    [found] = [each for each in widget.findChildren(QPushButton) if each.text() == words and each.isVisibleTo(widget)]
    found.click()


def _dialog(desktop: Desktop, name: str) -> QDialog:
    return desktop.keys._open[name]


def test_a_lost_key_is_brought_back_from_the_failed_start(
    options: Options, tmp_path: Path, qtbot: QtBot, mortal: Callable[[QObject], None]
) -> None:
    asyncio.run(_start_once(options))
    asyncio.run(Vault(options, {}).back_up(tmp_path / "keys.json", PHRASE))
    assert options.key_file is not None
    options.key_file.unlink()
    with _desktop(options, qtbot, mortal) as desktop:
        qtbot.waitUntil(lambda: desktop._presence.phase is Phase.FAILED, timeout=TIMEOUT_MS)
        _press(desktop.window, "Bring the keys back…")
        dialog = _dialog(desktop, "restore")
        assert isinstance(dialog, RestoreDialog)
        dialog.copy.form.backup.file.set_text(str(tmp_path / "keys.json"))
        dialog.copy.form.backup.passphrase.set_text(PHRASE)
        press(dialog)
        wait_for(dialog, 1, qtbot)
        press(dialog)
        wait_for(dialog, 2, qtbot)
        press(dialog)
        qtbot.waitUntil(lambda: desktop._presence.status is not None, timeout=TIMEOUT_MS)
        assert desktop._presence.phase is Phase.RUNNING
        assert desktop.keys._open == {}


def test_a_missing_key_is_brought_back_while_the_server_runs_in_safe_mode(
    options: Options, tmp_path: Path, qtbot: QtBot, mortal: Callable[[QObject], None]
) -> None:
    former = asyncio.run(_rotate_once(options))
    asyncio.run(Vault(options, {}).back_up(tmp_path / "keys.json", PHRASE))
    assert options.key_file is not None
    options.key_file.write_bytes(former)  # as an old copy of the file would
    with _desktop(options, qtbot, mortal) as desktop:
        qtbot.waitUntil(lambda: NoticeCode.SAFE_MODE in _codes(desktop), timeout=TIMEOUT_MS)
        desktop._remedy(Remedy.RESTORE_KEYS)
        dialog = _dialog(desktop, "restore")
        assert isinstance(dialog, RestoreDialog)
        dialog.copy.form.backup.file.set_text(str(tmp_path / "keys.json"))
        dialog.copy.form.backup.passphrase.set_text(PHRASE)
        press(dialog)
        wait_for(dialog, 1, qtbot)
        press(dialog)
        wait_for(dialog, 2, qtbot)
        dialog.close()  # by the window's own button
        assert desktop._presence.phase is Phase.STARTING
        qtbot.waitUntil(lambda: desktop._presence.status is not None, timeout=TIMEOUT_MS)
        assert NoticeCode.SAFE_MODE not in _codes(desktop)


def test_the_backup_notice_leads_to_a_backup_and_goes_away(
    options: Options, tmp_path: Path, qtbot: QtBot, mortal: Callable[[QObject], None]
) -> None:
    with _desktop(options, qtbot, mortal) as desktop:
        qtbot.waitUntil(lambda: _codes(desktop) >= {NoticeCode.KEY_NOT_BACKED_UP}, timeout=TIMEOUT_MS)
        _press(desktop.window, "Back up the keys…")
        dialog = _dialog(desktop, "backup")
        assert isinstance(dialog, BackupDialog)
        desktop.keys.back_up()
        assert _dialog(desktop, "backup") is dialog  # one of each
        dialog.passphrase.form._first.set_text(PHRASE)
        dialog.show_step(2)
        dialog.saving.entry.set_text(str(tmp_path / "keys.json"))
        press(dialog)
        wait_for(dialog, 3, qtbot)
        dialog.copy.passphrase.set_text(PHRASE)
        press(dialog)
        wait_for(dialog, 4, qtbot)
        qtbot.waitUntil(lambda: NoticeCode.KEY_NOT_BACKED_UP not in _codes(desktop), timeout=TIMEOUT_MS)


def test_the_security_page_tells_where_the_keys_are_and_of_their_backup(
    options: Options, qtbot: QtBot, mortal: Callable[[QObject], None]
) -> None:
    with _desktop(options, qtbot, mortal) as desktop:
        qtbot.waitUntil(lambda: desktop._presence.status is not None, timeout=TIMEOUT_MS)
        page = SecurityPage(desktop.keys)
        mortal(page)
        page.enter()
        qtbot.waitUntil(lambda: str(options.key_file) in page._place.text(), timeout=TIMEOUT_MS)
        assert page._backup.objectName() == "problem"
        page._keys.changed.emit()
        _press(page, "Check a backup…")
        assert "check" in desktop.keys._open


async def _start_once(options: Options) -> None:
    async with running_server(options, environ={}):
        pass


async def _rotate_once(options: Options) -> bytes:
    """Give a new data folder a second key and return what its key file held before."""
    async with running_server(options, environ={}) as server:
        assert options.key_file is not None
        former = await asyncio.to_thread(options.key_file.read_bytes)
        await server.add_magnet(f"magnet:?xt=urn:btih:{'1' * 40}")
        await server.rotate_torrent_key(lambda *_: None)
    return former


def _codes(desktop: Desktop) -> set[NoticeCode]:
    status = desktop._presence.status
    return {notice.code for notice in status.notices} if status else set()

from __future__ import annotations

import asyncio
from pathlib import Path

from fakes.step_dialog import TIMEOUT_MS, press, wait_for, wait_for_problem
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.backup import BackupDialog, CheckDialog
from app.key_desk import KeyDesk
from server.recovery import Vault

PHRASE = "four quiet grey cats"


def made_backup(dialog: BackupDialog, path: Path, qtbot: QtBot) -> None:
    qtbot.addWidget(dialog)
    dialog.show()
    press(dialog)
    QTest.keyClicks(dialog.passphrase.form._first._edit, PHRASE)
    assert not dialog._go.isEnabled()
    QTest.keyClicks(dialog.passphrase.form._second._edit, PHRASE)
    press(dialog)
    dialog.saving.entry.set_text(str(path))
    press(dialog)
    wait_for(dialog, 3, qtbot)


def test_a_backup_is_saved_checked_and_accepted_by_the_command_line(
    desk: KeyDesk, vault: Vault, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = BackupDialog(desk)
    path = tmp_path / "stick" / "keys.json"
    path.parent.mkdir()
    made_backup(dialog, path, qtbot)
    assert path.stat().st_mode & 0o077 == 0
    assert dialog.passphrase.form.text == ""  # typed anew for the check
    assert not dialog._back.isVisible()  # the file is there
    assert dialog.copy.file.path == path
    assert asyncio.run(vault.status()).verified_at is None
    QTest.keyClicks(dialog.copy.passphrase._edit, PHRASE)
    press(dialog)
    wait_for(dialog, 4, qtbot)
    assert dialog.copy.passphrase.text == ""
    assert "2 source" in dialog.last._found.text()
    assert asyncio.run(vault.status()).verified_at is not None
    dialog.last.sheet.save(tmp_path / "sheet.pdf")
    qtbot.waitUntil(lambda: "Saved in" in dialog.last.sheet._said.text(), timeout=TIMEOUT_MS)
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    press(dialog)
    assert dialog.result() == BackupDialog.DialogCode.Accepted


def test_a_wrong_pass_phrase_is_said_and_can_be_typed_again(desk: KeyDesk, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = BackupDialog(desk)
    made_backup(dialog, tmp_path / "keys.json", qtbot)
    dialog.copy.passphrase.set_text("not the one I chose")
    press(dialog)
    wait_for_problem(dialog, "pass phrase", qtbot)
    assert dialog._go.isEnabled()
    dialog.copy.passphrase.set_text(PHRASE)
    press(dialog)
    wait_for(dialog, 4, qtbot)


def test_a_file_that_is_there_is_never_overwritten(desk: KeyDesk, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "keys.json"
    path.write_text("mine")
    dialog = BackupDialog(desk)
    qtbot.addWidget(dialog)
    dialog.passphrase.form._first.set_text(PHRASE)
    dialog.show_step(2)
    dialog.saving.entry.set_text(str(path))
    press(dialog)
    wait_for_problem(dialog, str(path), qtbot)
    assert path.read_text() == "mine"


def test_a_backup_is_not_left_half_way_while_it_works(desk: KeyDesk, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = BackupDialog(desk)
    qtbot.addWidget(dialog)
    dialog.passphrase.form._first.set_text(PHRASE)
    dialog.show_step(2)
    dialog.saving.entry.set_text(str(tmp_path / "keys.json"))
    dialog.show()
    press(dialog)
    assert not dialog._cancel.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    wait_for(dialog, 3, qtbot)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_backup_made_before_is_checked_and_says_when_it_was_made(
    desk: KeyDesk, vault: Vault, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "keys.json"
    asyncio.run(vault.back_up(path, PHRASE))
    dialog = CheckDialog(desk)
    qtbot.addWidget(dialog)
    dialog.copy.backup.file.set_text(str(path))
    qtbot.waitUntil(lambda: "Made on 20" in dialog.copy.backup._made.text(), timeout=TIMEOUT_MS)
    dialog.copy.backup.passphrase.set_text(PHRASE)
    press(dialog)
    wait_for(dialog, 1, qtbot)


def test_everything_has_a_name_for_screen_readers(desk: KeyDesk, qtbot: QtBot) -> None:
    dialog = BackupDialog(desk)
    qtbot.addWidget(dialog)
    assert all(each.text() or each.accessibleName() for each in dialog.findChildren(QPushButton))

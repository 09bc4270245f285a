from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from fakes.appliance import make_options
from fakes.step_dialog import press, wait_for, wait_for_problem
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.dialogs.restore import RestoreDialog
from app.key_desk import KeyDesk
from server.bootstrap import running_server
from server.errors import KeyMissingError
from server.recovery import Vault
from server.settings import Options

PHRASE = "four quiet grey cats"


def _lose_the_key(options: Options) -> None:
    assert options.key_file is not None
    options.key_file.unlink()


def _opened(desk: KeyDesk, backup: Path, qtbot: QtBot) -> RestoreDialog:
    """Return the dialog as it begins to open a backup file."""
    dialog = RestoreDialog(desk)
    qtbot.addWidget(dialog)
    dialog.copy.form.backup.file.set_text(str(backup))
    dialog.copy.form.backup.passphrase.set_text(PHRASE)
    press(dialog)
    return dialog


async def _starts(options: Options) -> int:
    async with running_server(options, environ={}) as server:
        return (await server.status()).sources


def test_a_lost_key_comes_back_from_a_file(
    desk: KeyDesk, vault: Vault, home: Options, tmp_path: Path, qtbot: QtBot
) -> None:
    asyncio.run(vault.back_up(tmp_path / "keys.json", PHRASE))
    _lose_the_key(home)
    with pytest.raises(KeyMissingError):
        asyncio.run(_starts(home))
    dialog = _opened(desk, tmp_path / "keys.json", qtbot)
    wait_for(dialog, 1, qtbot)
    assert home.key_file is not None
    assert not home.key_file.exists()  # it only said what it would do
    assert "open the database" in dialog.plan._words.text()
    press(dialog)
    wait_for(dialog, 2, qtbot)
    assert dialog.copy.form.backup.passphrase.text == ""
    assert dialog.copy.plan is None
    QTest.keyClick(dialog, Qt.Key.Key_Escape)  # closed in any way, the server has to start anew
    assert dialog.result() == RestoreDialog.DialogCode.Accepted
    assert asyncio.run(_starts(home)) == 2


def test_a_printed_key_with_a_mistake_names_its_row(desk: KeyDesk, vault: Vault, home: Options, qtbot: QtBot) -> None:
    rows = asyncio.run(vault.recovery_key()).splitlines()
    _lose_the_key(home)
    dialog = RestoreDialog(desk)
    qtbot.addWidget(dialog)
    dialog.copy.form.by_print.setChecked(True)
    wrong = "B" if rows[2][0] == "A" else "A"
    dialog.copy.form.printed._rows.setPlainText("\n".join([*rows[:2], wrong + rows[2][1:], *rows[3:]]))
    press(dialog)
    wait_for_problem(dialog, "row 3", qtbot)
    dialog.copy.form.printed._rows.setPlainText("\n".join(rows))
    press(dialog)
    wait_for(dialog, 1, qtbot)
    press(dialog)
    wait_for(dialog, 2, qtbot)
    assert dialog.copy.form.printed._rows.toPlainText() == ""
    assert asyncio.run(_starts(home)) == 2


def test_another_folders_keys_change_nothing(desk: KeyDesk, home: Options, tmp_path: Path, qtbot: QtBot) -> None:
    other = make_options(tmp_path / "other")
    asyncio.run(_starts(other))
    asyncio.run(Vault(other, {}).back_up(tmp_path / "keys.json", PHRASE))
    assert home.key_file is not None
    before = home.key_file.read_bytes()
    dialog = _opened(desk, tmp_path / "keys.json", qtbot)
    wait_for_problem(dialog, "do not open", qtbot)
    assert home.key_file.read_bytes() == before


def test_keys_that_are_here_already_are_not_offered_to_be_brought_back(
    desk: KeyDesk, vault: Vault, tmp_path: Path, qtbot: QtBot
) -> None:
    asyncio.run(vault.back_up(tmp_path / "keys.json", PHRASE))
    dialog = _opened(desk, tmp_path / "keys.json", qtbot)
    wait_for_problem(dialog, "nothing to do", qtbot)
    assert dialog.copy.plan is None

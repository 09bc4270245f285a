from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from fakes.step_dialog import TIMEOUT_MS
from pytestqt.qtbot import QtBot

from app.dialogs.sheet import SaveSheet, write_sheet
from app.key_desk import KeyDesk

KEY = "ABCD-EFGH-JKLM-NPQR-STUV-WXYZ-2345"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions, and keeps open files in place")
@pytest.mark.usefixtures("qapp")
def test_the_sheet_is_never_in_a_file_that_others_may_read(tmp_path: Path) -> None:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(b"mine")
    path.chmod(0o644)
    with path.open("rb") as seen_by_others:
        write_sheet(path, KEY, date(2026, 11, 25))
        assert seen_by_others.read() == b"mine"
    assert path.read_bytes().startswith(b"%PDF")
    assert path.stat().st_mode & 0o077 == 0
    assert [each.name for each in tmp_path.iterdir()] == ["sheet.pdf"]


def test_where_nothing_can_be_written_it_says_so_and_can_be_tried_again(
    desk: KeyDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    sheet = SaveSheet(desk)
    qtbot.addWidget(sheet)
    sheet.save(tmp_path / "nowhere" / "sheet.pdf")
    qtbot.waitUntil(lambda: "(No such file" in sheet._said.text(), timeout=TIMEOUT_MS)
    assert sheet._button.isEnabled()

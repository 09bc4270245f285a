"""About: what is inside, and word of newer versions, on a running server."""

from __future__ import annotations

from datetime import date

import pytest
from fakes.hands import named, nameless, press, words
from PySide6.QtWidgets import QListWidget, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.desktop import Desktop
from app.settings.dialog import SettingsDialog
from server.models import NewerRelease
from server.settings import VERSION
from server.updates import Updates

_TIMEOUT_MS = 60_000
NEWER = NewerRelease("9.0.0", date(2027, 1, 1), "https://miauflix.example/9", ("It is round.", "It is new."))


@pytest.fixture
def dialog(running: Desktop) -> SettingsDialog:
    running.windows.open_settings("About")
    return running.windows.settings


def _says(dialog: SettingsDialog, text: str) -> bool:
    return any(text in each for each in words(dialog))


def test_it_lists_what_is_inside_with_each_licence(dialog: SettingsDialog, qtbot: QtBot) -> None:
    listed, text = named(dialog, "What is inside"), named(dialog, "Licence")
    assert isinstance(listed, QListWidget)
    assert isinstance(text, QPlainTextEdit)
    qtbot.waitUntil(lambda: listed.count() > 0, timeout=_TIMEOUT_MS)
    names = [listed.item(number).text() for number in range(listed.count())]
    (aiohttp,) = (number for number, name in enumerate(names) if name.startswith("aiohttp "))
    assert names[aiohttp].endswith(" · Apache-2.0 AND MIT")
    listed.setCurrentRow(aiohttp)
    assert "Apache License" in text.toPlainText()
    assert _says(dialog, f"Miauflix {VERSION}, under the MIT licence.")
    assert nameless(dialog) == []


def test_a_newer_version_is_told_of_with_what_is_new_and_leads_to_its_page(
    dialog: SettingsDialog, links: list[str], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def newer(_: Updates) -> NewerRelease:
        return NEWER

    monkeypatch.setattr(Updates, "check", newer)
    press(dialog, "Look for a newer version now")
    qtbot.waitUntil(
        lambda: _says(dialog, "Miauflix 9.0.0 is there.\n• It is round.\n• It is new."), timeout=_TIMEOUT_MS
    )
    press(dialog, "Open its page")
    assert links == [NEWER.page]


def test_the_newest_version_says_so(dialog: SettingsDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(_: Updates) -> None:
        return None

    monkeypatch.setattr(Updates, "check", nothing)
    press(dialog, "Look for a newer version now")
    qtbot.waitUntil(lambda: _says(dialog, "This is the newest version."), timeout=_TIMEOUT_MS)
    assert not [
        each for each in dialog.findChildren(QPushButton) if each.isVisible() and each.text() == "Open its page"
    ]


def test_a_checkout_says_why_it_can_t_look(dialog: SettingsDialog, qtbot: QtBot) -> None:
    press(dialog, "Look for a newer version now")
    qtbot.waitUntil(lambda: _says(dialog, "not made from a package"), timeout=_TIMEOUT_MS)
    look = named(dialog, "Look for a newer version now")
    assert look.isEnabled()


def test_asking_once_a_day_is_a_setting_and_off_at_first(
    running: Desktop, dialog: SettingsDialog, qtbot: QtBot
) -> None:
    assert running.applier.settings.updates.check is False
    press(dialog, "Tell me of newer versions")
    with qtbot.waitSignal(running.applier.applied, timeout=_TIMEOUT_MS):
        press(dialog, "Apply")
    assert running.applier.settings.updates.check is True

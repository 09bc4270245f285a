"""The first run, on a data folder that nobody used yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes.appliance import make_options
from fakes.hands import nameless, press
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.desktop import Desktop
from app.first_run import is_first_run
from app.welcome import WelcomeDialog
from server.bootstrap import running_server

_TIMEOUT_MS = 60_000


@pytest.fixture
def fresh(
    tmp_path: Path, qtbot: QtBot, links: list[str], mortal: Callable[[QObject], None]
) -> Iterator[tuple[Desktop, WelcomeDialog]]:
    def note(url: object) -> bool:
        links.append(str(url))
        return True

    made = Desktop(make_options(tmp_path / "home"), running_server, open_url=note, log_folder=tmp_path / "logs")
    mortal(made)
    made.start()
    qtbot.waitUntil(lambda: made.windows._welcome is not None, timeout=_TIMEOUT_MS)
    yield made, made.windows.welcome
    with qtbot.waitSignal(made.ended, timeout=_TIMEOUT_MS):
        made.quit()
    assert made.server.join(10)
    made.close()


def test_it_leads_through_three_steps_keeps_what_was_chosen_and_opens_the_page(
    fresh: tuple[Desktop, WelcomeDialog], qtbot: QtBot, links: list[str]
) -> None:
    desktop, dialog = fresh
    assert dialog.isVisible()
    dialog._place.fields["storage", "cap_gib"].show_value(20)
    for _ in range(2):
        assert nameless(dialog) == []
        press(dialog, "Continue")
    before = desktop.applier.settings.sources.internet_archive.enabled
    press(dialog, "Internet Archive")
    with qtbot.waitSignal(desktop.applier.applied, timeout=_TIMEOUT_MS):
        press(dialog, "Open Miauflix")
    assert desktop.applier.settings.storage.cap_gib == 20
    assert desktop.applier.settings.sources.internet_archive.enabled is not before
    qtbot.waitUntil(lambda: len(links) == 1, timeout=_TIMEOUT_MS)
    qtbot.waitUntil(lambda: not is_first_run(desktop.applier.options), timeout=_TIMEOUT_MS)


def test_nothing_chosen_restarts_nothing(fresh: tuple[Desktop, WelcomeDialog], qtbot: QtBot, links: list[str]) -> None:
    desktop, dialog = fresh
    run = desktop.server._run
    for name in ("Continue", "Continue", "Open Miauflix"):
        press(dialog, name)
    qtbot.waitUntil(lambda: len(links) == 1, timeout=_TIMEOUT_MS)
    assert desktop.server._run is run


def test_it_can_be_broken_off_and_does_not_come_again(
    fresh: tuple[Desktop, WelcomeDialog], qtbot: QtBot, links: list[str]
) -> None:
    desktop, dialog = fresh
    press(dialog, "Cancel")
    qtbot.waitUntil(lambda: not is_first_run(desktop.applier.options), timeout=_TIMEOUT_MS)
    assert links == []


def test_the_keys_can_be_backed_up_now(fresh: tuple[Desktop, WelcomeDialog]) -> None:
    desktop, dialog = fresh
    press(dialog, "Continue")
    press(dialog, "Back up the keys…")
    assert "backup" in desktop.keys._open

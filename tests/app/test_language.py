from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from fakes.local_server import snapshot
from PySide6.QtCore import QCoreApplication, QLocale, QObject
from pytestqt.qtbot import QtBot

from app.formatting import rate
from app.language import tr, use_language
from app.presence import Phase, Presence
from app.status_window import StatusWindow
from app.tray import Tray
from server.events import PreloadStatus

_ROOT = Path(__file__).parents[2]
_FOLDER = _ROOT / "resources" / "translations"
_PLACEHOLDER = re.compile(r"\{\w+\}|%n")


@pytest.fixture
def german(qapp: QCoreApplication) -> Iterator[None]:
    before = QLocale()
    loaded = use_language(qapp, _FOLDER, QLocale("de_DE"))
    yield
    for translator in loaded:
        qapp.removeTranslator(translator)
    QLocale.setDefault(before)


@pytest.mark.usefixtures("german")
def test_the_window_is_german_where_the_system_is(icons: Path, qtbot: QtBot) -> None:
    window = StatusWindow(icons)
    qtbot.addWidget(window)
    preloads = tuple(PreloadStatus(f"tt{n}", "Film", "focused", "loading") for n in range(2))
    window.update_presence(Presence(Phase.RUNNING, snapshot(preloads=preloads)))
    assert window._tabs._bar.tabText(0) == "Jetzt"
    assert window._subtitle.text() == "2 Titel werden vorbereitet · Version 1.2.3"
    assert rate(3_400_000) == "3,2 MiB/s"
    assert rate(1_023 << 10) == "1023 KiB/s"


@pytest.mark.parametrize("language", ["en_GB", "de_DE"])
@pytest.mark.parametrize("paused", [False, True])
def test_each_entry_of_the_menu_has_a_letter_of_its_own(
    language: str, icons: Path, mortal: Callable[[QObject], None], request: pytest.FixtureRequest, *, paused: bool
) -> None:
    if language == "de_DE":
        request.getfixturevalue("german")
    tray = Tray(icons)
    mortal(tray)
    tray.update(Presence(Phase.RUNNING, snapshot(preload_paused=paused)))
    entries = [action.text() for action in tray._menu.actions() if not action.isSeparator()]
    letters = [entry.partition("&")[2][:1].lower() for entry in entries]
    assert all(letters), entries
    assert len(set(letters)) == len(entries), entries


def test_english_has_its_plural_forms() -> None:
    assert [tr("Playing %n stream(s)", "", number) for number in (1, 2)] == ["Playing 1 stream", "Playing 2 streams"]


def test_a_language_that_we_have_not_is_english(qapp: QCoreApplication) -> None:
    before = QLocale()
    loaded = use_language(qapp, _FOLDER, QLocale("fi_FI"))
    try:
        assert tr("Playing %n stream(s)", "", 1) == "Playing 1 stream"
        assert QLocale().language() is QLocale.Language.English
    finally:
        for translator in loaded:
            qapp.removeTranslator(translator)
        QLocale.setDefault(before)


@pytest.mark.parametrize("file", sorted(_FOLDER.glob("*.ts")), ids=lambda path: path.name)
def test_a_translation_has_the_same_places_to_fill_in(file: Path) -> None:
    for message in ET.parse(file).iter("message"):
        source, translation = message.findtext("source", ""), message.find("translation")
        assert translation is not None
        wanted = sorted(_PLACEHOLDER.findall(source))
        forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
        assert [sorted(_PLACEHOLDER.findall(form)) for form in forms] == [wanted] * len(forms), source


def test_every_text_is_collected_translated_and_compiled() -> None:
    command = [sys.executable, str(_ROOT / ".ci" / "translate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from app.bridge import Bridge
from app.key_desk import KeyDesk
from server.errors import KeyMissingError
from server.recovery import KeyStatus, Progress, Step, Vault
from server.settings import Options, Settings


@pytest.fixture
def desk(tmp_path: Path, mortal: Callable[[QObject], None]) -> KeyDesk:
    bridge = Bridge()
    mortal(bridge)
    options = Options(Settings(), tmp_path / "data", tmp_path, key_file=tmp_path / "key.json")
    return KeyDesk(Vault(options, {}), bridge)


def _refuse(value: object) -> None:
    raise AssertionError(value)


def test_the_answer_comes_on_the_main_thread_and_the_work_is_done_on_another(desk: KeyDesk, qtbot: QtBot) -> None:
    worked: list[str] = []
    answers: list[tuple[KeyStatus, str]] = []

    async def look(vault: Vault, _: Progress) -> KeyStatus:
        worked.append(threading.current_thread().name)
        return await vault.status()

    desk.do(desk._bridge, look, lambda status: answers.append((status, threading.current_thread().name)), _refuse)
    qtbot.waitUntil(lambda: bool(answers))
    [(status, thread)] = answers
    assert status.state == "none"
    assert worked == ["keys"]
    assert thread == threading.main_thread().name


def test_a_failure_and_the_steps_before_it_are_told(desk: KeyDesk, tmp_path: Path, qtbot: QtBot) -> None:
    errors: list[BaseException] = []
    steps: list[Step] = []
    desk.do(
        desk._bridge,
        lambda vault, progress: vault.back_up(tmp_path / "copy.json", "correct horse", progress),
        _refuse,
        errors.append,
        steps.append,
    )
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], KeyMissingError)
    assert steps == [Step.OPEN_KEYS]


def test_an_owner_that_is_gone_hears_nothing_any_more(desk: KeyDesk, qtbot: QtBot) -> None:
    owner, go_on = QObject(), threading.Event()
    heard: list[object] = []
    drained: list[str] = []

    async def look(vault: Vault, progress: Progress) -> KeyStatus:
        progress(Step.OPEN_KEYS)
        await asyncio.to_thread(go_on.wait)
        return await vault.status()

    desk.do(owner, look, heard.append, heard.append, heard.append)
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete.value)
    go_on.set()
    qtbot.waitUntil(lambda: all(thread.name != "keys" for thread in threading.enumerate()))
    desk._bridge.relay(drained.append)("all")
    qtbot.waitUntil(lambda: bool(drained))
    assert heard == []

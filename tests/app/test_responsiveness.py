"""The windows go on answering while five videos play, a thousand titles are looked at, and the keys change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fakes.busy_household import Household, films, watching
from fakes.heartbeat import Heartbeat
from pytestqt.qtbot import QtBot

from app.desktop import Desktop
from app.presence import TrayState
from server.rotation import unwatched

_TIMEOUT_MS = 120_000
_BEATS = 200


def test_the_loop_turns_whatever_the_server_does(
    running: Desktop, links: list[str], tmp_path: Path, qtbot: QtBot
) -> None:
    running.window.bring_up()
    running.tray.opened.emit()
    qtbot.waitUntil(lambda: len(links) == 1, timeout=_TIMEOUT_MS)
    with films(tmp_path, 5) as magnets, ThreadPoolExecutor(1) as threads:

        def enter() -> tuple[Household, list[str]]:
            household = Household(links[0])
            return household, [household.add(magnet, f"Film {n}") for n, magnet in enumerate(magnets)]

        entered = threads.submit(enter)
        qtbot.waitUntil(entered.done, timeout=_TIMEOUT_MS)
        household, sources = entered.result()
        with watching(household, sources) as received:
            heartbeat = Heartbeat()
            qtbot.waitUntil(lambda: len(_streams(running)) == 5, timeout=_TIMEOUT_MS)
            assert running.tray.state is TrayState.STREAMING
            looked = threads.submit(household.look_at, 1000)
            qtbot.waitUntil(looked.done, timeout=_TIMEOUT_MS)
            looked.result()
            rotated: list[object] = []
            running.link.ask(lambda server: server.rotate_torrent_key(unwatched), rotated.append, rotated.append)
            qtbot.waitUntil(lambda: bool(rotated) and len(heartbeat.work) > _BEATS, timeout=_TIMEOUT_MS)
            assert not isinstance(rotated[0], Exception), rotated
            qtbot.waitUntil(lambda: _preloads(running) > 0, timeout=_TIMEOUT_MS)
            heartbeat.stop()
    assert min(received.result()) > 0
    # By processor time, so that a busy machine fails nobody: no single turn of the loop worked for so long.
    assert max(heartbeat.work) < 250
    assert sorted(heartbeat.work)[len(heartbeat.work) * 99 // 100] < 50


def _streams(desktop: Desktop) -> tuple[object, ...]:
    status = desktop._presence.status
    return status.streams if status else ()


def _preloads(desktop: Desktop) -> int:
    status = desktop._presence.status
    return len(status.preloads) if status else 0

"""The app on the real server: its own composition root, started on the server's thread."""

from __future__ import annotations

import json
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from fakes.busy_household import Household
from fakes.swarm import MIB, make_film, seeded
from pytestqt.qtbot import QtBot

from app.desktop import Desktop
from app.presence import TrayState

_TIMEOUT_MS = 60_000

T = TypeVar("T")


@pytest.fixture
def desktop(running: Desktop, links: list[str], qtbot: QtBot) -> Desktop:
    running.tray.opened.emit()
    qtbot.waitUntil(lambda: len(links) == 1, timeout=_TIMEOUT_MS)
    return running


def _wait(future: Future[T], qtbot: QtBot) -> T:
    qtbot.waitUntil(future.done, timeout=_TIMEOUT_MS)
    return future.result()


def test_a_film_that_plays_is_seen(desktop: Desktop, links: list[str], tmp_path: Path, qtbot: QtBot) -> None:
    root, secret = links[0].split("#pair=")
    film = make_film(tmp_path, 4 * MIB)
    with seeded(film.folder, upload_limit=MIB) as magnet, ThreadPoolExecutor() as threads:
        answer = _wait(threads.submit(_play, root, secret, magnet), qtbot)
        with answer:
            qtbot.waitUntil(lambda: desktop.tray.state is TrayState.STREAMING, timeout=_TIMEOUT_MS)
            desktop.window.show()
            streams = desktop.window._overview._streams._view.model()
            assert [streams.index(0, column).data() for column in (0, 1)] == ["A film", "Browser"]
            torrents = desktop.window._overview._torrents._view.model()
            assert torrents.index(0, 0).data() == "A film"
            qtbot.waitUntil(lambda: "↓ 0 KiB/s" not in desktop.tray._icon.toolTip(), timeout=_TIMEOUT_MS)
            assert _wait(threads.submit(answer.read), qtbot) == film.data
    qtbot.waitUntil(lambda: desktop.tray.state is TrayState.IDLE, timeout=_TIMEOUT_MS)


def test_a_device_that_asks_is_approved_in_the_window(desktop: Desktop, links: list[str], qtbot: QtBot) -> None:
    root = links[0].split("#")[0]
    with ThreadPoolExecutor() as threads:
        asked = _wait(threads.submit(_post, root + "api/auth/device", {"name": "Kitchen TV"}), qtbot)
        qtbot.waitUntil(lambda: len(desktop._presence.waiting) == 1, timeout=_TIMEOUT_MS)
        assert desktop.tray.state is TrayState.ATTENTION
        desktop.window.approved.emit(asked["userCode"])
        qtbot.waitUntil(lambda: desktop._presence.waiting == (), timeout=_TIMEOUT_MS)
        grant = {"grantType": "device_code", "deviceCode": asked["deviceCode"]}
        assert _wait(threads.submit(_post, root + "api/auth/token", grant), qtbot)["accessToken"]


def _play(root: str, secret: str, magnet: str) -> Any:
    """Pair, add the film and ask for all of it; its answer is yet to be read."""
    tokens = _post(root + "api/auth/token", {"grantType": "device_code", "deviceCode": secret})
    headers = {"Authorization": f"Bearer {tokens['accessToken']}"}
    source = _post(root + "api/sources", {"magnet": magnet, "title": "A film"}, headers)
    return _open(urllib.request.Request(f"{root}api/stream/{source['id']}", headers=headers))


def _post(url: str, body: dict[str, str], headers: dict[str, str] | None = None) -> dict[str, str]:
    content = {"Content-Type": "application/json", **(headers or {})}
    with _open(urllib.request.Request(url, json.dumps(body).encode(), content)) as answer:
        values: dict[str, str] = json.load(answer)
        return values


def _open(request: urllib.request.Request) -> Any:
    """Open a URL past any proxy."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60)


def test_what_a_tv_looks_at_comes_up_in_the_table_and_leaves_it(
    desktop: Desktop, links: list[str], qtbot: QtBot
) -> None:
    desktop.window.bring_up()
    table = desktop.window._coming._table._view.model()
    with ThreadPoolExecutor() as threads:
        household = _wait(threads.submit(Household, links[0]), qtbot)
        _wait(threads.submit(household.look_at, 3), qtbot)
        qtbot.waitUntil(lambda: table.rowCount() == 3, timeout=_TIMEOUT_MS)
        desktop.tray.pause_wanted.emit(True)  # noqa: FBT003 - a signal's value
        qtbot.waitUntil(lambda: desktop._presence.paused, timeout=_TIMEOUT_MS)
        desktop.window.pause_wanted.emit(False)  # noqa: FBT003 - as above
        qtbot.waitUntil(lambda: not desktop._presence.paused, timeout=_TIMEOUT_MS)
        qtbot.waitUntil(lambda: _wait(threads.submit(household.tries_to_look_at, 0), qtbot), timeout=_TIMEOUT_MS)
        qtbot.waitUntil(lambda: table.rowCount() == 0, timeout=_TIMEOUT_MS)

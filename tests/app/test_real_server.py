"""The app on the real server: its own composition root, started on the server's thread."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QObject, QUrl
from pytestqt.qtbot import QtBot

from app.desktop import Desktop
from app.presence import Phase, TrayState
from server.bootstrap import running_server
from server.settings import Options, ServerSettings

_TIMEOUT_MS = 30_000


@pytest.fixture
def links() -> list[str]:
    return []


@pytest.fixture
def desktop(
    options: Options, tmp_path: Path, links: list[str], qtbot: QtBot, mortal: Callable[[QObject], None]
) -> Iterator[Desktop]:
    settings = msgspec.structs.replace(
        options.settings, server=ServerSettings(host="127.0.0.1", port=0, discovery=False)
    )
    demo = replace(options, settings=settings, key_file=tmp_path / "key.json", demo=True)

    def note(url: QUrl) -> bool:
        links.append(url.toString())
        return True

    made = Desktop(demo, running_server, open_url=note)
    mortal(made)
    mortal(made.window)
    made.start()
    yield made
    with qtbot.waitSignal(made.ended, timeout=_TIMEOUT_MS):
        made.quit()
    assert made.server.join(10)
    made.close()


def test_a_video_that_plays_is_seen(desktop: Desktop, links: list[str], qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(links), timeout=_TIMEOUT_MS)
    root, secret = links[0].split("#pair=")
    window = desktop.window
    window.show()
    with ThreadPoolExecutor() as threads:
        play = threads.submit(_play, root, secret)
        qtbot.waitUntil(lambda: play.done() or desktop.tray.state is TrayState.STREAMING, timeout=_TIMEOUT_MS)
        response = play.result(30)
        with response:
            qtbot.waitUntil(
                lambda: bool(desktop._presence.status and desktop._presence.status.streams), timeout=_TIMEOUT_MS
            )
            cells = window._overview._streams._view.model()
            assert cells.rowCount() == 1
            assert cells.index(0, 0).data() == "A moment with Miauflix"
            assert cells.index(0, 1).data()
    assert desktop._presence.phase is Phase.RUNNING


def test_a_device_that_asks_over_http_is_approved_in_the_window(
    desktop: Desktop, links: list[str], qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: bool(links), timeout=_TIMEOUT_MS)
    root = links[0].split("#")[0]
    with ThreadPoolExecutor() as threads:
        asked = threads.submit(_post, root + "api/auth/device", {"name": "Kitchen TV"})
        qtbot.waitUntil(lambda: len(desktop._presence.waiting) == 1, timeout=_TIMEOUT_MS)
        answer = asked.result(30)
        desktop.window.approved.emit(answer["userCode"])
        qtbot.waitUntil(lambda: desktop._presence.waiting == (), timeout=_TIMEOUT_MS)
        grant = {"grantType": "device_code", "deviceCode": answer["deviceCode"]}
        tokens = threads.submit(_post, root + "api/auth/token", grant)
        qtbot.waitUntil(tokens.done, timeout=_TIMEOUT_MS)
        assert tokens.result()["accessToken"]


def _play(root: str, secret: str) -> Any:
    tokens = _post(root + "api/auth/token", {"grantType": "device_code", "deviceCode": secret})
    headers = {"Authorization": f"Bearer {tokens['accessToken']}"}
    with _open(urllib.request.Request(root + "api/sources", headers=headers)) as answer:
        sources = json.load(answer)
    found = sources["sources"] if isinstance(sources, dict) else sources
    return _open(urllib.request.Request(f"{root}api/stream/{found[0]['id']}", headers=headers))


def _post(url: str, body: dict[str, str]) -> dict[str, str]:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with _open(request) as answer:
        tokens: dict[str, str] = json.load(answer)
        return tokens


def _open(request: urllib.request.Request) -> Any:
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30)

"""Pairing on a running server: by QR code, in the dialog, and in the window that asks."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from fakes.hands import named, nameless, press, words
from pytestqt.qtbot import QtBot

from app.desktop import Desktop
from app.dialogs.pairing import PairingDialog
from app.widgets.qr import QrCode

_TIMEOUT_MS = 60_000


@pytest.fixture
def dialog(running: Desktop, qtbot: QtBot) -> PairingDialog:
    running.tray.pairing_wanted.emit()
    qtbot.waitUntil(lambda: bool(_link(running.windows.pairing)), timeout=_TIMEOUT_MS)
    return running.windows.pairing


def _link(dialog: PairingDialog) -> str:
    return dialog.findChildren(QrCode)[0].text


def _post(url: str, body: dict[str, str]) -> dict[str, str]:
    """Send JSON past any proxy and return the answer, also that of an error."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            values: dict[str, str] = json.load(answer)
    except urllib.error.HTTPError as error:
        values = json.load(error)
    return values


def _meanwhile(qtbot: QtBot, url: str, body: dict[str, str]) -> dict[str, str]:
    """Send while the event loop runs."""
    with ThreadPoolExecutor() as threads:
        future = threads.submit(_post, url, body)
        qtbot.waitUntil(future.done, timeout=_TIMEOUT_MS)
        return future.result()


def test_what_the_camera_reads_lets_one_phone_in_and_a_new_code_comes(dialog: PairingDialog, qtbot: QtBot) -> None:
    root, secret = _link(dialog).split("#pair=")
    first = _link(dialog)
    grant = {"grantType": "device_code", "deviceCode": secret}
    assert _meanwhile(qtbot, root + "api/auth/token", grant)["accessToken"]
    qtbot.waitUntil(lambda: "“Browser” is in." in words(dialog), timeout=_TIMEOUT_MS)
    qtbot.waitUntil(lambda: _link(dialog) != first, timeout=_TIMEOUT_MS)
    assert _meanwhile(qtbot, root + "api/auth/token", grant)["code"] == "invalid_grant"


def test_a_device_that_waits_is_approved_and_let_in(dialog: PairingDialog, qtbot: QtBot) -> None:
    root = _link(dialog).split("#")[0]
    asked = _meanwhile(qtbot, root + "api/auth/device", {"name": "Kitchen TV"})
    grant = {"grantType": "device_code", "deviceCode": asked["deviceCode"]}
    assert _meanwhile(qtbot, root + "api/auth/token", grant)["code"] == "authorization_pending"
    qtbot.waitUntil(lambda: any("Kitchen TV" in text for text in words(dialog)), timeout=_TIMEOUT_MS)
    press(dialog, "Approve Kitchen TV")
    qtbot.waitUntil(lambda: any("No device is waiting" in text for text in words(dialog)), timeout=_TIMEOUT_MS)
    assert _meanwhile(qtbot, root + "api/auth/token", grant)["accessToken"]


def test_without_notifications_a_small_window_asks_and_denies(running: Desktop, links: list[str], qtbot: QtBot) -> None:
    running.tray.opened.emit()
    qtbot.waitUntil(lambda: len(links) == 1, timeout=_TIMEOUT_MS)
    root = links[0].split("#")[0]
    asked = _meanwhile(qtbot, root + "api/auth/device", {"name": "Somebody"})
    qtbot.waitUntil(lambda: running.announcer._prompt is not None and running.announcer._prompt.isVisible())
    prompt = running.announcer._prompt
    assert prompt is not None
    press(prompt, "Deny Somebody")
    qtbot.waitUntil(lambda: not prompt.isVisible(), timeout=_TIMEOUT_MS)
    grant = {"grantType": "device_code", "deviceCode": asked["deviceCode"]}
    assert _meanwhile(qtbot, root + "api/auth/token", grant)["code"] == "access_denied"


def test_a_closed_dialog_keeps_no_link(dialog: PairingDialog, qtbot: QtBot) -> None:
    first = _link(dialog)
    dialog.close()
    assert _link(dialog) == ""
    dialog.bring_up()
    qtbot.waitUntil(lambda: _link(dialog) not in {"", first}, timeout=_TIMEOUT_MS)


def test_everything_has_a_name(dialog: PairingDialog) -> None:
    assert nameless(dialog) == []
    assert named(dialog, "QR code that lets a phone in")

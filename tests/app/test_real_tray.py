"""The app as a user meets it: a process of its own on a real X server with a real tray, clicked with the mouse."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fakes.desktop_session import PANEL, TRAYER, DesktopSession, desktop_session, missing_programs, running_tray
from PySide6.QtGui import QImage

_ROOT = Path(__file__).parents[2]
_TIMEOUT = 60

pytestmark = pytest.mark.tray


@pytest.fixture
def tray() -> tuple[str, ...]:
    return TRAYER


@pytest.fixture
def session(tmp_path: Path, tray: tuple[str, ...]) -> Iterator[DesktopSession]:
    missing = missing_programs(*tray[:1], "dunst", "dunstctl")
    if missing:
        reason = f"not installed: {', '.join(missing)}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with desktop_session(tmp_path / "home", tray=tray) as started:
        started.prepare_notifications()
        yield started


@pytest.fixture
def app(session: DesktopSession) -> Iterator[subprocess.Popen[str]]:
    with _started(session, "demo", "--host", "127.0.0.1", "--port", "0", "--no-discovery") as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if "Ready at" in line:
                break
        else:
            raise AssertionError("".join(said))
        yield process


@contextmanager
def _started(session: DesktopSession, *words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-P", "-m", "app", *words]
    environ = session.environ | {"PYTHONPATH": str(_ROOT), "TMPDIR": str(session.home)}
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_the_tray_leads_to_menu_window_browser_and_quit(
    session: DesktopSession, app: subprocess.Popen[str], tmp_path: Path
) -> None:
    icon = session.window("miauflix")
    assert max(session.size(icon)) <= 32
    assert _lets_a_browser_in(session.opened_link())  # a demo opens by itself

    menu = session.menu(icon)
    session.photograph(tmp_path / "menu.png")
    session.do("key", "Down", "Down", "Return")  # to the second entry, Status
    window = session.window("miauflix", icon, menu)
    assert session.size(window)[0] >= 680
    session.photograph(tmp_path / "window.png")

    session.menu(icon, window)
    session.do("key", "Down", "Return")  # Open Miauflix
    assert _lets_a_browser_in(session.opened_link())

    session.menu(icon, window)
    session.do("key", "Up", "Return")  # the last entry is Quit
    assert app.wait(_TIMEOUT) == 0
    assert list(session.runtime.glob("miauflix*")) == []
    assert list(session.home.glob("miauflix-demo-*")) == []
    pictures = {name: QImage(str(tmp_path / name)) for name in ("menu.png", "window.png")}
    assert all(_colours(picture) > 50 for picture in pictures.values()), "the screen stayed empty"


def test_a_notification_lets_a_device_in(session: DesktopSession, app: subprocess.Popen[str]) -> None:
    assert app.poll() is None
    root = session.opened_link().split("#")[0]
    asked = _post(root + "api/auth/device", {"name": "Kitchen TV"})
    session.press("Approve")
    grant = {"grantType": "device_code", "deviceCode": asked["deviceCode"]}
    deadline = time.monotonic() + _TIMEOUT
    while time.monotonic() < deadline:
        if "accessToken" in (answer := _post(root + "api/auth/token", grant)):
            return
        assert answer["code"] in {"authorization_pending", "slow_down"}
    raise AssertionError("it was not let in")


@pytest.mark.parametrize("tray", [PANEL], ids=["xfce4-panel"])
def test_a_tray_of_the_newer_kind_shows_it_too(session: DesktopSession, app: subprocess.Popen[str]) -> None:
    item = session.status_item()
    assert "Miauflix: " in session.of_status_item(item, "ToolTip")
    assert "/MenuBar" in session.of_status_item(item, "Menu")
    app.send_signal(signal.SIGTERM)
    assert app.wait(_TIMEOUT) == 0


@pytest.mark.parametrize("tray", [()], ids=["no tray"])
def test_a_tray_that_comes_late_gets_the_icon_and_one_that_goes_leaves_the_window(
    session: DesktopSession, app: subprocess.Popen[str]
) -> None:
    window = session.window("miauflix")  # nothing else would lead to the app
    with running_tray(session):
        icon = session.window("miauflix", window)
        assert max(session.size(icon)) <= 32
        session.close(window)
        session.hidden(window)
        menu = session.menu(icon, window)
        session.do("key", "Escape")
        session.hidden(menu)
        assert app.poll() is None
    again = session.window("miauflix", icon, menu)
    assert session.size(again)[0] >= 680
    session.close(again)
    assert app.wait(_TIMEOUT) == 0, "a hidden window could not be found again"


def _post(url: str, body: dict[str, str]) -> dict[str, str]:
    """Send JSON past any proxy and return the answer, also that of an error."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=_TIMEOUT) as answer:
            values: dict[str, str] = json.load(answer)
    except urllib.error.HTTPError as error:
        values = json.load(error)
    return values


def _lets_a_browser_in(link: str) -> bool:
    """Do what the page does with the secret in its address."""
    root, secret = link.split("#pair=")
    grant = json.dumps({"grantType": "device_code", "deviceCode": secret}).encode()
    request = urllib.request.Request(root + "api/auth/token", grant, {"Content-Type": "application/json"})
    past_any_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with past_any_proxy.open(request, timeout=_TIMEOUT) as answer:
        return bool(json.load(answer)["accessToken"])


def _colours(picture: QImage) -> int:
    return len({picture.pixel(x, y) for x in range(0, picture.width(), 2) for y in range(0, picture.height(), 2)})

"""Notifications on a real session bus, with a real service that shows them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest
from fakes.desktop_session import DesktopSession, desktop_session, missing_programs

from app.notifications import Notifications

_BUTTONS = (("default", "Show"), ("approve", "Approve"), ("deny", "Deny"))
_TIMEOUT = 30

pytestmark = pytest.mark.tray

Pressed = Queue[tuple[str, str]]


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DesktopSession]:
    missing = missing_programs("dunst", "dunstctl")
    if missing:
        reason = f"not installed: {', '.join(missing)}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with desktop_session(tmp_path / "home", tray=()) as started:
        started.prepare_notifications()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", started.environ["DBUS_SESSION_BUS_ADDRESS"])
        yield started


@pytest.fixture
def pressed() -> Pressed:
    return Queue()


@pytest.fixture
def notifications(session: DesktopSession, pressed: Pressed) -> Iterator[Notifications]:
    del session
    made = Notifications(lambda name, button: pressed.put((name, button)))
    yield made
    made.close()


def test_the_buttons_of_a_notification_are_pressed(
    session: DesktopSession, notifications: Notifications, pressed: Pressed
) -> None:
    assert notifications.show("K7PF", "A TV", "wants <b>in</b>", _BUTTONS)
    session.press("Deny")
    assert pressed.get(timeout=_TIMEOUT) == ("K7PF", "deny")
    notifications.withdraw("K7PF")
    assert notifications.show("B2BB", "Another TV", "wants in", _BUTTONS)
    session.press("Approve")
    assert pressed.get(timeout=_TIMEOUT) == ("B2BB", "approve")


def test_a_notification_is_replaced_and_withdrawn(session: DesktopSession, notifications: Notifications) -> None:
    assert notifications.show("K7PF", "A TV", "wants in", _BUTTONS)
    assert notifications.show("K7PF", "A TV", "still wants in", _BUTTONS)
    assert session.shown_notifications() == 1
    notifications.withdraw("K7PF")
    assert session.shown_notifications() == 0
    notifications.withdraw("K7PF")


def test_without_a_bus_there_are_none(monkeypatch: pytest.MonkeyPatch, pressed: Pressed) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    made = Notifications(lambda name, button: pressed.put((name, button)))
    assert not made.show("K7PF", "A TV", "wants in", _BUTTONS)
    made.withdraw("K7PF")
    made.close()

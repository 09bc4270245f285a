"""Playing, seeking and resuming in the engines that are not Chromium's: Firefox's, and Safari's."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import firefox, webkit
from browser.conftest import PATIENCE, needed
from browser.screens import VIDEO, Screen, enter, focused, play_own

from server.bootstrap import Server
from server.demo import TITLE

pytestmark = pytest.mark.browser


async def watch(screen: Screen, server: Server) -> None:
    """Play, pause, seek both ways, play on, leave and go on where it was left off, all by keyboard."""
    await enter(screen, server)
    await play_own(screen, TITLE)
    await screen.until(f"{VIDEO}.currentTime > 1")
    await screen.press("Enter")
    await screen.until(f"{VIDEO}.paused")
    await screen.press("ArrowRight")
    await screen.until(f"!{VIDEO}.seeking && {VIDEO}.readyState > 1 && {VIDEO}.currentTime > 10")
    await screen.press("ArrowLeft")
    await screen.until(f"!{VIDEO}.seeking && {VIDEO}.readyState > 1 && {VIDEO}.currentTime < 3")
    await screen.press("Enter")
    left = await screen.until(f"!{VIDEO}.paused && {VIDEO}.currentTime > 4 && {VIDEO}.currentTime")
    assert await screen.evaluate(f"{VIDEO}.error === null && {VIDEO}.videoWidth > 0")
    await screen.press("Escape")
    await screen.until(focused("Resume"))
    await screen.press("Enter")
    at = await screen.until(f"{VIDEO}.readyState > 2 && {VIDEO}.currentTime > 3 && {VIDEO}.currentTime")
    assert abs(at - left) < 2
    await screen.until(f"{VIDEO}.currentTime > {at + 0.5}")


async def test_firefox_plays_seeks_and_resumes(server: Server, tmp_path: Path) -> None:
    program = needed(firefox.PROGRAM, "Firefox is not in PATH")
    async with firefox.open_firefox(program, _made(tmp_path / "firefox"), PATIENCE) as tab:
        await watch(tab, server)


async def test_webkit_plays_seeks_and_resumes(server: Server, tmp_path: Path) -> None:
    program = needed(webkit.PROGRAM, "WebKit's driver is not in PATH")
    async with webkit.open_webkit(program, _made(tmp_path / "webkit"), PATIENCE) as window:
        await watch(window, server)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder

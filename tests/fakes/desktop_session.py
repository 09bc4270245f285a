"""A desktop without a screen: X server, session bus, window manager and tray, each a real program."""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("Xvfb", "dbus-daemon", "openbox", "trayer", "xdotool", "import")
TRAYER = ("trayer", "--edge", "bottom", "--align", "right", "--widthtype", "pixel", "--width", "200", "--height", "32")
"""A tray of the older kind, XEmbed, in the lower right corner."""

_TIMEOUT = 60
_SYNC = 5
_CLICKS = 12
_STARTS = 4

_ASK = ("dbus-send", "--session", "--print-reply")
_GET = "org.freedesktop.DBus.Properties.Get"

PANEL = ("xfce4-panel", "--disable-wm-check")
"""A tray of the newer kind, StatusNotifier; its settings are written into the home."""

_PANEL_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=640;y=880"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="32"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty"><property name="plugin-1" type="string" value="systray"/></property>
</channel>
"""

_BROWSER = """#!/bin/sh
echo "$1" > "$HOME/links"
"""


_MENU = """#!/bin/sh
grep -F "$(cat "$HOME/button")" && rm "$HOME/button"
"""


@dataclass(frozen=True, slots=True)
class DesktopSession:
    """What a program needs to run on this desktop, and a user's hands and eyes."""

    environ: dict[str, str]
    home: Path
    links: int
    """Descriptor from which the links come that the default browser is asked to open, a line each."""

    @property
    def runtime(self) -> Path:
        """The folder for sockets and locks."""
        return self.home / "run"

    def opened_link(self) -> str:
        """Return the next link that the default browser is asked to open, waiting for it."""
        return _read_line(self.links)

    def do(self, *words: str, within: float = _TIMEOUT) -> str:
        """Run an xdotool command and return what it says."""
        command = ["xdotool", *words]
        return subprocess.run(
            command, env=self.environ, timeout=within, check=True, capture_output=True, text=True
        ).stdout.strip()

    def menu(self, icon: str, *known: str) -> str:
        """Click on a tray icon with the right button, again where a click is lost, and return the menu's window."""
        for _ in range(_CLICKS):
            self.click(icon, 3)
            with contextlib.suppress(AssertionError):
                return self.window("miauflix", icon, *known, timeout=_TIMEOUT / _CLICKS)
        raise AssertionError("no menu appeared")

    def window(self, program: str, *known: str, timeout: float = _TIMEOUT) -> str:
        """Return the id of a visible window of this program that is not known yet, waiting for it."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            try:
                found = self.do(
                    "search", "--sync", "--onlyvisible", "--classname", f"^{program}$", within=_SYNC
                ).split()
            # It waits for ever for what came while it looked, and fails on what goes meanwhile.
            except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
                continue
            fresh = [window for window in found if window not in known]
            if fresh:
                return fresh[0]
        raise AssertionError(f"no other window of {program} appeared")

    def close(self, window: str) -> None:
        """Close a window as people do, with the window manager's keys, again where they are lost to another one."""
        for _ in range(_CLICKS):
            with contextlib.suppress(subprocess.CalledProcessError, subprocess.TimeoutExpired):
                keys = ("key", "--clearmodifiers", "alt+F4")
                self.do("windowactivate", "--sync", window, *keys, within=_TIMEOUT / _CLICKS)
            with contextlib.suppress(AssertionError):
                return self.hidden(window, timeout=_TIMEOUT / _CLICKS)
        raise AssertionError("the window can't be closed")

    def hidden(self, window: str, timeout: float = _TIMEOUT) -> None:
        """Wait until a window is not on the screen any more."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if window not in self._said(["xdotool", "search", "--onlyvisible", "--classname", "."]).split():
                return
        raise AssertionError("the window stayed")

    def size(self, window: str) -> tuple[int, int]:
        """Return a window's width and height in pixels."""
        lines = self.do("getwindowgeometry", "--shell", window).splitlines()
        values = dict(line.split("=") for line in lines)
        return int(values["WIDTH"]), int(values["HEIGHT"])

    def click(self, window: str, button: int) -> None:
        """Click into the middle of a window."""
        width, height = self.size(window)
        self.do("mousemove", "--window", window, str(width // 2), str(height // 2), "click", str(button))

    def photograph(self, file: Path) -> None:
        """Save a picture of the whole screen."""
        command = ["import", "-window", "root", str(file)]
        subprocess.run(command, env=self.environ, timeout=_TIMEOUT, check=True)

    def prepare_notifications(self) -> None:
        """Prepare the notification service, which the bus starts by itself, so that ``press`` can press buttons."""
        config, menu = self.home / ".config" / "dunst", self.home / "bin" / "menu"
        config.mkdir(parents=True)
        menu.write_text(_MENU, encoding="utf-8")
        menu.chmod(0o755)
        (config / "dunstrc").write_text(f"[global]\ndmenu = {menu}\n", encoding="utf-8")

    def status_item(self) -> str:
        """Return where on the bus the icon of a StatusNotifier tray is, waiting for one."""
        words = [*_ASK, "--dest=org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher", _GET]
        words += ["string:org.kde.StatusNotifierWatcher", "string:RegisteredStatusNotifierItems"]
        deadline = time.monotonic() + _TIMEOUT
        while time.monotonic() < deadline:
            found = re.findall(r'string "([^"]+)"', self._said(words))
            if found:
                return str(found[0])
        raise AssertionError("no icon appeared")

    def of_status_item(self, item: str, name: str) -> str:
        """Return a property of an icon as the bus shows it."""
        service, _, path = item.partition("/")
        words = [*_ASK, f"--dest={service}", f"/{path}", _GET, "string:org.kde.StatusNotifierItem", f"string:{name}"]
        return self._said(words)

    def _said(self, words: list[str]) -> str:
        return subprocess.run(
            words, env=self.environ, timeout=_TIMEOUT, check=False, capture_output=True, text=True
        ).stdout

    def press(self, button: str) -> None:
        """Press a button of the notification that is shown, waiting for it."""
        (self.home / "button").write_text(button, encoding="utf-8")
        deadline = time.monotonic() + _TIMEOUT
        while time.monotonic() < deadline:
            self._dunst("context")
            if not (self.home / "button").exists():
                return
        raise AssertionError("no notification appeared")

    def shown_notifications(self) -> int:
        """Return how many notifications are on the screen."""
        return int(self._dunst("count", "displayed"))

    def _dunst(self, *words: str) -> str:
        return subprocess.run(
            ["dunstctl", *words], env=self.environ, timeout=_TIMEOUT, check=True, capture_output=True, text=True
        ).stdout


def missing_programs(*more: str) -> list[str]:
    """Return which of the programs are not installed."""
    return [program for program in (*PROGRAMS, *more) if shutil.which(program) is None]


@contextmanager
def desktop_session(home: Path, tray: Sequence[str] = TRAYER) -> Iterator[DesktopSession]:
    """Start the desktop with an empty home; end it afterwards, last started first. ``tray`` may be empty."""
    runtime, programs = home / "run", home / "bin"
    runtime.mkdir(parents=True, mode=0o700)
    programs.mkdir()
    browser = programs / "xdg-open"
    browser.write_text(_BROWSER, encoding="utf-8")
    browser.chmod(0o755)
    os.mkfifo(home / "links")
    environ = {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "LANG": "C.UTF-8",
    }
    with ExitStack() as stack:
        reading, writing = os.pipe()
        screen = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
        stack.enter_context(_running(screen, environ, writing))
        os.close(writing)
        environ["DISPLAY"] = f":{_first_line(reading)}"
        reading, writing = os.pipe()
        bus = ["dbus-daemon", "--session", "--nofork", "--nosyslog", f"--print-address={writing}"]
        stack.enter_context(_running(bus, environ, writing))
        os.close(writing)
        environ["DBUS_SESSION_BUS_ADDRESS"] = _first_line(reading)
        stack.enter_context(_running(["openbox"], environ))
        if tray == PANEL:
            settings = home / ".config" / "xfce4" / "xfconf" / "xfce-perchannel-xml"
            settings.mkdir(parents=True)
            (settings / "xfce4-panel.xml").write_text(_PANEL_SETTINGS, encoding="utf-8")
        links = os.open(home / "links", os.O_RDWR)  # writing too: a pipe without writers would be at its end
        stack.callback(os.close, links)
        session = DesktopSession(environ, home, links)
        if tray:
            stack.enter_context(running_tray(session, tray))
        yield session


@contextmanager
def running_tray(session: DesktopSession, tray: Sequence[str] = TRAYER) -> Iterator[None]:
    """Run the tray; one that does not appear, as happens on a machine that is busy, is started again."""
    window = tray[0] if tray != TRAYER else "panel"
    for _ in range(_STARTS):
        with _running(tray, session.environ):
            if _appears(session, window):
                yield
                return
    raise AssertionError(f"{tray[0]} did not appear")


def _appears(session: DesktopSession, window: str) -> bool:
    try:
        session.window(window, timeout=_TIMEOUT / _STARTS)
    except AssertionError:
        return False
    return True


@contextmanager
def _running(command: Sequence[str], environ: dict[str, str], keep: int | None = None) -> Iterator[None]:
    descriptors = () if keep is None else (keep,)
    with subprocess.Popen(command, env=environ, pass_fds=descriptors, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def _first_line(descriptor: int) -> str:
    """Read the line by which a program says that it is ready, and where; closes the pipe."""
    try:
        return _read_line(descriptor)
    finally:
        os.close(descriptor)


def _read_line(descriptor: int) -> str:
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([descriptor], [], [], _TIMEOUT)
        assert ready, "nothing came in time"
        line += os.read(descriptor, 4096)
    return line.decode().strip()

from __future__ import annotations

import plistlib
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest

from app.autostart import DesktopEntry, LaunchAgent, RegistryAutostart, find_autostart, own_command

_COMMAND = ("/opt/My Programs/miauflix", "--data-dir", '/media/me/100% "mine" $HOME')


def test_a_desktop_entry_comes_and_goes(tmp_path: Path) -> None:
    entry = DesktopEntry(_COMMAND, tmp_path / "autostart")
    assert not entry.is_on()
    entry.switch(on=True)
    assert entry.is_on()
    text = (tmp_path / "autostart" / "miauflix.desktop").read_text("utf-8")
    assert '"/media/me/100%% \\"mine\\" \\$HOME"' in text
    assert '"/opt/My Programs/miauflix" --data-dir' in text
    entry.switch(on=False)
    entry.switch(on=False)
    assert not entry.is_on()


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_an_entry_that_the_desktop_switched_off_is_off(tmp_path: Path, line: str) -> None:
    entry = DesktopEntry(_COMMAND, tmp_path)
    entry.switch(on=True)
    with (tmp_path / "miauflix.desktop").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    assert not entry.is_on()


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="desktop-file-utils is not installed")
def test_the_entry_is_valid(tmp_path: Path) -> None:
    DesktopEntry(_COMMAND, tmp_path).switch(on=True)
    subprocess.run(["desktop-file-validate", str(tmp_path / "miauflix.desktop")], check=True)


def test_a_launch_agent_comes_and_goes(tmp_path: Path) -> None:
    agent = LaunchAgent(_COMMAND, tmp_path)
    agent.switch(on=True)
    assert agent.is_on()
    written = plistlib.loads((tmp_path / "app.miauflix.plist").read_bytes())
    assert written["ProgramArguments"] == list(_COMMAND)
    assert written["RunAtLoad"] is True
    agent.switch(on=False)
    assert not agent.is_on()


class _Key(dict[str, str]):
    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close nothing."""


def test_a_registry_value_comes_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    key = _Key()

    def query(key: dict[str, str], name: str) -> str:
        if name not in key:
            raise FileNotFoundError
        return key[name]

    def delete(key: dict[str, str], name: str) -> None:
        query(key, name)
        del key[name]

    registry: Any = SimpleNamespace(
        HKEY_CURRENT_USER=1, KEY_ALL_ACCESS=2, REG_SZ=3, CreateKeyEx=lambda *_: key, QueryValueEx=query,
        SetValueEx=lambda key, name, _, __, value: key.update({name: value}), DeleteValue=delete,
    )  # fmt: skip
    monkeypatch.setitem(sys.modules, "winreg", registry)
    value = RegistryAutostart(_COMMAND)
    assert not value.is_on()
    value.switch(on=True)
    assert value.is_on()
    assert key["Miauflix"].startswith('"/opt/My Programs/miauflix" --data-dir')
    value.switch(on=False)
    value.switch(on=False)
    assert not value.is_on()


def test_each_platform_has_its_way(tmp_path: Path) -> None:
    assert isinstance(find_autostart("darwin"), LaunchAgent)
    entry = find_autostart("linux", {"XDG_CONFIG_HOME": str(tmp_path)})
    entry.switch(on=True)
    assert (tmp_path / "autostart" / "miauflix.desktop").is_file()


def test_the_own_command_starts_the_app() -> None:
    done = subprocess.run([*own_command(), "--version"], check=True, capture_output=True, text=True)
    assert done.stdout.startswith("Miauflix ")

"""The installer for Windows: compiled with warnings as errors, then used under Wine, in silence."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from installer import windows_setup
from installer.tree import draw_icons
from server.settings import VERSION

INSTALLED = ("miauflix.exe", "miauflix-tray.exe", "_internal/of a library/a file.txt")
UNINSTALL = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\Miauflix"
RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"


@dataclass(frozen=True, slots=True)
class Windows:
    """A Windows of Wine's, with nothing in it."""

    prefix: Path

    @property
    def local(self) -> Path:
        """Where programs keep what is a user's."""
        (user,) = (folder for folder in (self.prefix / "drive_c/users").iterdir() if folder.name != "Public")
        return user / "AppData/Local"

    @property
    def folder(self) -> Path:
        return self.local / "Programs/Miauflix"

    @property
    def environ(self) -> dict[str, str]:
        off = "mscoree,mshtml,winemenubuilder.exe="
        return {**os.environ, "WINEPREFIX": str(self.prefix), "WINEDEBUG": "-all", "WINEDLLOVERRIDES": off}

    def run(self, *words: str) -> None:
        """Run a program of Windows; it has to succeed."""
        subprocess.run(["wine", *words], env=self.environ, check=True, capture_output=True, timeout=120)

    def registry(self) -> dict[str, dict[str, str]]:
        """Return the user's registry: values of text by name, by key. Ends Windows, which writes it down then."""
        subprocess.run(["wineserver", "--kill"], env=self.environ, check=False, timeout=60)
        subprocess.run(["wineserver", "--wait"], env=self.environ, check=False, timeout=60)
        keys: dict[str, dict[str, str]] = {}
        values: dict[str, str] = {}
        for line in (self.prefix / "user.reg").read_text(encoding="utf-8").splitlines():
            if key := re.match(r"\[(.+)\] \d+$", line):
                values = keys.setdefault(_plain(key[1]), {})
            elif value := re.match(r'(?:@|"(.*?)")="(.*)"$', line):
                values[_plain(value[1] or "")] = _plain(value[2])
        return keys

    def uninstall(self, *words: str) -> None:
        """Uninstall in silence and wait: the uninstaller goes on from a copy of itself unless told where it is."""
        where = "C:\\" + "\\".join(self.folder.relative_to(self.prefix / "drive_c").parts)
        self.run(str(self.folder / "uninstall.exe"), "/S", *words, f"_?={where}")
        (self.folder / "uninstall.exe").unlink(missing_ok=True)  # it can't remove itself when it was told


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


@pytest.fixture(scope="module")
def setup(tmp_path_factory: pytest.TempPathFactory, require: Callable[..., None]) -> Path:
    """Return an installer of a small payload: what is in the files makes no difference to it."""
    require("makensis", "wine")
    folder = tmp_path_factory.mktemp("setup")
    build, payload = folder / "build", folder / "payload"
    draw_icons(build / "icons")
    for name in INSTALLED:
        (payload / name).parent.mkdir(parents=True, exist_ok=True)
        (payload / name).write_bytes(b"MZ" + name.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows_setup, "BUILD", build)
        return windows_setup.build_setup(payload, folder / "miauflix-setup.exe")


@pytest.fixture(scope="module")
def windows(setup: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    """Start a Windows; it takes seconds to make one, so the tests share it and leave it as they found it."""
    assert setup.is_file()
    windows = Windows(tmp_path_factory.mktemp("windows") / "prefix")
    windows.run("reg", "query", "HKCU")
    yield windows
    windows.registry()


def test_it_installs_for_one_user_and_leaves_nothing_but_the_user_s_data(windows: Windows, setup: Path) -> None:
    windows.run(str(setup), "/S")
    assert all((windows.folder / name).is_file() for name in INSTALLED)
    registry = windows.registry()
    entry = registry[UNINSTALL]
    assert entry["DisplayVersion"] == VERSION
    assert entry["DisplayIcon"].endswith(r"\AppData\Local\Programs\Miauflix\miauflix-tray.exe")
    opened = f'"{entry["DisplayIcon"]}" open "%1"'
    for scheme in ("magnet", "Miauflix.Magnet", "Miauflix.Torrent"):
        assert registry[rf"Software\Classes\{scheme}\shell\open\command"] == {"": opened}
    assert "Miauflix" not in registry[RUN]

    data = windows.local / "miauflix" / "miauflix.db"
    data.parent.mkdir()
    data.touch()
    (windows.folder / "mine.txt").write_text("put there by the user", encoding="utf-8")
    windows.uninstall()
    assert [path.name for path in windows.folder.rglob("*")] == ["mine.txt"]
    assert data.is_file()
    assert [key for key in windows.registry() if "miauflix" in key.casefold() or "magnet" in key] == []
    assert list((windows.local.parent / "Roaming").rglob("Miauflix.lnk")) == []


def test_an_upgrade_keeps_choices_and_only_a_clear_word_removes_data(windows: Windows, setup: Path) -> None:
    theirs = r"Software\Classes\magnet\shell\open\command"
    windows.run("reg", "add", rf"HKCU\{theirs}", "/ve", "/d", "theirs.exe", "/f")
    windows.run(str(setup), "/S", "/AUTOSTART")
    (windows.folder / "_internal/of a library/a file.txt").unlink()
    windows.run(str(setup), "/S")
    assert all((windows.folder / name).is_file() for name in INSTALLED)
    registry = windows.registry()
    assert registry[RUN]["Miauflix"].endswith('\\miauflix-tray.exe"')
    assert registry[theirs] == {"": "theirs.exe"}

    (windows.local / "miauflix").mkdir(exist_ok=True)
    (windows.local / "miauflix" / "settings.toml").touch()
    windows.uninstall("/REMOVEDATA")
    assert not (windows.local / "miauflix").exists()
    registry = windows.registry()
    assert registry[theirs] == {"": "theirs.exe"}
    assert "Miauflix" not in registry[RUN]


def test_only_what_was_installed_is_removed() -> None:
    assert list(windows_setup.removal(["b/c/d.txt", "a.exe", "b/e$.txt"])) == [
        r'Delete "$INSTDIR\a.exe"',
        r'Delete "$INSTDIR\b\c\d.txt"',
        r'Delete "$INSTDIR\b\e$$.txt"',
        r'RMDir "$INSTDIR\b\c"',
        r'RMDir "$INSTDIR\b"',
    ]


def test_the_programs_say_their_version_to_windows() -> None:
    tree = ast.parse(windows_setup.version_resource("1.2.3"), mode="eval")
    calls = {
        node.func.id: node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    versions = {keyword.arg: ast.literal_eval(keyword.value) for keyword in calls["FixedFileInfo"].keywords}
    assert versions == {"filevers": (1, 2, 3, 0), "prodvers": (1, 2, 3, 0)}

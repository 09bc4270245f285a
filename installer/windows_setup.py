"""The installer for Windows, made by NSIS, whose compiler runs on Windows and Linux."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from installer.paths import BUILD, DIST, INSTALLER
from server.settings import VERSION

_SCRIPT = INSTALLER / "windows" / "miauflix.nsi"


def build_setup(tree: Path, output: Path = DIST / f"miauflix-{VERSION}-windows-x64-setup.exe") -> Path:
    """Pack the bundle into an installer and return it. Raises CalledProcessError; makensis says what is wrong."""
    files = BUILD / "uninstall-files.nsh"
    inside = (path.relative_to(tree).as_posix() for path in tree.rglob("*") if not path.is_dir())
    files.write_text("\n".join(removal(inside)) + "\n", encoding="utf-8")
    values = {
        "PAYLOAD": tree,
        "FILES": files,
        "VERSION": VERSION,
        "OUTPUT": output,
        "ICON": BUILD / "icons" / "miauflix.ico",
    }
    output.parent.mkdir(exist_ok=True)
    defines = [f"-D{name}={value}" for name, value in values.items()]
    subprocess.run(["makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", *defines, str(_SCRIPT)], check=True)
    return output


def removal(files: Iterable[str]) -> Iterator[str]:
    """Return NSIS commands that remove exactly these files, and the folders that are empty then.

    A folder is never removed with all that is in it: the user may have put something there, or chosen one that held
    other things.
    """
    paths = sorted(map(PurePosixPath, files))
    for path in paths:
        yield f'Delete "$INSTDIR\\{_windows(path)}"'
    folders = {folder for path in paths for folder in path.parents if folder.name}
    for folder in sorted(folders, key=lambda folder: (-len(folder.parts), folder)):
        yield f'RMDir "$INSTDIR\\{_windows(folder)}"'


def _windows(path: PurePosixPath) -> str:
    return "\\".join(path.parts).replace("$", "$$")


def version_resource(version: str) -> str:
    """Return what PyInstaller writes into the programs' properties."""
    numbers = (*map(int, version.split(".")), 0)
    strings = {
        "CompanyName": "The Miauflix authors",
        "FileDescription": "Miauflix",
        "FileVersion": version,
        "LegalCopyright": "The Miauflix authors, MIT licence",
        "ProductName": "Miauflix",
        "ProductVersion": version,
    }
    entries = ", ".join(f"StringStruct({name!r}, {value!r})" for name, value in strings.items())
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}), "
        f"kids=[StringFileInfo([StringTable('040904B0', [{entries}])]), "
        "VarFileInfo([VarStruct('Translation', [1033, 1200])])])\n"
    )

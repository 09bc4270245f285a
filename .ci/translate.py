"""``./run translate``: collect the app's texts into ``resources/translations/*.ts`` and compile these to ``*.qm``.

Both are kept in the repository, so that neither a start nor a package needs Qt's tools. English has a file for its
plural forms. ``--check`` changes nothing and fails when something is not up to date or not translated.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("en", "de")


def main() -> int:
    """Update, or check, and say what is left to translate."""
    if "--check" not in sys.argv[1:]:
        update(FOLDER)
        return report(unfinished(FOLDER))
    with tempfile.TemporaryDirectory() as place:
        fresh = Path(place)
        for file in FOLDER.glob("*.ts"):
            shutil.copy(file, fresh)
        update(fresh)
        changed = [file.name for file in sorted(fresh.iterdir()) if not same(file, FOLDER / file.name)]
    return report([f"{name} is not up to date: run ./run translate" for name in changed] + unfinished(FOLDER))


def update(folder: Path) -> None:
    """Collect and compile. Places in the source are left out: they would change with every line that moves."""
    sources = [str(path) for path in sorted((ROOT / "app").rglob("*.py"))]
    for language in LANGUAGES:
        file = folder / f"miauflix_{language}.ts"
        collect = ["-locations", "none", "-no-obsolete", "-tr-function-alias", "QT_TR_NOOP+=later"]
        collect += ["-source-language", "en", "-target-language", language]
        collect += ["-pluralonly"] if language == "en" else []
        tool("lupdate", *collect, *sources, "-ts", str(file))
        tool("lrelease", "-silent", str(file), "-qm", str(file.with_suffix(".qm")))


def tool(name: str, *words: str) -> None:
    """Run one of Qt's tools; what it says is of interest only when it fails."""
    program = Path(sys.executable).parent / f"pyside6-{name}"
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def same(one: Path, other: Path) -> bool:
    """Say whether two files hold the same."""
    return other.exists() and one.read_bytes() == other.read_bytes()


def unfinished(folder: Path) -> list[str]:
    """Return what is not translated, a line each."""
    return [
        f"{file.name} lacks: {message.findtext('source')}"
        for file in sorted(folder.glob("*.ts"))
        for message in ET.parse(file).iter("message")  # noqa: S314 - our own file
        if message.find("translation[@type='unfinished']") is not None
    ]


def report(lines: list[str]) -> int:
    """Print the lines and return the exit status."""
    for line in lines:
        print(line, file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())

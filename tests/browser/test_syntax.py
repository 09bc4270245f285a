"""The page's scripts and styles use nothing that the browsers of old TVs lack (Chromium 68, as in webOS 5)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "resources" / "web"
SCRIPTS = sorted(WEB.rglob("*.js"))
STYLES = sorted(WEB.rglob("*.css"))

NEWER_CALLS = {
    r"\.replaceChildren\(": 86,
    r"\.flat(Map)?\(": 69,
    r"\.at\(": 92,
    r"\.replaceAll\(": 85,
    r"\.matchAll\(": 73,
    r"Object\.fromEntries\(": 73,
    r"Promise\.(allSettled|any)\(": 76,
    r"\.toggleAttribute\(": 69,
    r"structuredClone\(": 98,
    r"queueMicrotask\(": 71,
    r"globalThis": 71,
    r"new Intl\.RelativeTimeFormat": 71,
    r"AbortSignal\.(timeout|any)": 103,
    r"#\w+ in |\bimport\(": 91,
}
"""What a parser lets through and Chromium 68 does not have, with the version that brought it."""

NEWER_STYLES = {
    r":(is|where|has|focus-visible)\b(?!-)": 86,
    r"\b(min|max|clamp)\((?!max-content|[^)]*fr\))": 79,
    r"(?<![-\w])inset\s*:": 87,
    r"aspect-ratio\s*:": 88,
    r"(?<![-\w])(gap|row-gap|column-gap)\s*:": 84,
    r"(margin|padding)-(inline|block)": 87,
    r"\boverflow\s*:\s*clip": 90,
    r"@(layer|container|supports selector)": 99,
    r"\bcolor-mix\(": 111,
    r"\b(dvh|svh|lvh)\b": 108,
}
"""The same for styles; a `gap` in a flex box is the best-known trap, so spaces are margins or grid-gap."""


@pytest.fixture(scope="module")
def acorn() -> str:
    program = shutil.which("acorn")
    if program is None:
        reason = "acorn is not in PATH"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return program


def test_the_parser_refuses_what_came_later(acorn: str, tmp_path: Path) -> None:
    later = tmp_path / "later.js"
    for text in ("const a = {...b};", "a?.b;", "try { a(); } catch { b(); }", "import('./a.js');"):
        later.write_text(text)
        assert parse(acorn, later) != 0, text


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.relative_to(WEB).as_posix())
def test_a_script_is_es2015_with_async(acorn: str, script: Path) -> None:
    assert parse(acorn, script) == 0


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.relative_to(WEB).as_posix())
def test_a_script_calls_nothing_newer_than_its_engines(script: Path) -> None:
    text = re.sub(r"^\s*//.*$", "", script.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [pattern for pattern in NEWER_CALLS if re.search(pattern, text)] == []


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.relative_to(WEB).as_posix())
def test_a_style_lays_out_with_nothing_newer_than_its_engines(style: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", style.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [pattern for pattern in NEWER_STYLES if re.search(pattern, text)] == []


def parse(acorn: str, script: Path) -> int:
    # The year, not the edition: ES2017 is ES2015 with async functions.
    command = [acorn, "--ecma2017", "--module", "--silent", str(script)]
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode

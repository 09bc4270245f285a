"""The self-test on the parts that are really here, and what it says of parts that are broken."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from server import selftest
from server.cli import main

ROOT = Path(__file__).parents[2]
RESOURCES = ROOT / "resources"
PARTS = ["encryption", "database", "BitTorrent", "release names", "keyring", "discovery", "TLS"]


def drawn(_: Path) -> str:
    return "a window"


def test_every_part_works_here_and_has_a_line() -> None:
    command = [sys.executable, "-P", "-m", "server", "--selftest"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)})
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split(None, 1) for line in done.stdout.splitlines()]
    assert [(verdict, rest.partition(":")[0]) for verdict, rest in lines] == [
        *(("ok", part) for part in PARTS),
        ("-", "window"),
    ]


def test_one_broken_part_fails_the_whole_and_the_others_are_still_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["--selftest"], resources=tmp_path, window_test=drawn)  # no clip there to share
    lines = capsys.readouterr().out.splitlines()
    assert status == 1
    assert [line.split()[0] for line in lines] == ["ok", "ok", "FAIL", "ok", "ok", "ok", "ok", "ok"]
    assert lines[-1] == "ok    window: a window"


def test_a_window_that_can_t_be_drawn_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> str:
        raise RuntimeError("the icon could not be drawn")

    monkeypatch.setattr(selftest, "parts", lambda *_: ())
    assert not selftest.run(tmp_path, broken)
    assert capsys.readouterr().out == "FAIL  window: RuntimeError: the icon could not be drawn\n"


def test_a_part_that_hangs_is_given_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang() -> str:
        await asyncio.Event().wait()
        return "never"

    monkeypatch.setattr(selftest, "_LIMIT", 0.01)
    monkeypatch.setattr(selftest, "parts", lambda *_: (selftest.Part("slow", hang),))
    assert not selftest.run(tmp_path, None)
    assert capsys.readouterr().out.splitlines()[0] == "FAIL  slow: no answer in time"

"""``sources key`` as a shell and a person at a terminal see it."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from server.cli import main

KEY = "k3y0123456789abcdef0123456789abcdef"
Cli = Callable[..., tuple[int, str, str]]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    for variable in ("TORRENT_KEY", "TORRENT_KEY_FILE", "CREDENTIALS_DIRECTORY", "MIAUFLIX_DATA_DIR"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/settings.toml").write_text('[sources.torznab.home]\nurl = "http://nas.lan:9117/api"\n')

    def run(*words: str) -> tuple[int, str, str]:
        place = ["--data-dir", str(tmp_path / "data"), "--key-file", str(tmp_path / "key.json")]
        status = main(["sources", "key", *words, *place], resources=tmp_path)
        out, err = capsys.readouterr()
        return status, out, err

    return run


def hand_over(text: str) -> str:
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    return str(reading)


@pytest.mark.parametrize(
    ("name", "provider"), [("home", "torznab.home"), ("torznab.home", "torznab.home"), ("tmdb", "tmdb")]
)
def test_a_key_from_a_descriptor(cli: Cli, tmp_path: Path, name: str, provider: str) -> None:
    status, out, err = cli(name, "--key-fd", hand_over(f"{KEY}\n"))
    assert (status, json.loads(out)) == (0, {"id": provider, "hasKey": True})
    assert KEY not in out + err
    assert all(KEY.encode() not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_a_key_that_is_typed_and_then_forgotten(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda _: KEY)
    assert cli("home")[0] == 0
    status, out, err = cli("home", "--forget")
    assert (status, json.loads(out)["hasKey"]) == (0, False)
    assert "is deleted" in err
    assert "There was no key" in cli("home", "--forget")[2]


def test_without_a_terminal_or_a_descriptor(cli: Cli) -> None:
    status, out, err = cli("home")
    assert (status, out) == (1, "")
    assert "--key-fd" in err


@pytest.mark.parametrize("key", ["", " \n", "two words", "x" * 2000])
def test_what_is_no_key(cli: Cli, key: str) -> None:
    assert cli("home", "--key-fd", hand_over(key))[0] == 1


def test_a_provider_that_takes_no_key(cli: Cli) -> None:
    status, _, err = cli("yts", "--key-fd", hand_over(KEY))
    assert status == 1
    assert "There are: tmdb, home" in err

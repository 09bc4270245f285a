"""The ``key`` commands as a shell and a person at a terminal see them."""

from __future__ import annotations

import base64
import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from server.cli import main

PASSPHRASE = "correct horse battery staple"
KEY = base64.b64encode(bytes(range(32))).decode()


@dataclass(frozen=True, slots=True)
class Outcome:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def reason(self) -> str:
        assert (self.status, self.out) == (1, "")
        return self.err.splitlines()[-1]


Cli = Callable[..., Outcome]


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    for variable in ("TORRENT_KEY", "TORRENT_KEY_FILE", "CREDENTIALS_DIRECTORY", "MIAUFLIX_DATA_DIR"):
        monkeypatch.delenv(variable, raising=False)

    def run(*words: str) -> Outcome:
        place = ["--data-dir", str(tmp_path / "data"), "--key-file", str(tmp_path / "key.json")]
        status = main(["key", *words, *place], resources=tmp_path)
        return Outcome(status, *capsys.readouterr())

    return run


@pytest.fixture
def started(cli: Cli, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    place = ["--data-dir", str(tmp_path / "data"), "--key-file", str(tmp_path / "key.json")]
    assert main(["devices", "add", "TV", *place], resources=tmp_path) == 0
    capsys.readouterr()
    return cli


class Terminal(io.StringIO):
    """Keys typed in advance."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Type lines, of which those at a hidden prompt come first."""

    def type_in(*hidden: str, shown: str = "") -> None:
        answers = iter(hidden)
        monkeypatch.setattr("getpass.getpass", lambda _prompt: next(answers))
        monkeypatch.setattr("sys.stdin", Terminal(shown))

    return type_in


@pytest.fixture
def descriptor() -> Iterator[Callable[[str], str]]:
    opened = []

    def put(text: str) -> str:
        reading, writing = os.pipe()
        os.write(writing, text.encode())
        os.close(writing)
        opened.append(reading)
        return str(reading)

    yield put
    for number in opened:
        os.close(number)


@pytest.fixture
def backup(started: Cli, descriptor: Callable[[str], str], tmp_path: Path) -> Path:
    assert started("backup", str(tmp_path / "backup"), "--passphrase-fd", descriptor(PASSPHRASE)).status == 0
    return tmp_path / "backup"


@pytest.mark.parametrize(
    "words", [[], ["verify"], ["restore"], ["import"], ["import", "--from-file", "a", "--from-fd", "3"]]
)
def test_wrong_usage(cli: Cli, words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli(*words)
    assert ended.value.code == 2


def test_status_before_the_first_start_makes_nothing(cli: Cli, tmp_path: Path) -> None:
    assert cli("status").json["state"] == "none"
    assert not list(tmp_path.iterdir())


def test_status(started: Cli, tmp_path: Path) -> None:
    status = started("status").json
    assert status == {
        "state": "ok",
        "detail": "",
        "place": f"the key file {tmp_path / 'key.json'}",
        "activeKid": 1,
        "kids": [1],
        "verifiedAt": None,
    }


def test_status_tells_what_is_the_matter(started: Cli, tmp_path: Path) -> None:
    (tmp_path / "key.json").chmod(0o644)
    status = started("status").json
    assert status["state"] == "key_file_invalid"
    assert "chmod 600" in status["detail"]


def test_a_pass_phrase_is_typed_twice_for_a_backup_and_once_to_check_it(
    started: Cli, typed: Callable[..., None], tmp_path: Path
) -> None:
    file = str(tmp_path / "backup")
    typed(PASSPHRASE, PASSPHRASE + " ")
    assert "differ" in started("backup", file).reason
    assert not (tmp_path / "backup").exists()
    typed(PASSPHRASE, PASSPHRASE)
    assert started("backup", file).out == ""
    typed(PASSPHRASE)
    assert started("verify", file).json["kids"] == [1]
    assert started("status").json["verifiedAt"]


def test_a_wrong_file_is_told_before_anybody_types(started: Cli, tmp_path: Path) -> None:
    assert "not a key backup" in started("verify", str(tmp_path / "key.json")).reason
    assert "No such file" in started("restore", str(tmp_path / "absent")).reason


def test_without_a_terminal_the_way_out_is_named(backup: Path, started: Cli, descriptor: Callable[[str], str]) -> None:
    assert "--passphrase-fd" in started("verify", str(backup)).reason
    assert "can't be read" in started("verify", str(backup), "--passphrase-fd", "999").reason
    key_file = backup.with_name("key.json")
    key_file.unlink()
    assert "--yes" in started("restore", str(backup), "--passphrase-fd", descriptor(PASSPHRASE)).reason
    assert not key_file.exists()


def test_restore_asks_and_takes_no_for_an_answer(backup: Path, started: Cli, typed: Callable[..., None]) -> None:
    key_file = backup.with_name("key.json")
    original = key_file.read_text()
    key_file.unlink()
    for answer in ("", "\n", "n\n", "nonsense\n"):
        typed(PASSPHRASE, shown=answer)
        assert "Nothing was changed" in started("restore", str(backup)).reason
        assert not key_file.exists()
    typed(PASSPHRASE, shown="y\n")
    outcome = started("restore", str(backup))
    assert outcome.json == {"place": f"the key file {key_file}", "changed": True}
    assert outcome.err.index("will be written to") < outcome.err.index("Go on?")
    assert key_file.read_text() == original


def test_the_recovery_key_is_shown_with_its_code_and_typed_again(
    started: Cli, typed: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    printed = started("recovery").json["recoveryKey"]
    screen = Terminal()
    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", screen)
        started("recovery")
    assert screen.getvalue().startswith(printed)
    assert "█" in screen.getvalue() or "▀" in screen.getvalue()
    (tmp_path / "key.json").unlink()
    typed(shown=f"{printed}\n\ny\n")
    assert started("restore", "--recovery").json["changed"]
    typed(shown=f"{printed.lower()}\n\n")
    assert started("verify", "--recovery").status == 0
    typed(shown=f"{printed[:-2]}\n\n")
    assert "row 7" in started("verify", "--recovery").reason


def test_a_key_in_the_environment_is_refused_and_import_is_the_way_out(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TORRENT_KEY", KEY)
    refused = cli("backup", str(tmp_path / "backup"), "--passphrase-fd", "0")
    assert cli("status").json["state"] == "plain_key_refused"
    assert KEY not in refused.err
    file = tmp_path / "old.key"
    file.write_text(KEY)
    file.chmod(0o644)
    assert "chmod 600" in cli("import", "--from-file", str(file)).reason
    file.chmod(0o600)
    taken = cli("import", "--from-file", str(file), "--yes")
    assert taken.json["changed"]
    assert "still set" in taken.err
    assert "delete it" in taken.err
    monkeypatch.delenv("TORRENT_KEY")
    assert json.loads((tmp_path / "key.json").read_text())["torrentKeys"] == {"1": KEY}
    assert cli("status").json["state"] == "ok"


def test_a_key_comes_through_a_descriptor(cli: Cli, descriptor: Callable[[str], str]) -> None:
    assert cli("import", "--from-fd", descriptor(KEY + "\n"), "--yes").json["changed"]
    assert "neither a key" in cli("import", "--from-fd", descriptor("secret text"), "--yes").reason


def test_an_unexpected_error_is_logged_without_what_it_quotes(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: object) -> None:
        raise RuntimeError(f"about {KEY} and magnet:?xt=urn:btih:{'ab' * 20}")

    monkeypatch.setattr("server.recovery.Vault.status", fail)
    outcome = cli("status")
    assert "should not" in outcome.reason
    assert "RuntimeError" in outcome.err
    assert KEY not in outcome.err
    assert "abab" not in outcome.err

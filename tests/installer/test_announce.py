from __future__ import annotations

import base64
from datetime import date
from pathlib import Path

import msgspec
import pytest

from installer import tree
from installer.announce import channel, main, make_key, sign
from server.updates import Announcement, open_announcement, read_channel

WORDS = ["--version", "2.0.0", "--page", "https://miauflix.example", "--note", "It is new", "--date", "2027-01-02"]


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _: "a pass phrase")


def test_what_is_signed_on_the_terminal_is_what_packages_take(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, out = tmp_path / "key.pem", tmp_path / "news.json"
    assert main(["key", str(key)]) == 0
    public = base64.b64decode(capsys.readouterr().out)
    assert key.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in key.read_bytes()
    assert main(["sign", str(out), "--key", str(key), *WORDS]) == 0
    announced = open_announcement(out.read_bytes(), public)
    assert (announced.version, announced.date.isoformat(), announced.notes) == ("2.0.0", "2027-01-02", ("It is new",))


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("precious", encoding="utf-8")
    with pytest.raises(FileExistsError):
        main(["key", str(key)])
    assert key.read_text(encoding="utf-8") == "precious"


def test_what_packages_would_not_take_is_not_signed() -> None:
    sealed, _ = make_key(b"secret")
    with pytest.raises(msgspec.ValidationError):
        sign(Announcement("2.0.0-beta", date(2027, 1, 1), "https://miauflix.example"), sealed, b"secret")


def test_the_build_notes_a_channel_or_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "BUILD", tmp_path)
    key = base64.b64encode(bytes(range(32))).decode()
    tree.note_channel("https://miauflix.example/news.json", key)
    noted = read_channel(tmp_path)
    assert noted is not None
    assert (noted.url, noted.public_key) == ("https://miauflix.example/news.json", bytes(range(32)))
    for url, public in (("http://clear.example", key), (None, key), ("https://miauflix.example", None)):
        with pytest.raises(tree.ChannelError, match="need an https:// address and a public key"):
            tree.note_channel(url, public)
    tree.note_channel(None, None)
    assert read_channel(tmp_path) is None
    assert channel("https://miauflix.example", key)

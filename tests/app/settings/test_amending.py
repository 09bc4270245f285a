from __future__ import annotations

from pathlib import Path

import pytest

from app.settings.amending import SettingRefusedError, amend, amend_text, read_text, write_text
from server.settings import Arguments, Settings, resolve

_FILE = """# how we have it at home
[server]
name = "Den"  # not the kitchen
port = 8620

[engine]
dht = false
"""


def test_edits_change_what_they_name_and_nothing_else() -> None:
    changed = amend(Settings(), {("server", "port"): 9000, ("engine", "proxy"): "localhost:1080"})
    assert (changed.server.port, changed.engine.proxy) == (9000, "localhost:1080")
    assert changed.storage == Settings().storage


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (("server", "port"), 70_000, "65535"),
        (("server", "name"), "", "length"),
        (("engine", "proxy"), "nonsense", "host:port"),
        (("storage", "cap_gib"), -1, ">= 0"),
        (("sources", "yts", "url"), "nonsense", "http"),
        (("sources", "torznab", "home", "url"), "nonsense", "http"),
    ],
)
def test_a_bad_value_is_told_by_its_key(key: tuple[str, ...], value: object, words: str) -> None:
    with pytest.raises(SettingRefusedError) as caught:
        amend(Settings(), {key: value})
    assert caught.value.key == key
    assert words in caught.value.text
    assert "`" not in caught.value.text


def test_comments_and_order_stay() -> None:
    text = amend_text(_FILE, {("server", "port"): 9000, ("storage", "cap_gib"): 20, ("engine", "dht"): None})
    assert text.startswith('# how we have it at home\n[server]\nname = "Den"  # not the kitchen\nport = 9000\n')
    assert "dht" not in text
    assert "[storage]\ncap_gib = 20" in text


def test_a_file_that_is_no_toml_is_left_alone() -> None:
    with pytest.raises(SettingRefusedError, match=r"settings\.toml can't be read"):
        amend_text("[server", {("server", "port"): 9000})


def test_what_is_written_is_what_the_server_reads(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    assert read_text(file) is None
    write_text(file, amend_text("", {("server", "port"): 9000, ("storage", "folder"): "/media/ä"}))
    settings = resolve(Arguments(data_dir=tmp_path), {}, resources=tmp_path).settings
    assert (settings.server.port, settings.storage.folder) == (9000, "/media/ä")
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]
    write_text(file, None)
    assert read_text(file) is None


def test_a_write_that_fails_leaves_the_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.toml"
    write_text(file, _FILE)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_text(file, "")
    assert file.read_text("utf-8") == _FILE
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]

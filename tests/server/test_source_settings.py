from __future__ import annotations

from pathlib import Path

import pytest

from server.errors import SettingsError
from server.settings import Arguments, resolve
from server.source_settings import SourcesSettings


def sources_of(folder: Path, text: str) -> SourcesSettings:
    (folder / "settings.toml").write_text(text, "utf-8")
    return resolve(Arguments(data_dir=folder), {}, resources=folder).settings.sources


def test_all_are_off_until_an_address_is_set_but_the_internet_archive(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, "")
    assert [sources.yts.is_on, sources.eztv.is_on, sources.rarbg.is_on] == [False] * 3
    assert sources.internet_archive.is_on
    assert sources.internet_archive.url == "https://archive.org"
    assert sources.torznab == {}


def test_what_the_contract_has(tmp_path: Path) -> None:
    sources = sources_of(
        tmp_path,
        """
        [sources]
        priority = ["torznab.home", "eztv"]
        [sources.yts]
        url = "https://yts.example"
        timeout_ms = 5000
        [sources.rarbg]
        url = "http://127.0.0.1:8080/base/"
        dialect = "therarbg"
        [sources.internet_archive]
        enabled = false
        [sources.torznab.home]
        url = "http://nas.lan:9117/api/v2.0/indexers/all/results/torznab/"
        [sources.torznab.other]
        enabled = false
        url = "http://nas.lan:9696/1/api"
        """,
    )
    assert (sources.yts.is_on, sources.yts.timeout_ms) == (True, 5000)
    assert sources.priority == ("torznab.home", "eztv")
    assert (sources.rarbg.is_on, sources.rarbg.dialect) == (True, "therarbg")
    assert not sources.internet_archive.is_on
    assert {name: section.is_on for name, section in sources.torznab.items()} == {"home": True, "other": False}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('[sources.yts]\nurl = "yts.example"', "sources.yts.url"),
        ('[sources.yts]\nurl = "ftp://yts.example"', "sources.yts.url"),
        ('[sources.eztv]\nurl = "https://name:secret@eztv.example"', "sources.eztv.url"),
        ('[sources.torznab.home]\nurl = "http://nas/api?apikey=secret"', "sources.torznab.home.url"),
        ('[sources.torznab."a b"]\nurl = "http://nas/api"', "sources.torznab"),
        ('[sources.torznab.home]\napi_key = "secret"', "api_key"),
        ('[sources.rarbg]\ndialect = "other"', "dialect"),
        ("[sources.yts]\ntimeout_ms = 5", "timeout_ms"),
        ('[sources]\npriority = ["yts", "other"]', "sources.priority"),
        ('[sources]\npriority = ["torznab."]', "sources.priority"),
        ('[sources]\npriority = ["yts", "yts"]', "sources.priority"),
        ("[sources.unknown]\nenabled = true", "unknown"),
    ],
)
def test_what_is_refused_is_named(tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(SettingsError, match=wrong) as caught:
        sources_of(tmp_path, text)
    assert "secret" not in str(caught.value)

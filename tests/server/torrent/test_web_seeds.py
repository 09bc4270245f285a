from __future__ import annotations

import libtorrent as lt
import pytest
from fakes.torrent_files import info, torrent_file

from server.errors import InvalidSourceError
from server.torrent.metainfo import parse_torrent_file
from server.torrent.web_seeds import with_web_seeds


@pytest.mark.parametrize(
    "before", [{}, {"url_list": b"http://old.example/"}, {"url_list": [b"/x"], "httpseeds": [b"y"]}]
)
def test_web_seeds_are_replaced_and_the_torrent_stays_the_same(before: dict[str, object]) -> None:
    data = torrent_file(info([("film.mp4", 50_000)], name=b"item"), announce=b"http://t.example/", **before)
    changed = with_web_seeds(data, ["http://a.example/items/", "http://b.example/items/"])
    content = lt.bdecode(changed)
    assert isinstance(content, dict)
    assert set(content) == {b"announce", b"info", b"url-list"}
    parsed = parse_torrent_file(changed)
    assert parsed.identifiers.info_hash == parse_torrent_file(data).identifiers.info_hash
    assert parsed.identifiers.torrent_file == changed
    seeds = lt.load_torrent_buffer(changed).url_seeds
    assert sorted(seeds) == ["http://a.example/items/", "http://b.example/items/"]


@pytest.mark.parametrize("data", [b"", b"d4:infoi1ee", b"x" * 100])
def test_what_is_no_torrent_file(data: bytes) -> None:
    with pytest.raises(InvalidSourceError):
        with_web_seeds(data, [])


def test_a_torrent_file_that_would_become_another_torrent_is_refused() -> None:
    described = lt.bencode(info(50_000))
    entries = sorted(info(50_000).items(), reverse=True)
    unordered = b"d" + b"".join(lt.bencode(key) + lt.bencode(value) for key, value in entries) + b"e"
    data = torrent_file(info(50_000)).replace(described, unordered)
    parse_torrent_file(data)
    with pytest.raises(InvalidSourceError, match="can't be changed"):
        with_web_seeds(data, ["http://a.example/"])

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import libtorrent as lt
import pytest
from fakes.torrent_files import PIECE, info, torrent_file
from hypothesis import given, settings
from hypothesis import strategies as st

from server.errors import InvalidSourceError
from server.torrent.files import TorrentFile
from server.torrent.metainfo import MAX_TORRENT_FILE, Metainfo, check, list_files, parse_magnet, parse_torrent_file

V1 = "0123456789abcdef0123456789abcdef01234567"
V2 = "fedcba98" * 8
BASE32 = "AERUKZ4JVPG66AJDIVTYTK6N54ASGRLH"

# --- magnet links


@pytest.mark.parametrize(
    ("magnet", "info_hash", "name"),
    [
        (f"magnet:?xt=urn:btih:{V1}", V1, ""),
        (f"magnet:?xt=urn:btih:{V1.upper()}", V1, ""),
        (f"magnet:?xt=urn:btih:{BASE32}", V1, ""),
        (f"magnet:?xt=urn:btih:{BASE32.lower()}", V1, ""),
        (f"  magnet:?xt=urn:btih:{V1}\n", V1, ""),
        (f"MAGNET:?XT=URN:BTIH:{V1}", V1, ""),
        (f"magnet:?dn=a&xt=urn%3Abtih%3A{V1}", V1, "a"),
        (f"magnet:?xt.1=urn:btih:{V1}", V1, ""),
        (f"magnet:?xt=urn:btmh:1220{V2}", V2, ""),
        (f"magnet:?xt=urn:btmh:1220{V2}&xt=urn:btih:{V1}", V1, ""),
        (f"magnet:?dn=A+film%20%282020%29&xt=urn:btih:{V1}&tr=udp%3A%2F%2Ft.example%3A5", V1, "A film (2020)"),
        (f"magnet:?xt=urn:btih:{V1}&dn=%F0%9F%90%B1", V1, "🐱"),
        (f"magnet:?xt=urn:btih:{V1}&dn=caf%E9&tr=%FF&ws=http%3A%2F%2F%FF", V1, ""),
        (f"magnet:?xt=urn:btih:{V1}&nonsense&&==&x.pe=nowhere&so=9-1", V1, ""),
    ],
)
def test_a_magnet_link(magnet: str, info_hash: str, name: str) -> None:
    parsed = parse_magnet(magnet)
    assert (parsed.identifiers.info_hash, parsed.name) == (info_hash, name)
    assert parsed.identifiers.magnet
    assert parse_magnet(parsed.identifiers.magnet) == parsed, "what is kept reads the same again"
    assert (parsed.identifiers.torrent_file, parsed.size, parsed.files) == (None, None, ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not a magnet link"),
        (V1, "not a magnet link"),
        ("https://example.com/?xt=urn:btih:" + V1, "not a magnet link"),
        ("magnet:", "not a magnet link"),
        ("magnet:?", "no BitTorrent info hash"),
        ("magnet:?dn=A+film", "no BitTorrent info hash"),
        (f"magnet:?xt=urn:sha1:{V1}", "no BitTorrent info hash"),
        (f"magnet:?dn=xt=urn:btih:{V1}", "no BitTorrent info hash"),
        ("magnet:?xt=urn:btih:", "can't be read"),
        (f"magnet:?xt=urn:btih:{V1[:-1]}", "can't be read"),
        (f"magnet:?xt=urn:btih:{V1}0", "can't be read"),
        (f"magnet:?xt=urn:btih:{V1[:-1]}g", "can't be read"),
        (f"magnet:?xt=urn:btmh:1114{V2}", "can't be read"),
        (f"magnet:?xt=urn:btih:{V1}&dn=\ud800", "can't be read"),
        (f"magnet:?xt=urn:btih:{'0' * 40}", "no BitTorrent info hash"),
        (f"magnet:?xt=urn:btih:{'A' * 32}", "no BitTorrent info hash"),
        (f"magnet:?xt=urn:btmh:1220{'0' * 64}", "no BitTorrent info hash"),
        (f"magnet:?xt=urn:btih:{V1}&dn={'a' * 17_000}", "too long"),
    ],
)
def test_what_is_no_magnet_link_is_refused_without_repeating_it(text: str, says: str) -> None:
    with pytest.raises(InvalidSourceError, match=says) as caught:
        parse_magnet(text)
    assert V1[:20] not in caught.value.detail
    assert "film" not in caught.value.detail


PARTS = st.sampled_from(["xt=urn:btih:", V1, "&", "=", "?", "%", "%00", "%FF", "dn=", "tr=", "ws=", "x.pe=", "so="])
MAGNETS = st.lists(PARTS | st.text(max_size=5), max_size=12).map("".join)


@settings(max_examples=500, deadline=None)
@given(MAGNETS | st.text())
def test_any_text_is_a_magnet_link_or_refused(text: str) -> None:
    for magnet in (text, f"magnet:?{text}", f"magnet:?xt=urn:btih:{V1}&{text}"):
        try:
            parsed = parse_magnet(magnet)
        except InvalidSourceError:
            continue
        assert len(parsed.identifiers.info_hash) in {40, 64}
        assert set(parsed.identifiers.info_hash) <= set("0123456789abcdef")
        assert parsed.name.encode() is not None


def test_a_magnet_link_is_kept_with_all_it_knows() -> None:
    magnet = f"magnet:?xt=urn:btih:{V1}&dn=Film&tr=udp%3A%2F%2Ft.example%3A5&x.pe=192.0.2.1:5&XT=URN:BTIH:{V1}"
    assert parse_magnet(magnet).identifiers.magnet == magnet.replace("XT=URN:BTIH", "xt=urn:btih")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=50))
def test_a_name_comes_through_a_magnet_link(name: str) -> None:
    assert parse_magnet(f"magnet:?xt=urn:btih:{V1}&dn={quote(name)}").name == name


# --- torrent files


def test_a_torrent_of_one_file() -> None:
    data = torrent_file(info(5 * PIECE + 7))
    parsed = parse_torrent_file(data)
    assert parsed.name == "film.mp4"
    assert parsed.size == 5 * PIECE + 7
    assert parsed.files == (TorrentFile(0, "film.mp4", 5 * PIECE + 7, 0),)
    assert parsed.identifiers.torrent_file == data
    assert parsed.identifiers.magnet is None
    assert parsed.identifiers.info_hash == str(lt.load_torrent_buffer(data).info_hashes.v1)


def test_a_torrent_of_a_folder_with_pads() -> None:
    files = [("a.nfo", 10), (".pad/16374", PIECE - 10), ("b/film.mkv", 100)]
    parsed = parse_torrent_file(torrent_file(info(files, name=b"Folder")))
    assert parsed.size == 110
    assert [(file.index, file.size, file.offset, file.pad) for file in parsed.files] == [
        (0, 10, 0, False),
        (1, PIECE - 10, 10, True),
        (2, 100, PIECE, False),
    ]
    assert parsed.files[2].path.replace("\\", "/") == "Folder/b/film.mkv"


@pytest.mark.parametrize(("flags", "digits"), [(lt.create_torrent.v2_only, 64), (0, 40)])
def test_torrents_of_the_second_version(tmp_path: Path, flags: int, digits: int) -> None:
    (tmp_path / "film.mkv").write_bytes(bytes(PIECE))
    torrent = lt.create_torrent(lt.list_files(str(tmp_path / "film.mkv")), PIECE, flags)
    lt.set_piece_hashes(torrent, str(tmp_path))
    parsed = parse_torrent_file(lt.bencode(torrent.generate()))
    assert len(parsed.identifiers.info_hash) == digits
    assert [file.size for file in parsed.files] == [PIECE]


def test_hostile_paths_stay_inside() -> None:
    files = [("../../../etc/cron.d/film.mkv", 5), ("/etc/film.mkv", 6), ("a\0b.mkv", 7)]
    parsed = parse_torrent_file(torrent_file(info(files, name=b"../up")))
    for file in parsed.files:
        assert ".." not in file.path.replace("\\", "/").split("/")
        assert not file.path.startswith("/")


def test_a_name_that_is_no_text() -> None:
    parsed = parse_torrent_file(torrent_file(info(5, name=b"caf\xe9.mkv")))
    assert parsed.name.isprintable()
    assert parsed.name.startswith("caf")


GOOD = torrent_file(info(3 * PIECE))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a torrent file"),
        (b"d", "not a torrent file"),
        (b"de", "not a torrent file"),
        (b"i5e", "not a torrent file"),
        (b"d4:infodee", "not a torrent file"),
        (b"l" * 100_000, "not a torrent file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(1000), "not a torrent file"),
        (f"magnet:?xt=urn:btih:{V1}".encode(), "not a torrent file"),
        (GOOD[:-1], "not a torrent file"),
        (torrent_file(info(0)), "not a torrent file"),
        (torrent_file(info(-5)), "not a torrent file"),
        (torrent_file(info(1 << 62, piece_length=1 << 62)), "not a torrent file"),
        (torrent_file(info(5) | {b"piece length": 0}), "not a torrent file"),
        (torrent_file(info(5) | {b"piece length": -1}), "not a torrent file"),
        (torrent_file(info(5) | {b"pieces": b"a" * 19}), "not a torrent file"),
        (torrent_file(info(3 * PIECE) | {b"pieces": b"a" * 20}), "not a torrent file"),
        (torrent_file(info([])), "not a torrent file"),
        (torrent_file(info(5, piece_length=128 << 20)), "more than 64 MiB"),
        (torrent_file(info([(f"{index}.mkv", 1) for index in range(20_001)])), "more than 20000 files"),
        (b"d" + bytes(MAX_TORRENT_FILE), "larger than 4 MiB"),
    ],
    ids=range(20),
)
def test_malformed_and_hostile_torrent_files(data: bytes, says: str) -> None:
    with pytest.raises(InvalidSourceError, match=says):
        parse_torrent_file(data)


def test_limits_are_inclusive() -> None:
    assert parse_torrent_file(torrent_file(info(5, piece_length=64 << 20))).size == 5
    assert len(parse_torrent_file(torrent_file(info([(f"{i}.mkv", 1) for i in range(20_000)]))).files) == 20_000


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.integers(0, len(GOOD)), st.integers(0, 60))
def test_any_bytes_are_a_torrent_file_or_refused(noise: bytes, position: int, length: int) -> None:
    for data in (noise, GOOD[:position] + noise + GOOD[position + length :]):
        try:
            parsed = parse_torrent_file(data)
        except InvalidSourceError:
            continue
        assert parsed.files
        assert parsed.name.encode() is not None
        assert parsed.size == sum(file.size for file in parsed.files if not file.pad)


def test_metadata_from_the_swarm_is_checked_alike() -> None:
    described = lt.load_torrent_buffer(torrent_file(info(5, piece_length=128 << 20))).ti
    assert described is not None
    with pytest.raises(InvalidSourceError):
        check(described)
    assert [file.size for file in list_files(described)] == [5]


@pytest.mark.parametrize(
    "parsed", [parse_magnet(f"magnet:?xt=urn:btih:{V1}&dn=Secret"), parse_torrent_file(torrent_file(info(5)))]
)
def test_nothing_that_identifies_is_in_a_repr(parsed: Metainfo) -> None:
    shown = repr(parsed)
    assert not any(part in shown for part in (V1, "Secret", "film", parsed.identifiers.info_hash, "magnet:?"))

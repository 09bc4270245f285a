from __future__ import annotations

import base64
import hashlib
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import libtorrent as lt
import pytest
from fakes.legacy import encrypt
from fakes.torrent_files import info, torrent_file
from hypothesis import given
from hypothesis import strategies as st

from server.models import ItemId, Quality, SourceId
from server.sources.legacy_values import UnreadableRowError, read_source
from server.storage.legacy import LegacyRow
from server.vault.legacy_cipher import LegacyCipher

KEY = bytes(range(32))
CIPHER = LegacyCipher(KEY)
HASH = "c12fe1c06bba254a9dc9f519b335aa7c1367a88a"
MAGNET = f"magnet:?xt=urn:btih:{HASH}&dn=A+name"
V2_HASH = "ab" * 32
DESCRIPTION = info(40_000, name=b"film.mkv")
FILE = torrent_file(DESCRIPTION)
FILE_HASH = hashlib.sha1(lt.bencode(DESCRIPTION)).hexdigest()
NAMES = [
    *("id", "magnet", "info_hash", "torrent_file", "item", "movie", "title", "provider", "quality", "resolution"),
    *("size", "seeders", "file_index", "created_at"),
]


def row(**values: Any) -> LegacyRow:
    return LegacyRow(1, dict.fromkeys(NAMES) | values)


def sealed(plain: bytes | str) -> str:
    return encrypt(KEY, plain.encode() if isinstance(plain, str) else plain, random.Random(1))


@pytest.mark.parametrize("magnet", [MAGNET, MAGNET.encode(), sealed(MAGNET), sealed(MAGNET).encode(), f" {MAGNET}\n"])
@pytest.mark.parametrize("info_hash", [None, "", HASH, HASH.upper(), bytes.fromhex(HASH), sealed(HASH)])
def test_magnet_links_and_info_hashes_in_clear_or_encrypted(magnet: Any, info_hash: Any) -> None:
    source = read_source(row(magnet=magnet, info_hash=info_hash), CIPHER)
    assert source.identifiers.info_hash == HASH
    assert source.identifiers.magnet == MAGNET
    assert source.identifiers.torrent_file is None
    assert source.title == "A name"


@pytest.mark.parametrize(
    "value",
    [FILE, base64.b64encode(FILE), base64.b64encode(FILE).decode(), sealed(FILE), sealed(base64.b64encode(FILE))],
)
def test_torrent_files_in_clear_or_encrypted(value: Any) -> None:
    source = read_source(row(torrent_file=value), CIPHER)
    assert source.identifiers.torrent_file == FILE
    assert source.identifiers.info_hash == FILE_HASH
    assert (source.title, source.size_bytes) == ("film.mkv", 40_000)


@pytest.mark.parametrize(("info_hash", "topic"), [(HASH, f"btih:{HASH}"), (V2_HASH, f"btmh:1220{V2_HASH}")])
def test_an_info_hash_alone_becomes_a_magnet_link(info_hash: str, topic: str) -> None:
    identifiers = read_source(row(info_hash=sealed(info_hash)), CIPHER).identifiers
    assert (identifiers.info_hash, identifiers.magnet) == (info_hash, f"magnet:?xt=urn:{topic}")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "names no torrent"),
        ({"magnet": "", "info_hash": b""}, "names no torrent"),
        ({"magnet": sealed(MAGNET)[:-4] + "AAA="}, "magnet link can't be decrypted"),
        ({"magnet": "http://example.org/"}, "magnet link can't be decrypted"),
        ({"magnet": sealed("http://example.org/")}, "magnet link, decrypted, is none"),
        ({"magnet": 17}, "magnet link is a number"),
        ({"magnet": "magnet:?dn=nothing"}, "can't be played"),
        ({"magnet": MAGNET, "info_hash": "0" * 39 + "1"}, "different torrents"),
        ({"magnet": MAGNET, "torrent_file": FILE}, "different torrents"),
        ({"magnet": MAGNET, "torrent_file": b"\x89PNG" + bytes(50)}, "torrent file can't be decrypted"),
        ({"torrent_file": b"d1:ai1ee"}, "can't be played"),
        ({"info_hash": sealed(b"\xff\xfe")}, "info hash, decrypted, is none"),
    ],
)
def test_says_why_a_row_can_not_be_read(values: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnreadableRowError, match=reason) as caught:
        read_source(row(**values), CIPHER)
    assert HASH not in str(caught.value)
    assert "example" not in str(caught.value)


def test_says_that_a_key_is_wanted() -> None:
    with pytest.raises(UnreadableRowError, match="its key was not given"):
        read_source(row(magnet=sealed(MAGNET)), LegacyCipher(None))
    assert read_source(row(magnet=MAGNET), LegacyCipher(None)).identifiers.magnet == MAGNET


def test_ids_and_titles_are_kept() -> None:
    kept = "6f1ed002-ab5d-4b4c-9f0e-0a6f2f6d3a10"
    source = read_source(
        row(
            magnet=MAGNET, id=kept.upper(), item="tt0032138", title="  The Title ", provider="yts", quality="bluray",
            resolution="1080p", size="123", seeders=4, file_index=2, created_at=1_600_000_000_000,
        ),
        CIPHER,
    )  # fmt: skip
    assert source.id == SourceId(kept)
    assert source.item_id == ItemId("tt0032138")
    assert (source.title, source.provider) == ("The Title", "yts")
    assert (source.quality, source.resolution) == (Quality.BLURAY, "1080p")
    assert (source.size_bytes, source.seeders, source.file_index) == (123, 4, 2)
    assert source.created_at == datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)


def test_sources_of_one_legacy_title_stay_together() -> None:
    def item(**values: Any) -> ItemId:
        return read_source(row(magnet=MAGNET, **values), CIPHER).item_id

    assert item(movie=7, title="One") == item(movie=7, title="One")
    assert item(movie=7, title="One") != item(movie=8, title="One")
    assert item(movie=7).startswith("local:")
    assert item() != item()


def test_a_resolution_that_is_called_quality() -> None:
    source = read_source(row(magnet=MAGNET, quality="720p"), CIPHER)
    assert (source.quality, source.resolution) == (Quality.UNKNOWN, "720p")


@pytest.mark.parametrize(
    "value", [1_600_000_000, 1_600_000_000_000, 1.6e9, "2020-09-13T12:26:40Z", "2020-09-13 12:26:40"]
)
def test_moments(value: Any) -> None:
    moment = read_source(row(magnet=MAGNET, created_at=value), CIPHER).created_at
    assert moment == datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, "", "yesterday", -5, 10**30, float("nan"), b"\xff", 0])
def test_moments_that_are_none(value: Any) -> None:
    moment = read_source(row(magnet=MAGNET, created_at=value), CIPHER).created_at
    assert datetime.now(UTC) - moment < timedelta(minutes=1)


VALUES = st.none() | st.integers() | st.floats() | st.text() | st.binary() | st.sampled_from([MAGNET, HASH, FILE])


@given(st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES)))
def test_any_row_is_a_source_or_unreadable(values: dict[str, Any]) -> None:
    try:
        source = read_source(LegacyRow(1, values), CIPHER)
    except UnreadableRowError:
        return
    assert source.identifiers.magnet or source.identifiers.torrent_file
    assert source.title

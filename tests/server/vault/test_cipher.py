from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.vault.cipher import OVERHEAD, DecryptionError, FieldCipher, UnknownKidError, kid_of
from server.vault.record import KeyRecord

RECORD = KeyRecord(
    database_key=b"d" * 32, torrent_keys={1: b"\x01" * 32, 0x01020304: b"\x02" * 32}, active_kid=1, root=b"r" * 32
)
PLACE = ("movie_sources", "ih", "6c7b1f0e-6d4c-4a71-9c43-0f3f7f6f2b11")
HASH = "c12fe1c06bba254a9dc9f519b335aa7c1367a88a"


@given(st.binary(max_size=2000))
def test_gives_back_what_it_took(plaintext: bytes) -> None:
    cipher = FieldCipher(RECORD)
    envelope = cipher.encrypt(*PLACE, plaintext)
    assert cipher.decrypt(*PLACE, envelope) == plaintext
    assert len(envelope) == len(plaintext) + OVERHEAD == len(plaintext) + 33


def test_layout_is_version_kid_iv() -> None:
    cipher = FieldCipher(replace(RECORD, active_kid=0x01020304))
    envelope = cipher.encrypt(*PLACE, b"x")
    assert envelope[:5] == bytes([1, 1, 2, 3, 4])
    assert kid_of(envelope) == 0x01020304


def test_same_value_never_looks_the_same() -> None:
    cipher = FieldCipher(RECORD)
    assert len({cipher.encrypt(*PLACE, b"same") for _ in range(100)}) == 100


def test_every_flipped_bit_is_noticed() -> None:
    cipher = FieldCipher(RECORD)
    envelope = cipher.encrypt(*PLACE, b"plain")
    for bit in range(len(envelope) * 8):
        changed = bytearray(envelope)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DecryptionError):
            cipher.decrypt(*PLACE, bytes(changed))


@pytest.mark.parametrize("length", range(38))
def test_every_cut_is_noticed(length: int) -> None:
    cipher = FieldCipher(RECORD)
    with pytest.raises(DecryptionError):
        cipher.decrypt(*PLACE, cipher.encrypt(*PLACE, b"plain")[:length])


@pytest.mark.parametrize(
    "place",
    [
        ("downloads", PLACE[1], PLACE[2]),
        (PLACE[0], "ml", PLACE[2]),
        (PLACE[0], PLACE[1], "0b0f7c5e-8a86-4f7f-8a55-1c7a54d0f0ab"),
        (PLACE[0] + PLACE[1], "", PLACE[2]),
    ],
)
def test_a_moved_value_is_noticed(place: tuple[str, str, str]) -> None:
    cipher = FieldCipher(RECORD)
    with pytest.raises(DecryptionError):
        cipher.decrypt(*place, cipher.encrypt(*PLACE, b"plain"))


def test_retired_keys_still_read_and_unknown_ones_are_named() -> None:
    old = FieldCipher(RECORD)
    rotated = FieldCipher(replace(RECORD, torrent_keys={1: b"\x01" * 32, 2: b"\x03" * 32}, active_kid=2))
    assert rotated.decrypt(*PLACE, old.encrypt(*PLACE, b"plain")) == b"plain"
    with pytest.raises(UnknownKidError) as caught:
        old.decrypt(*PLACE, rotated.encrypt(*PLACE, b"plain"))
    assert caught.value.kid == 2


@pytest.mark.parametrize(
    ("kid", "envelope"),
    [
        (
            1,
            "0100000001000102030405060708090a0b645e975cebd56b978976278728899d47e3c491c23fbec7d8b09760e84321bb7b915599566c1e9df795b2ddd279e60dcaae3493436f76b998",
        ),
        (
            0x01020304,
            "0101020304000102030405060708090a0b2a2e00d485e77362f69d9ffc623c31b69a91508b615539c52570ee0e8cf880aa47fee474d8124435043bdaa051cf52679916f1e271c2f09e",
        ),
    ],
)
def test_values_written_by_earlier_versions_are_read(kid: int, envelope: str) -> None:
    assert kid_of(bytes.fromhex(envelope)) == kid
    assert FieldCipher(RECORD).decrypt(*PLACE, bytes.fromhex(envelope)) == HASH.encode()


def test_blind_index_is_frozen_and_finds_every_spelling() -> None:
    cipher = FieldCipher(RECORD)
    index = cipher.blind_index(HASH)
    assert index.hex() == "656ab7d66dfb673493a796477a37e2e9074eab6d183759a65b40c09178280854"
    assert cipher.blind_index(HASH.upper()) == index
    assert cipher.blind_index("YEX6DQDLXISUVHOJ6UM3GNNKPQJWPKEK") == index
    assert cipher.blind_index("0" * 40) != index
    assert FieldCipher(replace(RECORD, root=b"s" * 32)).blind_index(HASH) != index


def test_index_outlives_a_rotated_field_key() -> None:
    rotated = FieldCipher(replace(RECORD, torrent_keys={2: b"\x03" * 32}, active_kid=2))
    assert rotated.blind_index(HASH) == FieldCipher(RECORD).blind_index(HASH)


def test_key_check_values_tell_keys_apart() -> None:
    values = FieldCipher(RECORD).key_check_values()
    assert values.keys() == {1, 0x01020304}
    assert {len(value) for value in values.values()} == {8}
    assert len(set(values.values())) == 2
    assert FieldCipher(replace(RECORD, torrent_keys={1: b"\x01" * 32})).key_check_values()[1] == values[1]

"""What was stored stays readable: a frozen corpus of each version of the envelope."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.vault.cipher import DecryptionError, FieldCipher, kid_of
from server.vault.record import KeyRecord

CORPUS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors/envelope_v1.json").read_text("utf-8"))
CIPHER = FieldCipher(
    KeyRecord(
        database_key=b"\0" * 32,
        torrent_keys={int(kid): bytes.fromhex(key) for kid, key in CORPUS["torrentKeys"].items()},
        active_kid=1,
        root=bytes.fromhex(CORPUS["root"]),
    )
)


def unseal(entry: dict[str, str], envelope: bytes) -> bytes:
    return CIPHER.decrypt(entry["table"], entry["column"], entry["row"], envelope)


def test_every_envelope_of_version_1_decrypts() -> None:
    for entry in CORPUS["envelopes"]:
        assert unseal(entry, bytes.fromhex(entry["envelope"])) == bytes.fromhex(entry["plaintext"])
    kids = {kid_of(bytes.fromhex(entry["envelope"])) for entry in CORPUS["envelopes"]}
    assert kids == {1, 7, 0xFFFFFFFF}


def test_indices_and_check_values_are_what_they_were() -> None:
    for entry in CORPUS["indices"]:
        assert CIPHER.blind_index(entry["info_hash"]).hex() == entry["index"]
    stored = {int(kid): bytes.fromhex(value) for kid, value in CORPUS["keyCheckValues"].items()}
    assert CIPHER.key_check_values() == stored


def test_every_flipped_bit_is_noticed() -> None:
    for entry in CORPUS["envelopes"]:
        envelope = bytes.fromhex(entry["envelope"])
        for bit in range(8 * len(envelope)):
            flipped = bytearray(envelope)
            flipped[bit // 8] ^= 1 << bit % 8
            with pytest.raises(DecryptionError):
                unseal(entry, bytes(flipped))


def test_every_truncation_is_noticed() -> None:
    for entry in CORPUS["envelopes"]:
        envelope = bytes.fromhex(entry["envelope"])
        for length in range(len(envelope)):
            with pytest.raises(DecryptionError):
                unseal(entry, envelope[:length])

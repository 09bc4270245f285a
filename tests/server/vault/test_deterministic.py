from __future__ import annotations

from dataclasses import replace

import pytest

from server.vault.cipher import DecryptionError, UnknownKidError
from server.vault.deterministic import DeterministicCipher
from server.vault.record import KeyRecord


@pytest.fixture(scope="module")
def record() -> KeyRecord:
    return KeyRecord.generate()


@pytest.fixture
def cipher(record: KeyRecord) -> DeterministicCipher:
    return DeterministicCipher(record)


def test_equal_values_of_a_column_have_equal_ciphertexts_that_can_be_read_back(cipher: DeterministicCipher) -> None:
    first = cipher.encrypt("t", "c", b"value")
    assert cipher.encrypt("t", "c", b"value") == first
    assert cipher.encrypt("t", "c", b"other") != first
    assert cipher.decrypt("t", "c", first) == b"value"
    assert b"value" not in first


def test_columns_and_folders_share_nothing(cipher: DeterministicCipher) -> None:
    envelope = cipher.encrypt("t", "c", b"value")
    assert len({envelope, cipher.encrypt("t", "d", b"value"), cipher.encrypt("u", "c", b"value")}) == 3
    for table, column in (("t", "d"), ("u", "c")):
        with pytest.raises(DecryptionError):
            cipher.decrypt(table, column, envelope)
    with pytest.raises(DecryptionError):
        DeterministicCipher(KeyRecord.generate()).decrypt("t", "c", envelope)


def test_every_flipped_bit_and_every_cut_is_noticed(cipher: DeterministicCipher) -> None:
    envelope = cipher.encrypt("t", "c", b"value")
    for bit in range(len(envelope) * 8):
        changed = bytearray(envelope)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DecryptionError):
            cipher.decrypt("t", "c", bytes(changed))
    for length in range(len(envelope)):
        with pytest.raises(DecryptionError):
            cipher.decrypt("t", "c", envelope[:length])


def test_a_former_key_still_reads_and_a_missing_one_is_named(record: KeyRecord, cipher: DeterministicCipher) -> None:
    envelope = cipher.encrypt("t", "c", b"value")
    rotated = replace(record, torrent_keys={**record.torrent_keys, 2: b"k" * 32}, active_kid=2)
    assert DeterministicCipher(rotated).decrypt("t", "c", envelope) == b"value"
    with pytest.raises(UnknownKidError):
        cipher.decrypt("t", "c", DeterministicCipher(rotated).encrypt("t", "c", b"value"))


def test_nothing_is_refused(cipher: DeterministicCipher) -> None:
    with pytest.raises(ValueError, match="nothing"):
        cipher.encrypt("t", "c", b"")

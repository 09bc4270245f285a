from __future__ import annotations

import json
from dataclasses import replace

import pytest

from server.errors import KeyWrongError
from server.vault.record import KeyRecord, derive


def test_survives_json() -> None:
    record = replace(KeyRecord.generate(), torrent_keys={1: b"a" * 32, 7: b"b" * 32}, active_kid=7)
    assert KeyRecord.from_json(record.to_json()) == record
    pending = replace(record, pending_database_key=b"p" * 32)
    assert KeyRecord.from_json(pending.to_json()) == pending


def test_records_are_random() -> None:
    first, second = KeyRecord.generate(), KeyRecord.generate()
    keys = [first.database_key, first.root, first.torrent_keys[1], second.database_key, second.root]
    assert len(set(keys)) == 5
    assert {len(key) for key in keys} == {32}


def test_fits_a_windows_credential() -> None:
    record = KeyRecord.generate()
    grown = replace(record, torrent_keys=dict.fromkeys(range(1, 11), b"k" * 32), pending_database_key=b"p" * 32)
    assert len(grown.to_json()) <= 1000
    with pytest.raises(ValueError, match="more keys"):
        replace(record, torrent_keys=dict.fromkeys(range(1, 31), b"k" * 32)).to_json()


def test_repr_shows_no_key() -> None:
    record = replace(KeyRecord.generate(), pending_database_key=b"p" * 32)
    shown = repr(record)
    for key in (record.database_key, record.root, record.torrent_keys[1], b"p" * 32):
        assert repr(key)[2:-1] not in shown
        assert key.hex() not in shown


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"databaseKey": "c2hvcnQ="},
        {"torrentKeys": {}},
        {"activeKid": 9},
        {"activeKid": 0},
        {"root": None},
        {"extra": 1},
    ],
)
def test_refuses_other_json(change: dict[str, object]) -> None:
    stored = json.loads(KeyRecord.generate().to_json())
    with pytest.raises(KeyWrongError):
        KeyRecord.from_json(json.dumps(stored | change))


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "c2VjcmV0LWtleQ=="])
def test_refuses_other_text_without_repeating_it(text: str) -> None:
    with pytest.raises(KeyWrongError) as caught:
        KeyRecord.from_json(text)
    assert not text or text not in str(caught.value).split()


def test_derivation_is_frozen() -> None:
    """HKDF-SHA256 without salt, computed by hand with HMAC (RFC 5869): stored data depend on it."""
    assert derive(b"\x00" * 32, "jwt").hex() == "fb6f3dcfc521dcf62f29de42a373b67952c55bc2076a27c9169f4c2e3789272f"
    assert derive(b"\x00" * 32, "jwt", 8) == derive(b"\x00" * 32, "jwt")[:8]
    assert derive(b"\x00" * 32, "other") != derive(b"\x00" * 32, "jwt")

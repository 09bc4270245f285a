from __future__ import annotations

import base64

import pytest

from server.errors import BackupForeignError, KeyWrongError
from server.vault.bare_key import is_bare, parse_key
from server.vault.record import KeyRecord

KEY = bytes(range(200, 232))


@pytest.mark.parametrize(
    "text",
    [
        base64.b64encode(KEY).decode(),
        base64.b64encode(KEY).decode().rstrip("="),
        base64.urlsafe_b64encode(KEY).decode(),
        f"  {KEY.hex()}\n",
        KEY.hex().upper(),
    ],
)
def test_takes_a_single_key(text: str) -> None:
    assert is_bare(text)
    record = parse_key(text)
    assert (record.active_kid, record.torrent_keys) == (1, {1: KEY})
    assert record.root != parse_key(text).root


def test_takes_a_whole_record() -> None:
    record = KeyRecord.generate()
    assert not is_bare(record.to_json())
    assert parse_key(record.to_json()) == record


@pytest.mark.parametrize(
    "text", ["", "secret", KEY.hex()[:-1], base64.b64encode(KEY[:-1]).decode(), "x" * 44, "é" * 43]
)
def test_refuses_all_else_without_repeating_it(text: str) -> None:
    with pytest.raises(BackupForeignError) as caught:
        parse_key(text)
    assert not text or text not in str(caught.value)


def test_refuses_a_broken_record() -> None:
    with pytest.raises(KeyWrongError):
        parse_key('{"version": 1}')

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.vault.info_hash import normalise


@given(st.binary(min_size=20, max_size=20))
def test_every_spelling_of_a_v1_hash_is_one(raw: bytes) -> None:
    base32 = base64.b32encode(raw).decode()
    spellings = [raw.hex(), raw.hex().upper(), base32, base32.lower(), f" {raw.hex()}\n"]
    assert {normalise(spelling) for spelling in spellings} == {raw.hex()}


@given(st.binary(min_size=32, max_size=32))
def test_every_spelling_of_a_v2_hash_is_one(raw: bytes) -> None:
    assert {normalise(text) for text in (raw.hex(), raw.hex().upper(), "1220" + raw.hex())} == {raw.hex()}


@pytest.mark.parametrize(
    "text",
    ["", "0" * 39, "0" * 41, "g" * 40, "1" * 32, "é" * 32, "0" * 63, "1221" + "0" * 64, "\u0661" * 40],
)
def test_refuses_what_is_no_info_hash(text: str) -> None:
    with pytest.raises(ValueError, match="not an info hash") as caught:
        normalise(text)
    assert not text or text not in str(caught.value)

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import RecoveryKeyError
from server.vault.record import KeyRecord
from server.vault.recovery_key import decode_recovery_key, encode_recovery_key

KEYS = st.binary(min_size=32, max_size=32)
RECORDS = st.builds(
    lambda database_key, root, torrent_keys: KeyRecord(database_key, torrent_keys, min(torrent_keys), root),
    KEYS,
    KEYS,
    st.dictionaries(st.integers(1, (1 << 32) - 1), KEYS, min_size=1, max_size=8),
)
RECORD = KeyRecord.generate()


@given(RECORDS)
def test_gives_back_what_was_printed(record: KeyRecord) -> None:
    assert decode_recovery_key(encode_recovery_key(record)) == record


def test_is_rows_of_seven_groups_of_four() -> None:
    rows = encode_recovery_key(RECORD).split("\n")
    assert len(rows) == 7
    assert all(re.fullmatch(r"([A-Z2-7]{4}-){6}[A-Z2-7]{4}", row) for row in rows)


def test_may_be_typed_as_people_type() -> None:
    text = encode_recovery_key(RECORD)
    typed = text.lower().replace("-", " ").replace("o", "0").replace("i", "1").replace("b", "8")
    assert decode_recovery_key(f"\n {typed}\n\n") == RECORD
    assert decode_recovery_key(re.sub(r"\W", "", text)) == RECORD


def test_the_active_key_stays_the_active_one() -> None:
    record = replace(RECORD, torrent_keys={1: b"a" * 32, 2: b"b" * 32, 3: b"c" * 32}, active_kid=2)
    assert decode_recovery_key(encode_recovery_key(record)).active_kid == 2


@pytest.mark.parametrize("row", range(7))
def test_every_single_mistake_is_found_in_its_row(row: int) -> None:
    rows = encode_recovery_key(RECORD).split("\n")
    for place, letter in enumerate(rows[row]):
        if letter == "-":
            continue
        wrong = "A" if letter != "A" else "C"
        mistaken = [*rows]
        mistaken[row] = rows[row][:place] + wrong + rows[row][place + 1 :]
        with pytest.raises(RecoveryKeyError, match=f"row {row + 1} ") as caught:
            decode_recovery_key("\n".join(mistaken))
        assert rows[row][:4] not in str(caught.value)


def test_rows_in_another_order_missing_or_of_two_keys() -> None:
    rows, others = encode_recovery_key(RECORD).split("\n"), encode_recovery_key(KeyRecord.generate()).split("\n")
    for wrong in ([*rows[1::-1], *rows[2:]], rows[1:], rows[:-1], [*rows, rows[0]], [*rows[:3], *others[3:]], rows[:1]):
        with pytest.raises(RecoveryKeyError):
            decode_recovery_key("\n".join(wrong))


@given(st.text(max_size=300))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(RecoveryKeyError):
        decode_recovery_key(text)


def test_not_while_the_database_key_is_being_changed() -> None:
    with pytest.raises(RecoveryKeyError, match="being changed"):
        encode_recovery_key(RECORD.with_pending_database_key())

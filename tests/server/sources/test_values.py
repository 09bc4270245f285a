from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.sources import values

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HASH = "c12fe1c06bba254a9dc9f519b335aa7c1367a88a"

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def nothing(*values: object) -> list[tuple[object, None]]:
    return [(value, None) for value in values]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *[(7, 7), ("7", 7), (" 7 ", 7), ("1,234", 1234), ("1,234,567", 1234567), (3.0, 3), ("3.0", 3), (0, 0)],
        *nothing("n/a", "", "-", None, -1, "-1", 1.5, "1,23", "1e5", "٣", "9" * 50),
        *nothing(10**16, float("inf"), float("nan"), [], {}, b"7", "0x10", "7 seeders"),
    ],
)
def test_whole_numbers(value: object, expected: int | None) -> None:
    assert values.whole(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(120, 120), ("2", 2), (0, 0), (1, None), ("999", None), ("n/a", None)])
def test_placeholders_for_seeders_are_unknown(value: object, expected: int | None) -> None:
    assert values.seeders(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *[("1.88 GB", 2018634629), ("700 MB", 734003200), ("1,024 KB", 1 << 20), ("2GiB", 2 << 30), ("5 TB", 5 << 40)],
        *[("12345", 12345), (12345, 12345), ("512 bytes", 512), ("1.5gb", 3 << 29)],
        *nothing(0, "0", "0 GB", "big", "", None, "-1 GB", "1 PB", "GB", "1.2.3 GB", [], 10**16),
    ],
)
def test_sizes_count_in_units_of_1024(value: object, expected: int | None) -> None:
    assert values.size(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        *[1495332829, "1495332829", 1495332829.0, 1495332829000, "2017-05-21 02:13:49 +0000", "2017-05-21T02:13:49Z"],
        *["Sun, 21 May 2017 02:13:49 +0000", "Sun, 21 May 2017 04:13:49 +0200", "2017-05-21 02:13:49"],
    ],
)
def test_moments(value: object) -> None:
    assert values.moment(value, NOW) == datetime(2017, 5, 21, 2, 13, 49, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        0,
        "",
        None,
        "yesterday",
        -5,
        -62_135_596_801,
        10**11 - 1,
        "2027-01-01",
        "1970-01-01",
        10**14,
        True,
        [],
        "0001-01-01T00:00:00+23:59",
    ],
)
def test_moments_that_make_no_sense(value: object) -> None:
    assert values.moment(value, NOW) is None


@pytest.mark.parametrize("value", ["tt0032138", "TT32138", "32138", 32138, " 0032138 ", "tt00000032138"])
def test_imdb_ids(value: object) -> None:
    assert values.imdb_id(value) == "tt0032138"


@pytest.mark.parametrize("value", ["0", 0, "tt0", "", None, "nm0032138", True, 3.2, "tt" + "9" * 20, "tt٣"])
def test_what_is_no_imdb_id(value: object) -> None:
    assert values.imdb_id(value) is None


@pytest.mark.parametrize("value", [HASH, HASH.upper(), "YEX6DQDLXISUVHOJ6UM3GNNKPQJWPKEK", f" {HASH}"])
def test_info_hashes(value: object) -> None:
    assert values.info_hash(value) == HASH


@pytest.mark.parametrize("value", ["0" * 40, HASH[:-1], "", None, 7, HASH.encode(), "z" * 40])
def test_what_is_no_info_hash(value: object) -> None:
    assert values.info_hash(value) is None


def test_texts() -> None:
    assert values.text(" a\tb\0c\n") == "a b c"
    assert values.text("x" * 600) == "x" * 500
    assert values.text("a\ud800b") == "a b"
    assert values.text(7) == ""


@given(anything)
def test_nothing_makes_them_stumble(value: Any) -> None:
    number = values.whole(value)
    assert number is None or 0 <= number <= 10**15
    assert values.seeders(value) not in {1, 999}
    size = values.size(value)
    assert size is None or 0 < size <= 10**15
    moment = values.moment(value, NOW)
    assert moment is None or moment.tzinfo is UTC
    assert values.text(value).isprintable()
    values.imdb_id(value)
    values.info_hash(value)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formatting import count, fraction, rate, share, size


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_951, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_440_000, "1.4 MB"),
        (38_000_000_000, "38 GB"),
        (5_000_000_000_000, "5.0 TB"),
    ],
)
def test_sizes(number: int, text: str) -> None:
    assert size(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 kB/s"), (-5, "0 kB/s"), (400, "0.4 kB/s"), (3_200_000, "3.2 MB/s"), (120_000, "120 kB/s")],
)
def test_rates(number: int, text: str) -> None:
    assert rate(number) == text


@pytest.mark.parametrize(
    ("part", "text"), [(0.0, "0 %"), (0.42, "42 %"), (0.999, "99 %"), (1.0, "100 %"), (1.7, "100 %")]
)
def test_shares_say_100_only_when_all_is_there(part: float, text: str) -> None:
    assert share(part) == text


def test_counts() -> None:
    assert count(1, "stream") == "1 stream"
    assert count(0, "stream") == "0 streams"
    assert count(2, "entry", "entries") == "2 entries"


def test_an_empty_whole_has_no_parts() -> None:
    assert fraction(5, 0) == 0.0
    assert fraction(1, 4) == 0.25
    assert fraction(9, 4) == 1.0


@given(st.integers(min_value=0, max_value=999 * 10**15))
def test_a_size_is_short_and_near_the_number(number: int) -> None:
    figure, unit = size(number).split(" ")
    scale = {"byte": 1, "bytes": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "PB": 10**15}[unit]
    assert len(figure) <= 4
    assert abs(float(figure) * scale - number) <= max(0.051 * number, 0)
    assert float(figure) < 1000

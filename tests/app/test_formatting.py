from __future__ import annotations

import pytest

from app.formatting import rate, share, size


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

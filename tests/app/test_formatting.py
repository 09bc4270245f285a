from __future__ import annotations

import pytest

from app.formatting import rate, share, size


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1_023, "1023 bytes"),
        (1_024, "1.0 KiB"),
        (10_188, "9.9 KiB"),
        (10_189, "10 KiB"),
        (1_048_063, "1023 KiB"),
        (1_048_064, "1.0 MiB"),
        (1_510_000, "1.4 MiB"),
        (50 << 30, "50 GiB"),
        (5 << 40, "5.0 TiB"),
    ],
)
def test_sizes(number: int, text: str) -> None:
    assert size(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 KiB/s"), (-5, "0 KiB/s"), (400, "0.4 KiB/s"), (3_400_000, "3.2 MiB/s"), (120 << 10, "120 KiB/s")],
)
def test_rates(number: int, text: str) -> None:
    assert rate(number) == text


@pytest.mark.parametrize(
    ("part", "text"), [(0.0, "0 %"), (0.42, "42 %"), (0.999, "99 %"), (1.0, "100 %"), (1.7, "100 %")]
)
def test_shares_say_100_only_when_all_is_there(part: float, text: str) -> None:
    assert share(part) == text

"""Sizes, rates and shares as people of this language read them: in steps of 1024, a dozen characters at most."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from app.language import tr

_UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB")
_STEP = 1024
_ONE_DECIMAL_BELOW = 9.95  # what would round to 10.0 is written as 10


def size(count: int) -> str:
    """Write a number of bytes: ``512 bytes``, ``1.4 MiB``, ``38 GiB``."""
    if abs(count) < _STEP:
        return tr("%n byte(s)", "", count)
    return _scaled(count)


def rate(bytes_per_second: int) -> str:
    """Write bytes per second: ``0 KiB/s``, ``0.4 KiB/s``, ``3.2 MiB/s``."""
    return f"{_scaled(max(bytes_per_second, 0))}/s"


def share(part: float) -> str:
    """Write a part of a whole, 0 to 1, as ``42 %``; 100 % means all of it, never nearly all."""
    percent = int(min(max(part, 0.0), 1.0) * 100)
    return f"{percent} %"


def fraction(part: int, whole: int) -> float:
    """Divide to a number from 0 to 1; an empty whole gives 0."""
    return min(max(part / whole, 0.0), 1.0) if whole > 0 else 0.0


def _scaled(number: int) -> str:
    value = number / _STEP
    for unit in _UNITS[:-1]:
        if value < _STEP - 0.5:
            return f"{_digits(value)} {unit}"
        value /= _STEP
    return f"{_digits(value)} {_UNITS[-1]}"


def _digits(value: float) -> str:
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)  # 1.023 KiB reads as 1 KiB and a bit
    return locale.toString(value, "f", 1 if 0 < value < _ONE_DECIMAL_BELOW else 0)

"""Cleans what providers write in place of numbers, moments and ids: pure, no I/O. What makes no sense is None."""

from __future__ import annotations

import email.utils
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Final

from server.vault.info_hash import normalise

_LARGEST: Final = 10**15
_PLACEHOLDERS: Final = frozenset({1, 999})
"""Seeders that servers write when they don't know."""

_NUMBER: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?|[+-]?\d+(\.\d+)?", re.ASCII)
_SIZE: Final = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*([kmgt]?)i?b(?:ytes?)?", re.ASCII | re.IGNORECASE)
_UNITS: Final = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}
_IMDB: Final = re.compile(r"(?:tt)?0*(\d{1,10})", re.ASCII | re.IGNORECASE)
_FIRST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD: Final = timedelta(days=1)
_MILLISECONDS_FROM: Final = 10**11
_PEOPLE_LIMIT: Final = 10**8


def number(value: object) -> float | None:
    """Return a number that came as one or as text: ``"1,234"``; None for ``"n/a"``, ``""`` and what is absurd."""
    if isinstance(value, str):
        text = value.strip()
        if len(text) > 40 or not _NUMBER.fullmatch(text):  # noqa: PLR2004 - digits
            return None
        value = float(text.replace(",", ""))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= _LARGEST and math.isfinite(value) else None


def whole(value: object, *, most: int = _LARGEST) -> int | None:
    """Return a whole number from 0 to ``most``; None for anything else."""
    found = number(value)
    return int(found) if found is not None and found.is_integer() and 0 <= found <= most else None


def people(value: object) -> int | None:
    """Return a number of leechers or peers."""
    return whole(value, most=_PEOPLE_LIMIT)


def seeders(value: object) -> int | None:
    """Return a number of seeders; what servers write when they don't know is None."""
    found = people(value)
    return None if found in _PLACEHOLDERS else found


def size(value: object) -> int | None:
    """Return bytes of a number of them or of a text such as ``"1.88 GB"``, whose units are of 1024; None for none."""
    if isinstance(value, str) and (found := _SIZE.fullmatch(value.strip()[:40])):
        amount = number(found[1])
        value = None if amount is None else round(amount * (1 << _UNITS[found[2].lower()]))
    return whole(value) or None


def moment(value: object, now: datetime | None = None) -> datetime | None:
    """Return a moment in UTC of seconds since 1970, ISO 8601 or an RFC 2822 date; None outside of what is sensible."""
    found = _from_text(value.strip()[:60]) if isinstance(value, str) else None
    if found is None and (seconds := number(value)) is not None:
        if seconds >= _MILLISECONDS_FROM:
            seconds /= 1000
        if 0 <= seconds < _MILLISECONDS_FROM:
            found = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    latest = (now or datetime.now(UTC)) + _AHEAD
    return found if found is not None and _FIRST <= found <= latest else None


def imdb_id(value: object) -> str | None:
    """Return ``tt`` and at least seven digits of ``"tt32138"``, ``"0032138"`` or 32138; None for 0 and all else."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    found = _IMDB.fullmatch(text)
    return f"tt{found[1].zfill(7)}" if found and int(found[1]) else None


def info_hash(value: object) -> str | None:
    """Return an info hash in lower-case hexadecimal; None for what is none, or nothing but zeros."""
    if not isinstance(value, str):
        return None
    try:
        found = normalise(value)
    except ValueError:
        return None
    return found if found.strip("0") else None


def text(value: object, limit: int = 500) -> str:
    """Return a text without control characters and blanks around it; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    cleaned = "".join(letter if letter.isprintable() else " " for letter in value[: 2 * limit])
    return cleaned.strip()[:limit].rstrip()


def _from_text(written: str) -> datetime | None:
    for read in (datetime.fromisoformat, email.utils.parsedate_to_datetime):
        try:
            found = read(written)
        except (ValueError, IndexError, OverflowError):
            continue
        try:
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
    return None

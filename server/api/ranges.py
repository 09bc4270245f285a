"""Range and precondition headers (RFC 9110): pure, no I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass

from server.errors import RangeNotSatisfiableError

_UNIT = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(.*)", re.DOTALL)
_SPEC = re.compile(r"([0-9]+)-([0-9]*)|-([0-9]+)")
_BLANKS = " \t"
_MAX_DIGITS = 18  # beyond any file's size; longer numbers are cut to one that still is


@dataclass(frozen=True, slots=True)
class ByteRange:
    """The bytes from ``start`` to before ``stop``."""

    start: int
    stop: int

    def content_range(self, total: int) -> str:
        """Return the Content-Range header of a part of a file of ``total`` bytes."""
        return f"bytes {self.start}-{self.stop - 1}/{total}"


def parse_range(header: str | None, total: int) -> ByteRange | None:
    """Return the part that a Range header asks of a file of ``total`` bytes, or None for the whole.

    Several ranges at once and other units than bytes are answered with the whole. Raises RangeNotSatisfiableError for a
    malformed header and for a range that lies outside of the file.
    """
    if header is None:
        return None
    match = _UNIT.fullmatch(header.strip(_BLANKS))
    if match is None:
        raise RangeNotSatisfiableError(total)
    if match[1].lower() != "bytes":
        return None
    specs = [spec for spec in (part.strip(_BLANKS) for part in match[2].split(",")) if spec]
    matches = [_SPEC.fullmatch(spec) for spec in specs]
    if not specs or not all(matches) or not all(_ordered(spec) for spec in matches if spec):
        raise RangeNotSatisfiableError(total)
    if len(specs) > 1:
        return None
    return _resolve(matches[0], total)


def same_entity(header: str | None, etag: str) -> bool:
    """Whether an If-Range header allows to send a part: it is absent or names this very, strong ETag."""
    return header is None or header.strip(_BLANKS) == etag


def not_modified(header: str | None, etag: str) -> bool:
    """Whether an If-None-Match header says that the client has this entity already."""
    if header is None:
        return False
    names = {name.strip(_BLANKS).removeprefix("W/") for name in header.split(",")}
    return bool({"*", etag} & names)


def _ordered(spec: re.Match[str]) -> bool:
    """Whether a range's end, if it names one, is not before its start."""
    first, last, _ = spec.groups()
    return not (first and last) or _rank(first) <= _rank(last)


def _rank(digits: str) -> tuple[int, str]:
    """Return what numbers of any length are compared by."""
    significant = digits.lstrip("0")
    return len(significant), significant


def _resolve(spec: re.Match[str] | None, total: int) -> ByteRange:
    first, last, suffix = spec.groups() if spec else (None, None, None)
    if suffix is not None:
        start, stop = max(0, total - _number(suffix)), total
    else:
        start, stop = _number(first or "0"), min(total, _number(last) + 1 if last else total)
    if start >= stop:
        raise RangeNotSatisfiableError(total)
    return ByteRange(start, stop)


def _number(digits: str) -> int:
    """Read a number of any length; one too long for any file becomes the largest that is not."""
    significant = digits.lstrip("0")
    return int(significant or "0") if len(significant) <= _MAX_DIGITS else int("9" * _MAX_DIGITS)

"""Rows of answers become releases, and those that can't be read are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from server.sources.provider import Release


def readable(rows: Iterable[Any], read: Callable[[Any], Release | None]) -> tuple[list[Release], int]:
    """Return the releases that ``read`` makes of rows, and how many raised ValueError; None is a row not wanted."""
    releases: list[Release] = []
    dropped = 0
    for row in rows:
        try:
            release = read(row)
        except ValueError:  # which msgspec's own error is too
            dropped += 1
        else:
            releases += [release] if release else []
    return releases, dropped

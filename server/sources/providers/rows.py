"""Rows of answers become releases, and those that can't be read are counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from server.sources.provider import Release

T = TypeVar("T")

Finish = Callable[[Release], Release | None]
"""Completes a release by its name; None for one that is not wanted."""


async def off_loop(work: Callable[[], T]) -> T:
    """Return what ``work`` returns; it runs on a thread, since names are slow to read and streams can't wait."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


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

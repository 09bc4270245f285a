"""Which sources gave nothing when they were last tried: others go before them for a while. In memory only, no I/O."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from server.models import SourceId

COUNTS_FOR: Final = 600.0
"""Seconds; a swarm may be back by then, and perhaps the line at home was down and not the swarm."""


class Silences:
    """Remembers silent sources. May be asked whether a source is ``in`` it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` gives seconds."""
        self._clock = clock
        self._until: dict[SourceId, float] = {}

    def note(self, source_id: SourceId) -> None:
        """Take note that nobody sent the source within anybody's patience."""
        now = self._clock()
        self._until = {known: until for known, until in self._until.items() if until > now}
        self._until[source_id] = now + COUNTS_FOR

    def heard(self, source_id: SourceId) -> None:
        """Take note that it was sent."""
        self._until.pop(source_id, None)

    def __contains__(self, source_id: object) -> bool:
        """Whether the source was silent a moment ago."""
        return isinstance(source_id, str) and self._until.get(SourceId(source_id), 0.0) > self._clock()

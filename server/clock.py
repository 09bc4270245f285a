"""What time it is, as a parameter: tests turn the clock, the server reads the machine's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present moment as an aware time in UTC."""


def utc_now() -> datetime:
    """Return the machine's present time, aware, in UTC."""
    return datetime.now(UTC)

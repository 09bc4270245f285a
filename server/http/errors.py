"""Why a server could not be asked. The texts are for people: they name the host, never an address with a key in it."""

from __future__ import annotations

from datetime import datetime


class HttpError(Exception):
    """Root of the tree."""


class HostUnreachableError(HttpError):
    """No connection, a time-out, 5xx, or something that is not HTTP; may be tried again."""

    def __init__(self, text: str, *, answered: bool = False, retry_after: float | None = None) -> None:
        """``answered``: the host was there, but with 5xx. ``retry_after``: seconds, where it says so."""
        super().__init__(text)
        self.answered = answered
        self.retry_after = retry_after


class AddressRefusedError(HttpError):
    """The way leads to an address that may not be reached: a private one, or no http."""


class HostBlockedError(HttpError):
    """The host turned us away: a challenge page, 403 or 429."""

    def __init__(self, text: str, retry_after: float | None = None) -> None:
        """``retry_after``: seconds, where it says so."""
        super().__init__(text)
        self.retry_after = retry_after


class HostRestingError(HttpError):
    """The host failed lately and is left alone for a while."""

    def __init__(self, text: str, retry_at: datetime) -> None:
        """``retry_at``: when it may be asked again."""
        super().__init__(text)
        self.retry_at = retry_at

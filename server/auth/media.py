"""Passes to one video: what players are given that can send neither a header nor a cookie."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from server.auth.sessions import Sessions
from server.auth.tokens import MEDIA_LIFETIME, MediaTokens
from server.clock import Clock
from server.errors import UnauthorizedError
from server.models import Device, SourceId


@dataclass(frozen=True, slots=True)
class MediaPass:
    """A token for one source, and when it expires."""

    token: str = field(repr=False)
    expires_at: datetime


class MediaPasses:
    """Gives passes out and takes them at the door; they die with the device they were given to."""

    def __init__(self, sessions: Sessions, tokens: MediaTokens, clock: Clock) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._clock = clock

    def issue(self, device: Device, source_id: SourceId) -> MediaPass:
        """Return a pass to the source's video."""
        now = self._clock().replace(microsecond=0)  # as exact as the token
        return MediaPass(self._tokens.issue(device, source_id, now), now + MEDIA_LIFETIME)

    async def authenticate(self, token: str, source_id: str) -> Device:
        """Return the device that the pass to this source was given to.

        Raises UnauthorizedError, also for a pass to another source, or its leaf TokenExpiredError.
        """
        claims = self._tokens.verify(token, self._clock())
        if claims.source_id != source_id:
            raise UnauthorizedError("This address is for another video.")
        return await self._sessions.recognise(claims.device_id, claims.generation)

"""Signed statements: an access token says which device asks, a media token which device may fetch which video."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from server.errors import TokenExpiredError, UnauthorizedError
from server.models import Device, DeviceId, Scope, SourceId

LIFETIME = timedelta(minutes=15)
MEDIA_LIFETIME = timedelta(hours=12)

_ALGORITHM = "HS256"
_ISSUER = "miauflix"
_CLAIMS = ("iss", "aud", "sub", "jti", "iat", "exp", "gen")
_MAX_LENGTH = 1024
"""Tokens made here have about 350 characters; longer ones are not parsed at all."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a genuine access token says."""

    device_id: DeviceId
    generation: int
    scope: Scope


@dataclass(frozen=True, slots=True)
class MediaClaims:
    """What a genuine media token says."""

    device_id: DeviceId
    generation: int
    source_id: SourceId


class _Signer:
    """Makes and checks JWTs for one audience, signed with HS256 and nothing else."""

    def __init__(
        self, key: bytes, audience: str, lifetime: timedelta, *, name: str, way_out: str, claims: tuple[str, ...]
    ) -> None:
        """Take a secret key of at least 32 bytes; ``claims`` are required beside the usual ones."""
        if len(key) < 32:  # noqa: PLR2004 - RFC 7518, 3.2: as long as the hash's output
            raise ValueError(f"The key for {name}s is too short.")
        self._key = key
        self._audience = audience
        self._lifetime = lifetime
        self._name = name
        self._way_out = way_out
        self._claims = _CLAIMS + claims

    def sign(self, device: Device, now: datetime, claims: Mapping[str, str]) -> str:
        """Return a token that stands for ``device`` during the lifetime, with ``claims`` added."""
        usual = {
            "iss": _ISSUER,
            "aud": self._audience,
            "sub": device.id,
            "jti": str(uuid.uuid4()),
            "iat": int(now.timestamp()),
            "exp": int((now + self._lifetime).timestamp()),
            "gen": device.generation,
        }
        return jwt.encode({**usual, **claims}, self._key, algorithm=_ALGORITHM)

    def check(self, token: str, now: datetime) -> tuple[DeviceId, int, Mapping[str, Any]]:
        """Return device, generation and all claims of a genuine token.

        Raises TokenExpiredError for one that is too old, UnauthorizedError for anything else.
        """
        claims = self._decode(token)
        try:
            expires_at = datetime.fromtimestamp(claims["exp"], UTC)
            generation = int(claims["gen"])
        except (ValueError, TypeError, OverflowError, OSError) as error:
            raise self.refusal() from error
        if now >= expires_at:
            raise TokenExpiredError(f"The {self._name} has expired: {self._way_out}.")
        return DeviceId(claims["sub"]), generation, claims

    def refusal(self) -> UnauthorizedError:
        """Return the error for what is no genuine token."""
        return UnauthorizedError(f"The {self._name} is not valid.")

    def _decode(self, token: str) -> dict[str, Any]:
        if len(token) > _MAX_LENGTH:
            raise self.refusal()
        try:
            return jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=self._audience,
                issuer=_ISSUER,
                # Time is checked against the clock that was passed in.
                options={"require": list(self._claims), "verify_exp": False, "verify_iat": False},
            )
        except (jwt.InvalidTokenError, UnicodeError, RecursionError) as error:
            raise self.refusal() from error


class AccessTokens:
    """Short-lived tokens for all calls: of which device, under which generation of its permission."""

    def __init__(self, key: bytes) -> None:
        """Take a secret key of at least 32 bytes."""
        self._signer = _Signer(
            key, "api", LIFETIME, name="access token", way_out="use the refresh token", claims=("scope",)
        )

    def issue(self, device: Device, now: datetime) -> str:
        """Return a token that stands for ``device`` during LIFETIME."""
        return self._signer.sign(device, now, {"scope": device.scope.value})

    def verify(self, token: str, now: datetime) -> Claims:
        """Return what the token says.

        Raises TokenExpiredError for a genuine one that is too old, UnauthorizedError for anything else.
        """
        device_id, generation, claims = self._signer.check(token, now)
        try:
            return Claims(device_id, generation, Scope(claims["scope"]))
        except ValueError as error:
            raise self._signer.refusal() from error


class MediaTokens:
    """Tokens that go into a URL, for players that can send no header: good for the bytes of one source only."""

    def __init__(self, key: bytes) -> None:
        """Take a secret key of at least 32 bytes, another than that of the access tokens."""
        self._signer = _Signer(
            key, "media", MEDIA_LIFETIME, name="media token", way_out="ask for another address", claims=("src",)
        )

    def issue(self, device: Device, source_id: SourceId, now: datetime) -> str:
        """Return a token with which ``device`` fetches the source's video during MEDIA_LIFETIME."""
        return self._signer.sign(device, now, {"src": source_id})

    def verify(self, token: str, now: datetime) -> MediaClaims:
        """Return what the token says.

        Raises TokenExpiredError for a genuine one that is too old, UnauthorizedError for anything else.
        """
        device_id, generation, claims = self._signer.check(token, now)
        return MediaClaims(device_id, generation, SourceId(str(claims["src"])))

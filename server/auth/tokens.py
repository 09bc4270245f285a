"""Access tokens: short-lived signed statements of which device asks, under which generation of its permission."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from server.errors import TokenExpiredError, UnauthorizedError
from server.models import Device, DeviceId, Scope

LIFETIME = timedelta(minutes=15)

_ALGORITHM = "HS256"
_ISSUER = "miauflix"
_AUDIENCE = "api"
_CLAIMS = ("iss", "aud", "sub", "jti", "iat", "exp", "gen", "scope")
_MAX_LENGTH = 1024
"""Tokens made here have about 350 characters; longer ones are not parsed at all."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a genuine token says."""

    device_id: DeviceId
    generation: int
    scope: Scope


class AccessTokens:
    """Makes and checks JWTs, signed with HS256 and nothing else."""

    def __init__(self, key: bytes) -> None:
        """Take a secret key of at least 32 bytes."""
        if len(key) < 32:  # noqa: PLR2004 - RFC 7518, 3.2: as long as the hash's output
            raise ValueError("The key for access tokens is too short.")
        self._key = key

    def issue(self, device: Device, now: datetime) -> str:
        """Return a token that stands for ``device`` during LIFETIME."""
        claims = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": device.id,
            "jti": str(uuid.uuid4()),
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "gen": device.generation,
            "scope": device.scope.value,
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def verify(self, token: str, now: datetime) -> Claims:
        """Return what the token says.

        Raises TokenExpiredError for a genuine one that is too old, UnauthorizedError for anything else.
        """
        claims = self._decode(token)
        try:
            expires_at = datetime.fromtimestamp(claims["exp"], UTC)
            result = Claims(DeviceId(claims["sub"]), int(claims["gen"]), Scope(claims["scope"]))
        except (ValueError, TypeError, OverflowError, OSError) as error:
            raise UnauthorizedError("The access token is not valid.") from error
        if now >= expires_at:
            raise TokenExpiredError("The access token has expired: use the refresh token.")
        return result

    def _decode(self, token: str) -> dict[str, Any]:
        if len(token) > _MAX_LENGTH:
            raise UnauthorizedError("The access token is not valid.")
        try:
            return jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                issuer=_ISSUER,
                # Time is checked against the clock that was passed in.
                options={"require": list(_CLAIMS), "verify_exp": False, "verify_iat": False},
            )
        except (jwt.InvalidTokenError, UnicodeError, RecursionError) as error:
            raise UnauthorizedError("The access token is not valid.") from error

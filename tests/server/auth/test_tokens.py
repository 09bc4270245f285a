from __future__ import annotations

import base64
import json
import uuid
from typing import Any

import jwt
import pytest
from fakes.clock import FakeClock
from hypothesis import given
from hypothesis import strategies as st

from server.auth.tokens import LIFETIME, AccessTokens
from server.errors import TokenExpiredError, UnauthorizedError
from server.models import Device, DeviceId, Scope

KEY = bytes(range(32))
CLOCK = FakeClock()
DEVICE = Device(DeviceId(str(uuid.uuid4())), "TV", Scope.VIEWER, CLOCK.now, generation=3)


def claims(**changes: Any) -> dict[str, Any]:
    """Return the claims of a genuine token, changed; a change to None leaves the claim out."""
    genuine = jwt.decode(AccessTokens(KEY).issue(DEVICE, CLOCK.now), options={"verify_signature": False})
    return {name: value for name, value in (genuine | changes).items() if value is not None}


def test_a_token_says_which_device_under_which_generation() -> None:
    tokens = AccessTokens(KEY)
    said = tokens.verify(tokens.issue(DEVICE, CLOCK.now), CLOCK.now)
    assert (said.device_id, said.generation, said.scope) == (DEVICE.id, 3, Scope.VIEWER)


def test_no_two_tokens_are_equal() -> None:
    tokens = AccessTokens(KEY)
    assert tokens.issue(DEVICE, CLOCK.now) != tokens.issue(DEVICE, CLOCK.now)


def test_it_expires_on_the_second() -> None:
    tokens = AccessTokens(KEY)
    token = tokens.issue(DEVICE, CLOCK.now)
    tokens.verify(token, CLOCK.now + LIFETIME * 0.999)
    with pytest.raises(TokenExpiredError):
        tokens.verify(token, CLOCK.now + LIFETIME)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody"},
        {"aud": "media"},
        {"gen": "many"},
        {"gen": [1]},
        {"scope": "root"},
        {"exp": "never"},
        {"exp": 10**30},
        {"exp": float("inf")},
        {"sub": 7},
        *({name: None} for name in ("iss", "aud", "sub", "jti", "iat", "exp", "gen", "scope")),
    ],
    ids=str,
)
def test_claims_that_are_wrong_or_missing_are_refused(changes: dict[str, Any]) -> None:
    token = jwt.encode(claims(**changes) if changes != {"sub": 7} else claims() | changes, KEY, algorithm="HS256")
    with pytest.raises(UnauthorizedError):
        AccessTokens(KEY).verify(token, CLOCK.now)


def test_another_key_is_refused() -> None:
    token = AccessTokens(bytes(32)).issue(DEVICE, CLOCK.now)
    with pytest.raises(UnauthorizedError):
        AccessTokens(KEY).verify(token, CLOCK.now)


@pytest.mark.parametrize("algorithm", ["none", "HS384", "HS512"])
def test_the_algorithm_is_pinned(algorithm: str) -> None:
    key: Any = None if algorithm == "none" else KEY * 2
    token = jwt.encode(claims(), key, algorithm=algorithm)
    with pytest.raises(UnauthorizedError):
        AccessTokens(KEY * 2).verify(token, CLOCK.now)


def test_every_changed_character_is_noticed() -> None:
    tokens = AccessTokens(KEY)
    header, payload, signature = tokens.issue(DEVICE, CLOCK.now).split(".")
    forged = json.loads(base64.urlsafe_b64decode(payload + "==")) | {"scope": "admin"}
    payload = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
    with pytest.raises(UnauthorizedError):
        tokens.verify(f"{header}.{payload}.{signature}", CLOCK.now)


@given(st.text() | st.from_regex(r"[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,40}", fullmatch=True))
def test_anything_else_is_refused_without_another_error(token: str) -> None:
    with pytest.raises(UnauthorizedError):
        AccessTokens(KEY).verify(token, CLOCK.now)


@pytest.mark.parametrize("depth", [100, 500, 100_000])
def test_deep_json_in_the_header_is_refused(depth: int) -> None:
    header = base64.urlsafe_b64encode(b"[" * depth).decode().rstrip("=")
    with pytest.raises(UnauthorizedError):
        AccessTokens(KEY).verify(f"{header}.e30.AAAA", CLOCK.now)


def test_short_keys_are_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        AccessTokens(b"secret")

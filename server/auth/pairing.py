"""Pairing: a device asks with a secret, shows a short code, and is let in once a person approved that code.

After RFC 8628. Nobody types the secret, and approving happens on the machine itself: guessing codes gains nothing.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from server.auth.sessions import Sessions, TokenPair, hash_secret
from server.auth.stores import PairingStore
from server.clock import Clock
from server.errors import (
    AccessDeniedError,
    AuthorizationPendingError,
    InvalidGrantError,
    PairingExpiredError,
    PairingNotFoundError,
    SlowDownError,
    TooManyPairingsError,
)
from server.events import PairingRequested, Publish
from server.models import Pairing, PairingState, Scope

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No I, O, 0 or 1: they look alike on a TV."""

_CODE_LENGTH = 4
_LIFETIME = timedelta(minutes=5)
_LINK_LIFETIME = timedelta(minutes=10)
_MAX_PENDING = 5
_STARTS_PER_ADDRESS = 5
_STARTS_WINDOW = timedelta(minutes=1)
_INTERVAL = timedelta(seconds=2)
_SHORTEST_INTERVAL = timedelta(seconds=1)
_REMEMBERED = timedelta(hours=1)
"""How long an expired pairing is answered as expired instead of as unknown."""


@dataclass(frozen=True, slots=True)
class StartedPairing:
    """What a device that asks to come in is given. Times in seconds."""

    device_code: str = field(repr=False)
    user_code: str
    expires_in: int = int(_LIFETIME.total_seconds())
    interval: int = int(_INTERVAL.total_seconds())


class PairingDesk:
    """Where devices ask to come in and people let them."""

    def __init__(self, pairings: PairingStore, sessions: Sessions, publish: Publish, clock: Clock) -> None:
        self._pairings = pairings
        self._sessions = sessions
        self._publish = publish
        self._clock = clock
        self._opening = asyncio.Lock()
        self._starts: dict[str, deque[datetime]] = {}
        self._polls: dict[bytes, datetime] = {}

    async def begin(self, name: str, address: str) -> StartedPairing:
        """Start a pairing for the device at ``address``; one it started before gives way.

        Raises TooManyPairingsError when the address asks too often or too many devices wait.
        """
        now = self._clock()
        self._limit_starts(address, now)
        async with self._opening:
            await self._pairings.purge(now - _REMEMBERED)
            waiting = await self._give_way(address, now)
            if len(waiting) >= _MAX_PENDING:
                raise TooManyPairingsError(
                    "Too many devices wait for approval. Approve or deny them, or wait 5 minutes."
                )
            started = StartedPairing(secrets.token_urlsafe(32), _new_code({pairing.user_code for pairing in waiting}))
            await self._pairings.add(
                hash_secret(started.device_code), started.user_code, name, address, now, now + _LIFETIME, approved=False
            )
        self._publish(PairingRequested(started.user_code, name, address))
        return started

    async def poll(self, device_code: str) -> TokenPair:
        """Return the tokens of an approved pairing, once.

        Raises AuthorizationPendingError, SlowDownError, AccessDeniedError, PairingExpiredError or InvalidGrantError.
        """
        key = hash_secret(device_code)
        pairing = await self._pairings.find(key)
        if pairing is None:
            raise InvalidGrantError("This code is not known, or was used already.")
        now = self._clock()
        if now >= pairing.expires_at:
            raise PairingExpiredError("The code was not approved in time: ask for another one.")
        match pairing.state:
            case PairingState.DENIED:
                raise AccessDeniedError("The request was denied on the computer that runs Miauflix.")
            case PairingState.PENDING:
                self._pace(key, now)
                raise AuthorizationPendingError("Approve the code on the computer that runs Miauflix.")
            case PairingState.APPROVED:
                return await self._let_in(key)

    async def approve(self, user_code: str) -> None:
        """Let in the device that shows ``user_code``, in either case. Raises PairingNotFoundError."""
        await self._pairings.approve(await self._pending_code(user_code))

    async def deny(self, user_code: str) -> None:
        """Turn away the device that shows ``user_code``. Raises PairingNotFoundError."""
        await self._pairings.deny(await self._pending_code(user_code))

    async def pending(self) -> Sequence[Pairing]:
        """Return the devices that wait for an answer."""
        return await self._pairings.pending(self._clock())

    async def link_secret(self, name: str = "Browser") -> str:
        """Return a device code that is approved already, good once and for ten minutes."""
        secret = secrets.token_urlsafe(32)
        now = self._clock()
        await self._pairings.add(hash_secret(secret), None, name, "", now, now + _LINK_LIFETIME, approved=True)
        return secret

    async def _let_in(self, key: bytes) -> TokenPair:
        self._polls.pop(key, None)
        pairing = await self._pairings.take(key)
        if pairing is None:
            raise InvalidGrantError("This code was used already.")
        _, tokens = await self._sessions.add_device(pairing.device_name, Scope.VIEWER)
        return tokens

    async def _give_way(self, address: str, now: datetime) -> list[Pairing]:
        """Deny what ``address`` asked before (a page that was loaded again) and return who else waits."""
        others = []
        for pairing in await self._pairings.pending(now):
            if pairing.address != address:
                others.append(pairing)
                continue
            with suppress(PairingNotFoundError):  # answered this very moment
                await self._pairings.deny(pairing.user_code)
        return others

    async def _pending_code(self, user_code: str) -> str:
        code = "".join(user_code.split()).replace("-", "").upper()
        if code not in {pairing.user_code for pairing in await self.pending()}:
            raise PairingNotFoundError("No device waits under this code. Codes are good for 5 minutes.")
        return code

    def _limit_starts(self, address: str, now: datetime) -> None:
        for known in [known for known, starts in self._starts.items() if now - starts[-1] >= _STARTS_WINDOW]:
            del self._starts[known]
        starts = self._starts.setdefault(address, deque(maxlen=_STARTS_PER_ADDRESS))
        if len(starts) == _STARTS_PER_ADDRESS and now - starts[0] < _STARTS_WINDOW:
            raise TooManyPairingsError("This device asked too often: wait a minute.")
        starts.append(now)

    def _pace(self, key: bytes, now: datetime) -> None:
        for old in [old for old, at in self._polls.items() if now - at >= _LIFETIME]:
            del self._polls[old]
        last = self._polls.get(key)
        self._polls[key] = now
        if last is not None and now - last < _SHORTEST_INTERVAL:
            raise SlowDownError("Wait at least two seconds between two questions.")


def _new_code(taken: set[str]) -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(_CODE_LENGTH))
        if code not in taken:
            return code

"""Asks servers again and again without being a nuisance: at a pace, with few retries, and not while they rest."""

from __future__ import annotations

import email.utils
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Protocol

import aiolimiter
import stamina
from yarl import URL

from server.clock import Clock, utc_now
from server.errors import DomainError
from server.http.addresses import is_local_host
from server.http.breaker import Breaker
from server.http.client import DEFAULT_SECONDS, MAX_BODY, MAX_REDIRECTS, HttpClient, HttpReply
from server.http.errors import AddressRefusedError, HostBlockedError, HostRestingError, HostUnreachableError
from server.models import HostRest

_log = logging.getLogger(__name__)

_ATTEMPTS: Final = 3
_LONGEST_RETRY_AFTER: Final = 5.0
"""Seconds; a host that wants to be left alone for longer is not waited for."""
_SERVER_ERROR: Final = 500
_CHALLENGES: Final = (b"<title>just a moment", b"cf-chl-", b"challenge-platform", b"ddos-guard", b"ddos protection by")
_CHALLENGE_WITHIN: Final = 20_000
"""Bytes of a page in which a challenge shows."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many requests a host gets in how many seconds."""

    requests: float = 5
    seconds: float = 1


@dataclass(frozen=True, slots=True)
class Service:
    """A server, and how it is to be asked."""

    url: str = field(repr=False)
    """Its base URL, without a slash at the end."""
    typed: bool = False
    """Whether the user entered the URL: it may then be of the own network."""
    seconds: float = DEFAULT_SECONDS
    """Longest wait for one answer."""
    pace: Pace = Pace()
    turns_away_with: frozenset[int] = frozenset({403, 429})
    """Statuses that mean that we are not welcome for now."""
    key: str = ""
    """Tells apart services of one host that fail and rest each by itself: the indexers of one Jackett, say."""

    @property
    def rests_as(self) -> str:
        """Return the name under which it is remembered how the service rests."""
        return f"{self.host}/{self.key}" if self.key else self.host

    @property
    def host(self) -> str:
        """Return host and port, which is what texts and rates go by. Raises AddressRefusedError."""
        try:
            url = URL(self.url)
            return f"{url.host}:{url.port}" if url.host and not url.is_default_port() else url.host or ""
        except ValueError as error:
            raise AddressRefusedError("That is no address of a web server.") from error


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits between attempts, in seconds: the first, the longest, and how much chance adds."""

    first: float = 0.25
    longest: float = 2.0
    jitter: float = 0.5


class HostRestStore(Protocol):
    """Where it is kept how hosts rest."""

    async def load(self) -> Mapping[str, HostRest]:
        """Return what is known, by host."""

    async def save(self, host: str, rest: HostRest) -> None:
        """Remember how a host rests; one that is well is forgotten."""


class PoliteClient:
    """Gets URLs of services. Made by ``PoliteClient.remembering``."""

    def __init__(
        self,
        client: HttpClient,
        breaker: Breaker,
        store: HostRestStore,
        clock: Clock = utc_now,
        backoff: Backoff = Backoff(),
    ) -> None:
        self._client = client
        self._breaker = breaker
        self._store = store
        self._clock = clock
        self._backoff = backoff
        self._limiters: dict[str, aiolimiter.AsyncLimiter] = {}

    @classmethod
    async def remembering(
        cls,
        client: HttpClient,
        store: HostRestStore,
        clock: Clock = utc_now,
        backoff: Backoff = Backoff(),
    ) -> PoliteClient:
        """Return a client that knows what the store has of former runs."""
        return cls(client, Breaker(await store.load()), store, clock, backoff)

    def resting_until(self, service: Service) -> datetime | None:
        """Return until when the service's host is left alone; None when it may be asked."""
        return self._breaker.resting_until(service.rests_as, self._clock())

    async def get(
        self,
        service: Service,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        limit: int = MAX_BODY,
        redirects: int = MAX_REDIRECTS,
        insist: bool = False,
    ) -> HttpReply:
        """Get a URL of the service; the status is below 500, and none of those that turn us away.

        ``url`` is absolute, or a path below the service's URL. ``insist`` asks a host that rests, too. Raises
        HostRestingError, HostBlockedError, HostUnreachableError, AddressRefusedError, HttpError.
        """
        if url.startswith("/"):
            url = service.url.rstrip("/") + url
        async with self._watching(service, insist=insist) as attempts:
            async for attempt in stamina.retry_context(
                on=_retry_in,
                attempts=attempts,
                timeout=None,
                wait_initial=self._backoff.first,
                wait_max=self._backoff.longest,
                wait_jitter=self._backoff.jitter,
            ):
                with attempt:
                    await self._limiter(service).acquire()
                    reply = await self._client.get(
                        url,
                        params=params,
                        headers=headers,
                        typed=service.url if service.typed else None,
                        seconds=service.seconds,
                        limit=limit,
                        redirects=redirects,
                    )
                    _check(service, reply, self._clock())
                    return reply
        raise AssertionError("unreachable")  # stamina raises what the last attempt raised

    async def turned_away(self, service: Service, retry_after: float | None = None) -> None:
        """Leave the service alone: its answer, although a good one to HTTP, said that we are not welcome for now."""
        local = is_local_host(URL(service.url).host or "")
        self._breaker.misbehaved(service.rests_as, self._clock(), retry_after=retry_after, local=local)
        await self._save()

    @asynccontextmanager
    async def _watching(self, service: Service, *, insist: bool) -> AsyncIterator[int]:
        """Tell the breaker how it went; gives the number of attempts. Raises HostRestingError."""
        host, now = service.rests_as, self._clock()
        resting_until = self._breaker.resting_until(host, now)
        if resting_until and not insist:
            raise HostRestingError(f"{service.host} failed lately and is left alone for a while.", resting_until)
        attempts = 1 if self._breaker.is_half_open(host, now) else _ATTEMPTS
        self._breaker.begin(host, now)
        local = is_local_host(URL(service.url).host or "")
        try:
            yield attempts
        except HostUnreachableError as error:
            if error.answered:
                self._breaker.misbehaved(host, self._clock(), retry_after=error.retry_after, local=local)
            else:
                self._breaker.failed_to_connect(host, self._clock(), local=local)
            await self._save()
            raise
        except HostBlockedError as error:
            self._breaker.misbehaved(host, self._clock(), retry_after=error.retry_after, local=local)
            await self._save()
            raise
        except BaseException:
            self._breaker.abandon(host)
            raise
        self._breaker.answered(host, self._clock(), local=local)
        await self._save()

    async def _save(self) -> None:
        for host, rest in self._breaker.take_changes().items():
            try:
                await self._store.save(host, rest)
            except DomainError as error:  # the search goes on without: it is only that a restart forgets
                _log.warning("How %s rests can't be remembered: %s", host, error)

    def _limiter(self, service: Service) -> aiolimiter.AsyncLimiter:
        limiter = self._limiters.get(service.host)
        if limiter is None:
            limiter = aiolimiter.AsyncLimiter(service.pace.requests, service.pace.seconds)
            self._limiters[service.host] = limiter
        return limiter


def _retry_in(error: Exception) -> bool | float:
    """Tell whether to try again, and after how many seconds if the host says."""
    if not isinstance(error, HostUnreachableError):
        return False
    if error.retry_after is None:
        return True
    return error.retry_after if error.retry_after <= _LONGEST_RETRY_AFTER else False


def _check(service: Service, reply: HttpReply, now: datetime) -> None:
    """Refuse an answer that is none. Raises HostBlockedError, HostUnreachableError."""
    retry_after = parse_retry_after(reply.headers.get("Retry-After", ""), now)
    if reply.status in service.turns_away_with or _is_challenge(reply):
        wants = "wants to be asked less" if reply.status == 429 else "turns us away"  # noqa: PLR2004 - HTTP
        raise HostBlockedError(f"{service.host} {wants} (status {reply.status}).", retry_after)
    if reply.status >= _SERVER_ERROR:
        raise HostUnreachableError(
            f"{service.host} has trouble (status {reply.status}).", answered=True, retry_after=retry_after
        )


def _is_challenge(reply: HttpReply) -> bool:
    """Whether the answer is a page that wants to see a browser."""
    if reply.headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    start = reply.body[:_CHALLENGE_WITHIN].lower()
    return reply.media_type == "text/html" and any(mark in start for mark in _CHALLENGES)


def parse_retry_after(text: str, now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for, as a number or a date; None when it says nothing."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max((when - now).total_seconds(), 0.0)

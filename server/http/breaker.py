"""Which hosts are left alone for a while because they failed: pure, no I/O; whoever calls says what time it is.

A host that fails climbs a ladder of ever longer rests, and comes down a step with each answer. After its rest one
request is let through as a probe. When all hosts fail to connect at once, it is our own network, and nobody is
punished. That may turn out only after a while, so a failure to connect is judged anew at each look until it is half a
minute old.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from server.models import HostRest

LADDER: Final = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 4, 8, 16, 24)),
)
"""How long a host rests at each step."""

_AROUND: Final = timedelta(seconds=30)
"""Other hosts' outcomes this long before and after a failure to connect tell whether the network was there."""
_ANSWER_BEFORE: Final = timedelta(seconds=5)
"""But of answers before it only the last ones: the network may have gone since."""
_PROBE_LASTS: Final = timedelta(minutes=2)
"""A probe of which nothing was heard for so long is forgotten."""

_RESTED: Final = HostRest()


@dataclass(slots=True)
class _Host:
    rest: HostRest
    local: bool = False
    answered_at: datetime | None = None
    failed_at: datetime | None = None
    """When it last failed to connect."""
    undecided: bool = False
    """Whether that failure may still turn out to have been our own network's."""
    probed_at: datetime | None = None
    told: HostRest = field(default=_RESTED)
    """What ``take_changes`` gave last."""


class Breaker:
    """Knows how each host did lately."""

    def __init__(self, rests: Mapping[str, HostRest]) -> None:
        """``rests``: what was remembered of a former run."""
        self._hosts = {name: _Host(rest, told=rest) for name, rest in rests.items()}

    def resting_until(self, name: str, now: datetime) -> datetime | None:
        """Return until when the host is to be left alone; None when it may be asked."""
        host = self._hosts.get(name)
        if host is None:
            return None
        until = self._judged(host).until
        if until is None:
            return None
        if until > now:
            return until
        if host.probed_at is not None and now < host.probed_at + _PROBE_LASTS:
            return host.probed_at + _PROBE_LASTS
        return None

    def is_half_open(self, name: str, now: datetime) -> bool:
        """Whether the host has rested and has to show with one request that it is well again."""
        host = self._hosts.get(name)
        until = self._judged(host).until if host else None
        return until is not None and until <= now

    def begin(self, name: str, now: datetime) -> None:
        """Note that the host is being asked; of one that is half open, that this is the probe."""
        if self.is_half_open(name, now):
            self._hosts[name].probed_at = now

    def abandon(self, name: str) -> None:
        """Note that nothing was heard because the asker went away."""
        if host := self._hosts.get(name):
            host.probed_at = None

    def answered(self, name: str, now: datetime, *, local: bool = False) -> None:
        """Note an answer: the host steps down and may be asked."""
        host = self._settled(name, now, local=local)
        host.answered_at = now
        host.rest = HostRest(max(host.rest.step - 1, 0))

    def failed_to_connect(self, name: str, now: datetime, *, local: bool = False) -> None:
        """Note that the host was not reached, which may turn out to be our own network's fault."""
        host = self._settled(name, now, local=local)
        if not _rests(host.rest, now):
            host.failed_at = now
            host.undecided = True

    def misbehaved(self, name: str, now: datetime, *, retry_after: float | None = None, local: bool = False) -> None:
        """Note that the host answered with 5xx or turned us away; it may say for how many seconds."""
        host = self._settled(name, now, local=local)
        host.answered_at = now
        if not _rests(host.rest, now):
            host.rest = _climbed(host.rest, now)
        if retry_after and host.rest.until:
            wanted = now + min(timedelta(seconds=retry_after), LADDER[-1])
            host.rest = HostRest(host.rest.step, max(host.rest.until, wanted))

    def take_changes(self) -> dict[str, HostRest]:
        """Return how those hosts rest of which it changed since the last call."""
        changes = {}
        for name, host in self._hosts.items():
            if (rest := self._judged(host)) != host.told:
                changes[name] = host.told = rest
        return changes

    def _settled(self, name: str, now: datetime, *, local: bool) -> _Host:
        """Return the host, with nothing undecided, before something is noted of it."""
        for other in self._hosts.values():
            if other.undecided and other.failed_at and now > other.failed_at + _AROUND:
                self._settle(other)
        host = self._hosts.setdefault(name, _Host(_RESTED))
        self._settle(host)
        host.local = local
        host.probed_at = None
        return host

    def _settle(self, host: _Host) -> None:
        host.rest = self._judged(host)
        host.undecided = False

    def _judged(self, host: _Host) -> HostRest:
        """Return how the host rests, as far as that can be said by now."""
        if not host.undecided or host.failed_at is None or self._network_was_down(host, host.failed_at):
            return host.rest
        return _climbed(host.rest, host.failed_at)

    def _network_was_down(self, host: _Host, at: datetime) -> bool:
        """Whether others failed at that time as well, and none answered. Hosts of the own network prove nothing."""
        others = [other for other in self._hosts.values() if other is not host and not other.local]
        return (
            not host.local
            and not _any_around(at, _ANSWER_BEFORE, (other.answered_at for other in others))
            and _any_around(at, _AROUND, (other.failed_at for other in others))
        )


def _any_around(at: datetime, before: timedelta, moments: Iterable[datetime | None]) -> bool:
    return any(moment is not None and at - before <= moment <= at + _AROUND for moment in moments)


def _rests(rest: HostRest, now: datetime) -> bool:
    return rest.until is not None and rest.until > now


def _climbed(rest: HostRest, at: datetime) -> HostRest:
    step = min(rest.step + 1, len(LADDER))
    return HostRest(step, at + LADDER[step - 1])

"""How hosts rest, in memory."""

from __future__ import annotations

from server.models import HostRest


class MemoryRests:
    def __init__(self, rests: dict[str, HostRest] | None = None) -> None:
        self.rests = rests or {}

    async def load(self) -> dict[str, HostRest]:
        return dict(self.rests)

    async def save(self, host: str, rest: HostRest) -> None:
        self.rests[host] = rest

"""The door on stores in memory or in a database, with a clock that tests turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fakes.clock import FakeClock
from fakes.stores import MemoryDevices, MemoryPairings

from server.auth.media import MediaPasses
from server.auth.pairing import PairingDesk
from server.auth.sessions import Sessions
from server.auth.tokens import AccessTokens, MediaTokens
from server.events import Event
from server.storage.database import Database
from server.storage.devices import DeviceRepository
from server.storage.pairings import PairingRepository

TOKEN_KEY = bytes(range(32))
MEDIA_KEY = bytes(range(1, 33))


@dataclass
class Door:
    devices: MemoryDevices | DeviceRepository = field(default_factory=MemoryDevices)
    pairings: MemoryPairings | PairingRepository = field(default_factory=MemoryPairings)
    clock: FakeClock = field(default_factory=FakeClock)
    events: list[Event] = field(default_factory=list)
    access_tokens: AccessTokens = field(default_factory=lambda: AccessTokens(TOKEN_KEY))
    sessions: Sessions = field(init=False)
    passes: MediaPasses = field(init=False)
    desk: PairingDesk = field(init=False)

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.devices, self.access_tokens, self.clock)
        self.passes = MediaPasses(self.sessions, MediaTokens(MEDIA_KEY), self.clock)
        self.desk = PairingDesk(self.pairings, self.sessions, self.events.append, self.clock)


@asynccontextmanager
async def door_on_database(path: Path) -> AsyncIterator[Door]:
    async with Database.open(path, bytes(range(32))) as database:
        yield Door(DeviceRepository(database), PairingRepository(database))

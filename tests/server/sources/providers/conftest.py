from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fakes.clock import FakeClock
from fakes.rests import MemoryRests

from server.http.client import HttpClient
from server.http.polite import Backoff, PoliteClient


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def client(clock: FakeClock) -> AsyncIterator[PoliteClient]:
    async with HttpClient.running() as http:
        yield await PoliteClient.remembering(http, MemoryRests(), clock, Backoff(0.001, 0.01, 0.001))

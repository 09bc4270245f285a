"""Streams as a use case: real torrents, a store of one source, no HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.engine import named, running_engine
from fakes.swarm import MIB, make_film, seeded

from server.errors import UnauthorizedError
from server.models import Device, DeviceId, ItemId, Scope, Source, SourceId
from server.playback import Playback
from server.settings import StreamSettings

THE_SOURCE = SourceId("source")
ELSEWHERE, TURNED_OUT = (
    Device(DeviceId(name), name, Scope.VIEWER, datetime.now(UTC)) for name in ("elsewhere", "turned out")
)


@dataclass
class OneSource:
    source: Source

    async def get(self, source_id: SourceId) -> Source:
        assert source_id == self.source.id
        return self.source

    async def note_size(self, source_id: SourceId, size: int) -> None:
        pass

    async def note_file(self, source_id: SourceId, index: int, size: int) -> None:
        pass

    async def note_refusal(self, source_id: SourceId, code: str) -> None:
        pass


@pytest.fixture
async def playback(tmp_path: Path) -> AsyncIterator[Playback]:
    film = make_film(tmp_path / "in", 4 * MIB)
    with seeded(film.folder, upload_limit=4 * MIB) as magnet:
        source = Source(THE_SOURCE, ItemId("local:x"), "A film", "manual", named(magnet), datetime.now(UTC))
        async with running_engine(tmp_path) as engine:
            yield Playback(engine, OneSource(source), StreamSettings())


async def play(playback: Playback, device: Device, begun: asyncio.Event) -> int:
    """Play to the end; return the bytes."""
    got = 0
    async with playback.open(THE_SOURCE, device) as playing, playing.read(0, playing.video.size) as reader:
        while data := await reader.read(MIB):
            got += len(data)
            begun.set()
    return got


async def test_a_device_that_is_turned_out_loses_its_streams_at_once_and_gets_no_others(playback: Playback) -> None:
    begun = [asyncio.Event() for _ in range(3)]
    streams = [
        asyncio.create_task(play(playback, device, event))
        for device, event in zip((TURNED_OUT, TURNED_OUT, ELSEWHERE), begun, strict=True)
    ]
    for event in begun:
        await event.wait()
    playback.end_device(TURNED_OUT.id)
    with pytest.raises(asyncio.CancelledError):
        await streams[0]
    with pytest.raises(asyncio.CancelledError):
        await streams[1]
    assert {stream.device for stream in playback.streams()} >= {"elsewhere"}
    with pytest.raises(UnauthorizedError):
        await play(playback, TURNED_OUT, asyncio.Event())
    assert await streams[2] == 4 * MIB, "the others play on"

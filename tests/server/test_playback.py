"""Streams as a use case: real torrents, a store of one source, no HTTP."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.engine import named, running_engine
from fakes.swarm import MIB, make_film, seeded

from server.errors import TorrentTimeoutError, UnauthorizedError
from server.models import Device, DeviceId, ItemId, Scope, Source, SourceId
from server.playback import Playback
from server.settings import StreamSettings
from server.sources.silence import Silences

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
            yield Playback(engine, OneSource(source), StreamSettings(), Silences())


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


async def test_what_nobody_sends_is_noted_until_it_is_heard(tmp_path: Path) -> None:
    film, silences = make_film(tmp_path / "in", 4 * MIB), Silences()
    with seeded(film.folder) as magnet:
        pass  # whoever had it is gone
    source = Source(THE_SOURCE, ItemId("local:x"), "A film", "manual", named(magnet), datetime.now(UTC))
    async with running_engine(tmp_path) as engine:
        playback = Playback(engine, OneSource(source), StreamSettings(timeout_ms=500), silences)
        with pytest.raises(TorrentTimeoutError):
            await play(playback, ELSEWHERE, asyncio.Event())
    assert THE_SOURCE in silences

    with seeded(film.folder) as magnet:
        source = dataclasses.replace(source, identifiers=named(magnet))
        async with running_engine(tmp_path / "again") as engine:
            playback = Playback(engine, OneSource(source), StreamSettings(), silences)
            await play(playback, ELSEWHERE, asyncio.Event())
    assert THE_SOURCE not in silences


async def test_a_swarm_that_sends_what_is_in_it_and_no_more_is_silent(tmp_path: Path) -> None:
    film, silences = make_film(tmp_path / "in", 4 * MIB), Silences()
    with seeded(film.folder, upload_limit=1) as magnet:
        source = Source(THE_SOURCE, ItemId("local:x"), "A film", "manual", named(magnet), datetime.now(UTC))
        async with running_engine(tmp_path) as engine:
            playback = Playback(engine, OneSource(source), StreamSettings(timeout_ms=3000), silences)
            with pytest.raises(TorrentTimeoutError):
                await play(playback, ELSEWHERE, asyncio.Event())
    assert THE_SOURCE in silences


async def test_who_takes_nothing_for_long_is_given_up(playback: Playback) -> None:
    begun = asyncio.Event()

    async def pause() -> None:
        async with playback.open(THE_SOURCE, ELSEWHERE) as playing, playing.read(0, playing.video.size) as reader:
            await reader.read(1000)
            begun.set()
            await asyncio.Event().wait()

    paused = asyncio.create_task(pause())
    await begun.wait()
    async with playback.watched(interval=0.01, patience=1000.0):
        assert await play(playback, ELSEWHERE, asyncio.Event()) == 4 * MIB
        assert not paused.done()
    async with playback.watched(interval=0.01, patience=0.05):
        with pytest.raises(asyncio.CancelledError):
            await paused

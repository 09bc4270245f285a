"""Snapshots go on whatever happens to the database in between."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from fakes.appliance import make_options
from fakes.snapshots import Snapshots

from server import status
from server.bootstrap import running_server
from server.errors import DiskFullError
from server.settings import StreamSettings
from server.storage.sources import SourceRepository


async def test_a_snapshot_that_fails_is_not_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "INTERVAL", 0.01)
    counted, failures = SourceRepository.count_added, 3
    failed = asyncio.Event()

    async def count_added(repository: SourceRepository) -> int:
        nonlocal failures
        if failures:
            failures -= 1
            failed.set()
            raise DiskFullError
        return await counted(repository)

    snapshots = Snapshots()
    async with running_server(make_options(tmp_path), snapshots.put, environ={}) as server:
        monkeypatch.setattr(SourceRepository, "count_added", count_added)
        async with asyncio.timeout(30):
            await failed.wait()
        await server.add_magnet(f"magnet:?xt=urn:btih:{'ab' * 20}", "Afterwards")
        await snapshots.until(lambda snapshot: snapshot.sources == 1)
    assert failures == 0


async def test_a_snapshot_tells_how_long_the_swarm_is_waited_for(tmp_path: Path) -> None:
    options = make_options(tmp_path, stream=StreamSettings(timeout_ms=90_000))
    async with running_server(options, environ={}) as server:
        assert (await server.status()).stream_timeout_ms == 90_000

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from server.models import HostRest
from server.storage.database import Database
from server.storage.host_rests import HostRestRepository

if TYPE_CHECKING:
    from pathlib import Path

    from server.vault.record import KeyRecord

UNTIL = datetime(2026, 11, 25, 12, 0, 0, 123456, tzinfo=UTC)


async def test_rests_survive_a_restart(path: Path, record: KeyRecord) -> None:
    async with Database.open(path, record.database_key) as database:
        rests = HostRestRepository(database)
        assert await rests.load() == {}
        await rests.save("yts.example", HostRest(1, UNTIL))
        await rests.save("yts.example", HostRest(3, UNTIL))
        await rests.save("eztv.example:8080", HostRest(1))
    async with Database.open(path, record.database_key) as database:
        found = await HostRestRepository(database).load()
    assert found == {"yts.example": HostRest(3, UNTIL), "eztv.example:8080": HostRest(1)}


async def test_a_host_that_is_well_is_forgotten(database: Database) -> None:
    rests = HostRestRepository(database)
    await rests.save("yts.example", HostRest(1, UNTIL))
    await rests.save("yts.example", HostRest())
    assert await rests.load() == {}

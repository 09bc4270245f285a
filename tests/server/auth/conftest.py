"""Each test runs twice: with stores in memory, and with those of the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.door import Door, door_on_database


@pytest.fixture(params=["memory", "database"])
async def door(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Door]:
    if request.param == "memory":
        yield Door()
        return
    async with door_on_database(tmp_path / "miauflix.db") as door:
        yield door

"""A film, its swarm and a running server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from fakes.appliance import Appliance, make_options, running_appliance
from fakes.swarm import MIB, Film, make_film, seeded


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return make_film(tmp_path_factory.mktemp("films"), 24 * MIB + 12_345)


@pytest.fixture(scope="module")
def magnet(film: Film) -> Iterator[str]:
    with seeded(film.folder) as magnet:
        yield magnet


@pytest.fixture
async def appliance(tmp_path: Path) -> AsyncIterator[Appliance]:
    async with running_appliance(make_options(tmp_path)) as appliance:
        yield appliance

"""A real data folder with keys, a database and two sources, and a desk for its keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.appliance import make_options
from PySide6.QtCore import QObject

from app.bridge import Bridge
from app.key_desk import KeyDesk
from server.bootstrap import running_server
from server.recovery import Vault
from server.settings import Options


@pytest.fixture
def home(tmp_path: Path) -> Options:
    """Return the options of a data folder that was used."""
    options = make_options(tmp_path / "home")
    asyncio.run(_use(options))
    return options


async def _use(options: Options) -> None:
    async with running_server(options, environ={}) as server:
        for digit in "12":
            await server.add_magnet(f"magnet:?xt=urn:btih:{digit * 40}")


@pytest.fixture
def bridge(mortal: Callable[[QObject], None]) -> Bridge:
    """Return a bridge that lives as long as the test."""
    made = Bridge()
    mortal(made)
    return made


@pytest.fixture
def vault(home: Options) -> Vault:
    """Return the keys of the data folder."""
    return Vault(home, {})


@pytest.fixture
def desk(vault: Vault, bridge: Bridge) -> KeyDesk:
    """Return a desk for them."""
    return KeyDesk(vault, bridge)

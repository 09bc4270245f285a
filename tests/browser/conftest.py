"""A real server with the demo's title, and a real browser to look at it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from browser.chromium import find_chromium, running_chromium
from browser.devtools import Page, open_page

from server.bootstrap import Server, running_server
from server.settings import (
    ArchiveSettings,
    CatalogueSettings,
    CinemetaSettings,
    Options,
    ServerSettings,
    Settings,
    StreamSettings,
    TmdbSettings,
)

RESOURCES = Path(__file__).parents[2] / "resources"
NO_CATALOGUE = CatalogueSettings(
    CinemetaSettings(enabled=False), ArchiveSettings(enabled=False), TmdbSettings(enabled=False)
)
PATIENCE = 30.0
"""Seconds that a step may take on a machine that is busy."""


@pytest.fixture
def chromium() -> str:
    program = find_chromium()
    if program is None:
        reason = "neither chromium nor google-chrome is in PATH"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return program


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    settings = Settings(
        server=ServerSettings(host="127.0.0.1", port=0, discovery=False),
        stream=StreamSettings(timeout_ms=5000),
        catalogue=NO_CATALOGUE,
    )
    options = Options(settings, tmp_path / "data", RESOURCES, key_file=tmp_path / "key.json", demo=True)
    async with running_server(options, environ={}) as running:
        yield running


@pytest.fixture
async def page(chromium: str, tmp_path: Path) -> AsyncIterator[Page]:
    async with running_chromium(chromium, tmp_path / "profile") as address, open_page(address, PATIENCE) as opened:
        yield opened

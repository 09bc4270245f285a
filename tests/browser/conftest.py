"""A real server, with the demo's title or a catalogue, and a real browser to look at it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from browser.chromium import find_chromium, running_chromium
from browser.cinema import FILMS, SHOWS, Cinema, Clips, make_clip, pictures_of, seeding_all
from browser.devtools import Page, open_page
from fakes.appliance import make_options
from fakes.cinemeta import CinemetaSite
from fakes.sites.torznab import TorznabSite

from server.bootstrap import Server, ignore, running_server
from server.records import open_records
from server.settings import ArchiveSettings, CatalogueSettings, CinemetaSettings, StreamSettings
from server.source_settings import ArchiveProviderSettings, ProviderSettings, SourcesSettings

STILL = """Array.from(document.images).filter((image) => {
    const { top, left, width } = image.getBoundingClientRect();
    return width > 0 && top < innerHeight && left < innerWidth;
  }).every((image) => image.complete)
  && document.getAnimations().every((animation) => animation.playState !== 'running')"""
PATIENCE = 30.0
"""Seconds that a step may take on a machine that is busy."""


def needed(program: str | None, reason: str) -> str:
    """Return a program's path; skip the test where it is not installed, which CI does not take for an answer."""
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return program


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the DevTools of a browser that all tests share, each in tabs that know nothing of the others'."""
    program = needed(find_chromium(), "neither chromium nor google-chrome is in PATH")
    with running_chromium(program, tmp_path_factory.mktemp("profile")) as address:
        yield address


@pytest.fixture(scope="session")
def clips(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Clips:
    """Two versions of one clip; larger ones when they are to be seen."""
    program = needed(shutil.which("mpv"), "mpv is not in PATH")
    folder = tmp_path_factory.mktemp("clips")
    heights = (720, 360) if request.config.getoption("--pictures") else (360, 180)
    return Clips(*(make_clip(program, folder, height) for height in heights))


@pytest.fixture
def timeout_ms() -> int:
    """How long the server waits for the swarm."""
    return 5000


@pytest.fixture
async def server(tmp_path: Path, timeout_ms: int) -> AsyncIterator[Server]:
    options = make_options(tmp_path, stream=StreamSettings(timeout_ms=timeout_ms), demo=True)
    async with running_server(options, environ={}) as running:
        yield running


@pytest.fixture
def cinema_timeout_ms() -> int:
    """The same for the household with a catalogue."""
    return 30_000


@pytest.fixture
async def cinema(tmp_path: Path, clips: Clips, cinema_timeout_ms: int) -> AsyncIterator[Cinema]:
    async with contextlib.AsyncExitStack() as stack:
        catalogue = await stack.enter_async_context(CinemetaSite.running())
        catalogue.titles += [*FILMS, *SHOWS]
        catalogue.pictures |= await asyncio.to_thread(pictures_of, catalogue.titles)
        provider = await stack.enter_async_context(TorznabSite.running())
        provider.torrents += await stack.enter_async_context(seeding_all(tmp_path, clips))
        options = make_options(
            tmp_path,
            stream=StreamSettings(timeout_ms=cinema_timeout_ms),
            catalogue=CatalogueSettings(CinemetaSettings(url=catalogue.url), ArchiveSettings(enabled=False)),
            sources=SourcesSettings(
                internet_archive=ArchiveProviderSettings(enabled=False),
                torznab={"home": ProviderSettings(url=provider.url)},
            ),
        )
        async with open_records(options, {}, ignore) as records:
            await records.provider_keys.save("torznab.home", provider.api_key)
        yield Cinema(await stack.enter_async_context(running_server(options, environ={})), catalogue, options, clips)


@pytest.fixture
async def page(chromium: str) -> AsyncIterator[Page]:
    async with open_page(chromium, PATIENCE) as opened:
        yield opened


@pytest.fixture
def picture(request: pytest.FixtureRequest, page: Page) -> Callable[[str], Awaitable[None]]:
    """Keep what is on show as a picture, once nothing moves, when ``--pictures`` says where."""
    folder: str | None = request.config.getoption("--pictures")

    async def keep(name: str) -> None:
        if folder:
            await page.prefer("dark")
            await page.size(1280, 720)
            await page.until(STILL)
            kind = "jpeg" if name.endswith(".jpg") else "png"
            await asyncio.to_thread(Path(folder, name).write_bytes, await page.screenshot(kind))

    return keep

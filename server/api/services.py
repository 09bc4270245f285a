"""What the routes are given to work with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aiohttp import web

from server.auth.media import MediaPasses
from server.auth.pairing import PairingDesk
from server.auth.sessions import Sessions
from server.catalogue.catalogue import Catalogue
from server.catalogue.posters import Posters
from server.events import PreloadBudget, PreloadPause, PreloadStatus, Status
from server.household import Household
from server.models import Device, ItemId, Source, SourceId
from server.playback import Playback
from server.preload.viewport import Viewport
from server.progress import WatchProgress
from server.sources.found import Found
from server.sources.ranking import RankedSource


class SourceLibrary(Protocol):
    """The sources that people added."""

    async def add_magnet(self, magnet: str, title: str | None = None) -> Source:
        """Add a magnet link. Raises InvalidSourceError or SourceExistsError."""

    async def add_torrent(self, data: bytes, title: str | None = None) -> Source:
        """Add a torrent file. Raises InvalidSourceError or SourceExistsError."""

    async def list(self) -> Sequence[Source]:
        """Return all sources that can be read."""

    async def get(self, source_id: SourceId) -> Source:
        """Return a source. Raises SourceNotFoundError or SourceUnavailableError."""

    async def delete(self, source_id: SourceId) -> None:
        """Remove a source. Raises SourceNotFoundError."""


class SourceFinding(Protocol):
    """Finds the sources of titles."""

    async def find(self, item_id: ItemId, *, refresh: bool = False, insist: bool = False) -> Found:
        """Return an item's sources, best first. Raises ItemNotFoundError."""

    async def ranked(self, source: Source) -> RankedSource:
        """Return how a stored source stands among its item's."""


class SourceChoices(Protocol):
    """What the user says of sources."""

    async def pin(self, source_id: SourceId, *, pinned: bool) -> None:
        """Make a source its item's first choice, or no longer. Raises SourceNotFoundError."""

    async def block(self, source_id: SourceId, *, blocked: bool) -> None:
        """Never choose a source by itself, or do again. Raises SourceNotFoundError."""


class StatusFeed(Protocol):
    """Snapshots of what the server does."""

    def current(self) -> Status:
        """Return the present snapshot."""

    def changes(self) -> AsyncIterator[Status]:
        """Yield each later snapshot; a slow reader may miss some."""


class PreloadDesk(Protocol):
    """Gets ready what people look at."""

    @property
    def pause_reason(self) -> PreloadPause | None:
        """Why nothing is got ready."""

    @property
    def spent(self) -> PreloadBudget:
        """What it has cost."""

    def entries(self) -> tuple[PreloadStatus, ...]:
        """Return the titles in scope, the most urgent first."""

    def look(self, device: Device, viewport: Viewport) -> None:
        """Take note of what a device shows. Raises ViewportTooFrequentError."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the routes call; made by the composition root."""

    library: SourceLibrary
    finder: SourceFinding
    choices: SourceChoices
    catalogue: Catalogue
    posters: Posters
    playback: Playback
    devices: Household
    sessions: Sessions
    passes: MediaPasses
    pairing: PairingDesk
    status: StatusFeed
    progress: WatchProgress
    preloads: PreloadDesk
    web_dir: Path
    """The folder with ``index.html`` and the files it loads."""
    host_names: frozenset[str] = frozenset()
    """Names of this machine beyond ``localhost`` and its addresses; also good with ``.local``."""


SERVICES = web.AppKey("services", Services)

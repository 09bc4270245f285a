"""The JSON of what the server does: snapshots, and the queue of what is got ready."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from server.api.schemas import Json
from server.events import PreloadPause
from server.models import PreloadState


class NoticeJson(Json):
    """A standing warning that a person should act on."""

    code: str
    text: str


class StreamJson(Json):
    """One video being read by one device. Sizes in bytes, rates in bytes per second."""

    id: str
    source_id: str
    device: str
    title: str
    quality: str
    started_at: datetime
    size: int
    position: int
    sent: int
    rate: int
    buffered: int
    waiting: bool
    memory: int


class TorrentJson(Json):
    """One torrent in the session. Rates in bytes per second, progress from 0 to 1."""

    source_id: str
    title: str
    peers: int
    seeds: int
    download_rate: int
    upload_rate: int
    progress: float
    state: str


class StorageJson(Json):
    """Room on the disk, in bytes."""

    used: int
    cap: int
    free: int


class PreloadEntryJson(Json):
    """A title that somebody looks at, on its way to be ready when it is played; ``progress`` from 0 to 1."""

    item_id: str
    title: str
    priority: Literal["focused", "adjacent", "visible", "near"]
    state: PreloadState
    source_id: str | None
    progress: float
    detail: str


class PreloadBudgetJson(Json):
    """What titles that nobody plays yet have cost, in bytes. A limit of 0 means none."""

    hour_used: int
    hour_limit: int
    disk_used: int
    disk_limit: int


class PreloadsJson(Json):
    """The titles in scope, the most urgent first; whether, and why, nothing is got ready at present."""

    paused: bool
    pause_reason: PreloadPause | None
    budget: PreloadBudgetJson
    entries: list[PreloadEntryJson]


class ProviderJson(Json):
    """How a provider of sources did when it was asked last."""

    name: str
    state: str
    asked_at: datetime | None
    count: int
    error: str | None
    retry_at: datetime | None


class StatusJson(Json):
    """Everything the server has to show at one moment. Rates in bytes per second.

    ``streamTimeoutMs`` is how long a stream waits for the swarm before it answers that nobody sends.
    """

    version: str
    started_at: datetime
    urls: list[str]
    streams: list[StreamJson]
    torrents: list[TorrentJson]
    storage: StorageJson
    download_rate: int
    upload_rate: int
    sources: int
    notices: list[NoticeJson]
    providers: list[ProviderJson]
    preloads: list[PreloadEntryJson]
    preload_paused: bool
    preload_pause_reason: PreloadPause | None
    preload_budget: PreloadBudgetJson
    stream_timeout_ms: int

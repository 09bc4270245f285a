"""What the server tells its listeners (the tray, ``/api/events``): frozen values that may cross threads."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


class NoticeCode(enum.StrEnum):
    """Standing warnings that a person should act on."""

    KEY_IN_FILE = "key_in_file"
    KEY_NOT_BACKED_UP = "key_not_backed_up"
    SAFE_MODE = "safe_mode"
    SOURCES_DAMAGED = "sources_damaged"
    DISK_FULL = "disk_full"
    STORAGE_CAP = "storage_cap"
    DISCOVERY_OFF = "discovery_off"
    UPDATE_AVAILABLE = "update_available"


@dataclass(frozen=True, slots=True)
class Notice:
    """A standing warning: what is the matter and what to do."""

    code: NoticeCode
    text: str


@dataclass(frozen=True, slots=True)
class StreamStatus:
    """One video being read by one device. Sizes in bytes, rates in bytes per second."""

    id: str
    source_id: str
    device: str
    title: str
    quality: str
    started_at: datetime
    size: int
    position: int
    """Offset of the next byte the player will get."""
    sent: int
    rate: int
    """Bytes per second to the player, over the last seconds."""
    buffered: int
    """Bytes behind the position, without a gap, that are on the disk already."""
    waiting: bool
    """Whether the player waits for bytes that the swarm has not sent yet."""
    memory: int = 0
    """Bytes of the video that this process holds: read for the player, and taken over by the transport."""


@dataclass(frozen=True, slots=True)
class TorrentStatus:
    """One torrent in the session. Rates in bytes per second."""

    source_id: str
    title: str
    peers: int
    seeds: int
    download_rate: int
    upload_rate: int
    progress: float
    """Part of the played file that is on the disk, 0 to 1."""
    state: str
    """``metadata``, ``downloading``, ``complete``, ``failed`` or ``checking``."""


@dataclass(frozen=True, slots=True)
class PreloadStatus:
    """A title that somebody looks at, on its way to be ready when it is played."""

    item_id: str
    title: str
    """Empty until a source is found."""
    priority: str
    """``focused``, ``adjacent``, ``visible`` or ``near``."""
    state: str
    """``waiting``, ``searching``, ``metadata``, ``loading``, ``ready``, ``no_source`` or ``failed``."""
    source_id: str | None = None
    progress: float = 0.0
    """Part of what has to be there that is, 0 to 1."""
    detail: str = ""
    """What is the matter, for people; empty when all is well."""


class PreloadPause(enum.StrEnum):
    """Why nothing is got ready."""

    USER = "user"
    DISABLED = "disabled"
    METERED = "metered"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class PreloadBudget:
    """What titles that nobody plays yet have cost, in bytes. A limit of 0 means none."""

    hour_used: int = 0
    hour_limit: int = 0
    disk_used: int = 0
    disk_limit: int = 0


@dataclass(frozen=True, slots=True)
class StorageStatus:
    """Room on the disk, in bytes."""

    used: int
    cap: int
    free: int


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """How a provider of sources did when it was asked last."""

    name: str
    state: str
    """As in its report: ``ok``, ``empty``, ``late``, ``unreachable`` …; ``idle`` before it was ever asked."""
    asked_at: datetime | None = None
    count: int = 0
    error: str | None = None
    """What went wrong, in words for people."""
    retry_at: datetime | None = None
    """When a resting provider is asked again."""


@dataclass(frozen=True, slots=True)
class Status:
    """Everything the server has to show at one moment."""

    version: str
    started_at: datetime
    urls: tuple[str, ...]
    """Addresses under which browsers on the LAN reach the server, best first."""
    streams: tuple[StreamStatus, ...] = ()
    torrents: tuple[TorrentStatus, ...] = ()
    storage: StorageStatus = StorageStatus(0, 0, 0)
    download_rate: int = 0
    upload_rate: int = 0
    sources: int = 0
    """How many sources people added."""
    notices: tuple[Notice, ...] = ()
    providers: tuple[ProviderStatus, ...] = ()
    preloads: tuple[PreloadStatus, ...] = ()
    """The most urgent first; of very many the first hundred."""
    preload_paused: bool = False
    preload_pause_reason: PreloadPause | None = None
    preload_budget: PreloadBudget = PreloadBudget()
    stream_timeout_ms: int = 0
    """How long a stream waits for the swarm before it answers that nobody sends."""


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """A new snapshot; older ones may be dropped unseen."""

    status: Status


@dataclass(frozen=True, slots=True)
class PairingRequested:
    """A device asks to come in."""

    user_code: str
    device_name: str
    address: str


Event = StatusChanged | PairingRequested

Publish = Callable[[Event], None]
"""Takes an event from the server's thread; must not block."""

"""The nouns of Miauflix: frozen, free of I/O, standard library only.

Whatever identifies a torrent to the outside (info hash, magnet link, torrent file) is kept out of every ``repr``, so
that neither a log line nor a traceback can show it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import NewType

SourceId = NewType("SourceId", str)
"""A random UUID in its canonical 36-character form."""

DeviceId = NewType("DeviceId", str)
"""A random UUID in its canonical 36-character form."""

ItemId = NewType("ItemId", str)
"""A title, in one of these forms:

- a film or show by its IMDb id: ``tt0032138``;
- an episode, by its show's IMDb id, season and number: ``tt0944947:1:2``;
- a film of the Internet Archive by its name there: ``archive:night_of_the_living_dead``;
- what a user added by hand: ``local:`` and a UUID.
"""


class Quality(enum.StrEnum):
    """Where a release was taken from, as its name or its provider says."""

    CAM = "CAM"
    TS = "TS"
    WEB = "WEB"
    BLURAY = "BluRay"
    UNKNOWN = "Unknown"


class Scope(enum.StrEnum):
    """What a device may do: a viewer watches, an administrator also manages devices."""

    VIEWER = "viewer"
    ADMIN = "admin"


class PairingState(enum.StrEnum):
    """What became of a device's wish to come in."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"


class Purpose(enum.StrEnum):
    """Why bytes of a torrent are wanted. PLAY always goes before PRELOAD."""

    PLAY = "play"
    PRELOAD = "preload"


@dataclass(frozen=True, slots=True)
class TorrentIdentifiers:
    """What it takes to join a swarm: an info hash, and a magnet link or the torrent file itself.

    ``info_hash`` is lower-case hexadecimal, 40 digits for v1 and hybrid torrents, 64 for v2 only.
    """

    info_hash: str = field(repr=False)
    magnet: str | None = field(default=None, repr=False)
    torrent_file: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """One way to get one title: a torrent, and which of its files to play."""

    id: SourceId
    item_id: ItemId
    title: str = field(repr=False)
    provider: str
    identifiers: TorrentIdentifiers
    created_at: datetime
    file_index: int | None = None
    """Index of the wanted file in the torrent; None means the largest video."""
    quality: Quality = Quality.UNKNOWN
    resolution: str | None = None
    size_bytes: int | None = None
    seeders: int | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A torrent's place on the disk and what is needed to go on with it after a restart."""

    folder: str
    """Name of its folder inside the download folder: random, says nothing about the torrent."""
    resume_data: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class VideoFile:
    """The file of a torrent that is played."""

    index: int
    size: int
    """Bytes."""
    offset: int
    """Bytes from the start of the torrent's payload."""
    name: str = field(repr=False)

    @property
    def suffix(self) -> str:
        """Return the file extension in lower case, with its dot; empty when there is none."""
        return PurePosixPath(self.name).suffix.lower()


@dataclass(frozen=True, slots=True)
class Device:
    """A TV, phone or browser that was let in."""

    id: DeviceId
    name: str
    scope: Scope
    created_at: datetime
    last_seen_at: datetime | None = None
    generation: int = 0
    """Rises when the device's tokens are revoked; an access token carries the one it was made under."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """A device that asks to come in and waits for somebody at the machine to approve it."""

    user_code: str
    """What a person compares and types; empty for a link that was approved when it was made."""
    device_name: str
    address: str
    expires_at: datetime
    state: PairingState = PairingState.PENDING


@dataclass(frozen=True, slots=True)
class ResumePoint:
    """How far a title was watched, and with what it was shown. Position and duration in seconds, the latter above 0."""

    item_id: ItemId
    source_id: SourceId
    title: str = field(repr=False)
    poster: str | None
    """A path on this server."""
    position: float
    duration: float
    updated_at: datetime

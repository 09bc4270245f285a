"""The nouns of Miauflix: frozen, free of I/O, standard library only.

Whatever identifies a torrent to the outside (info hash, magnet link, torrent file) is kept out of every ``repr``, so
that neither a log line nor a traceback can show it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import NewType

_EPISODE_NUMBERS = 2
_LONGEST_NUMBER = 5  # digits: daily shows have numbers of four

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


class TitleKind(enum.StrEnum):
    """What a title of the catalogue is."""

    MOVIE = "movie"
    SHOW = "show"


@dataclass(frozen=True, slots=True)
class Episode:
    """A place in a show; both numbers count from 1, and season 0 holds the specials."""

    season: int
    number: int

    @classmethod
    def of(cls, item_id: ItemId) -> Episode | None:
        """Return what an item's id names; None for what is no episode."""
        show, *numbers = item_id.split(":")
        if not show.startswith("tt") or len(numbers) != _EPISODE_NUMBERS or not all(map(_is_number, numbers)):
            return None
        season, number = map(int, numbers)
        return cls(season, number)

    def __str__(self) -> str:
        return f"S{self.season:02}E{self.number:02}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for among the files of a torrent that a search found."""

    episode: Episode | None = None
    """None for a film."""
    pack: bool = False
    """Whether the torrent is said to hold more than this episode."""


@dataclass(frozen=True, slots=True)
class Item:
    """A title as it takes to look for its sources; title, year and IMDb id of an episode are its show's."""

    id: ItemId
    title: str = field(repr=False)
    """Empty when the catalogue can't tell at present."""
    year: int | None = None
    imdb_id: str | None = None
    released_at: datetime | None = None
    """Of the film or of this episode."""
    season_length: int | None = None
    """Episodes in the season."""

    @property
    def episode(self) -> Episode | None:
        """Which episode it is; None for a film."""
        return Episode.of(self.id)


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


class Priority(enum.IntEnum):
    """How soon a title that somebody sees is likely to be played."""

    NEAR = 1
    """Beyond the edge of the screen."""
    VISIBLE = 2
    ADJACENT = 3
    """Beside what has the focus."""
    FOCUSED = 4


class PreloadState(enum.StrEnum):
    """How far the preload of a title is."""

    WAITING = "waiting"
    SEARCHING = "searching"
    METADATA = "metadata"
    LOADING = "loading"
    READY = "ready"
    NO_SOURCE = "no_source"
    FAILED = "failed"


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
    """Of the file that is played; an estimate for a pack whose files are not known yet."""
    seeders: int | None = None
    providers: tuple[str, ...] = ()
    """All that offer it, the best first; empty means ``provider`` alone."""
    codec: str | None = None
    leechers: int | None = None
    web_seeds: int = 0
    """How many the magnet link names: a torrent with any needs no seeders."""
    published_at: datetime | None = None
    found_at: datetime | None = None
    """When a search found it last; None for what was added by hand."""
    pack: bool = False
    """Whether the torrent holds more than the wanted episode."""
    matched: bool = True
    """Whether it is this title beyond doubt: by its IMDb id, or by title and year, and not older than the title."""
    pinned: bool = False
    blocked: bool = False
    refusal: str | None = None
    """The code of the error that its files gave: a program among them, or not the wanted episode."""

    @property
    def wanted(self) -> Wanted | None:
        """What to look for among the torrent's files; None for what was added by hand: that is the largest video."""
        return None if self.found_at is None else Wanted(Episode.of(self.item_id), self.pack)


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
class NewerRelease:
    """A release of Miauflix that is newer than the one that runs."""

    version: str
    date: date
    page: str
    """Where people read about it and get it: an https:// address."""
    notes: tuple[str, ...] = ()
    """What is new, the most important first."""


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
class HostRest:
    """How long a host that failed is left alone."""

    step: int = 0
    """How far it climbed the ladder of ever longer rests; 0 is the ground."""
    until: datetime | None = None
    """When it may be asked again; None when it may be now."""


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


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER

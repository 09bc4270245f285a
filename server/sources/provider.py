"""What a provider of torrents is asked and answers: the contract between the aggregator and ``providers/``."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from server.models import ItemId, Quality, TorrentIdentifiers


@dataclass(frozen=True, slots=True)
class MovieQuery:
    """A film that is looked for."""

    item_id: ItemId
    title: str = field(repr=False)
    year: int | None = None
    imdb_id: str | None = None
    """``tt`` and at least seven digits; None for a film that has no IMDb id."""
    insist: bool = False
    """Whether hosts are asked that rest because they failed: somebody said “search anyway”."""


@dataclass(frozen=True, slots=True)
class EpisodeQuery:
    """An episode that is looked for; title, year and IMDb id are the show's."""

    item_id: ItemId
    title: str = field(repr=False)
    season: int
    episode: int
    year: int | None = None
    imdb_id: str | None = None
    insist: bool = False


@dataclass(frozen=True, slots=True)
class Release:
    """One torrent that a provider offers. None means that the provider does not tell."""

    provider: str
    name: str = field(repr=False)
    """The release name, or the best title that the provider gives."""
    identifiers: TorrentIdentifiers | None = None
    """None when only ``torrent_url`` leads to them."""
    torrent_url: str | None = field(default=None, repr=False)
    """Where the torrent file is to be had; may carry an API key, so it is never shown, logged or stored."""
    web_seeds: tuple[str, ...] = field(default=(), repr=False)
    quality: Quality = Quality.UNKNOWN
    resolution: str | None = None
    codec: str | None = None
    size_bytes: int | None = None
    seeders: int | None = None
    leechers: int | None = None
    published_at: datetime | None = None
    imdb_id: str | None = None
    """Of the film or show, as the provider echoes it."""
    year: int | None = None
    season: int | None = None
    episode: int | None = None
    """None with a ``season`` means the whole season, and None in both, for an episode, the whole show."""
    file_index: int | None = None
    """The wanted file, where the provider lists the files."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider found; an empty answer means that it has nothing, never that it failed."""

    releases: tuple[Release, ...] = ()
    dropped: int = 0
    """Rows that could not be read."""


class TorrentProvider(Protocol):
    """Searches one site or server. What it can't do, such as episodes, it answers empty."""

    @property
    def name(self) -> str:
        """Return the name in settings, reports and the API: ``yts``, ``eztv``, ``torznab.home``."""

    async def search_movie(self, query: MovieQuery) -> Answer:
        """Find torrents of a film. Raises ProviderError."""

    async def search_episode(self, query: EpisodeQuery) -> Answer:
        """Find torrents of an episode, packs that hold it included. Raises ProviderError."""


class ReportStatus(enum.StrEnum):
    """How asking a provider went."""

    OK = "ok"
    EMPTY = "empty"
    CACHED = "cached"
    LATE = "late"
    """The deadline passed; it goes on in the background."""
    UNREACHABLE = "unreachable"
    """No connection, a time-out of its own, or 5xx after all retries."""
    BLOCKED = "blocked"
    """A challenge page, 403 or 429."""
    MALFORMED = "malformed"
    """Nothing in the answer could be read."""
    REFUSED = "refused"
    """It said no: a wrong API key, say."""
    RESTING = "resting"
    """Not asked, because its breaker is open."""


@dataclass(frozen=True, slots=True)
class ProviderReport:
    """How asking one provider went, for people and the API."""

    provider: str
    status: ReportStatus
    elapsed_ms: int
    count: int = 0
    dropped: int = 0
    error: str | None = None
    """What went wrong, in words for people; never an address with a key in it."""
    retry_at: datetime | None = None
    """When a resting provider is asked again."""


class ProviderError(Exception):
    """A provider could not be asked, or what it answered can't be used. The text is for people."""

    status = ReportStatus.UNREACHABLE


class ProviderUnreachableError(ProviderError):
    """No connection, a time-out, or 5xx; the only kind that is tried again."""


class ProviderBlockedError(ProviderError):
    """A challenge page, 403 or 429: opens the breaker at once."""

    status = ReportStatus.BLOCKED

    def __init__(self, text: str, retry_after: float | None = None) -> None:
        """``retry_after``: seconds to wait, where the provider says so."""
        super().__init__(text)
        self.retry_after = retry_after


class ProviderMalformedError(ProviderError):
    """Nothing in the answer could be read."""

    status = ReportStatus.MALFORMED


class ProviderRefusedError(ProviderError):
    """The provider said no, and will again: a wrong API key, say."""

    status = ReportStatus.REFUSED


class ProviderRestingError(ProviderError):
    """The breaker of its host is open."""

    status = ReportStatus.RESTING

    def __init__(self, text: str, retry_at: datetime) -> None:
        """``retry_at``: when the host may be asked again."""
        super().__init__(text)
        self.retry_at = retry_at

"""The nouns of the catalogue: films and shows as people look for them. Frozen, free of I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from server.models import ItemId, TitleKind


@dataclass(frozen=True, slots=True)
class Title:
    """A film or show in a list."""

    id: ItemId
    kind: TitleKind
    title: str = field(repr=False)
    year: int | None = None
    """When it came out; of a show, when it began."""
    poster: str | None = field(default=None, repr=False)
    """Where its poster is on the internet; what clients get is a path on this server."""


@dataclass(frozen=True, slots=True)
class EpisodeTitle:
    """An episode of a show."""

    id: ItemId
    season: int
    episode: int
    title: str = field(repr=False)
    released: datetime | None = None
    overview: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TitleDetails:
    """All that is known of a film or show."""

    title: Title
    background: str | None = field(default=None, repr=False)
    """Where a picture that fills the screen is on the internet."""
    overview: str = field(default="", repr=False)
    runtime_minutes: int | None = None
    genres: tuple[str, ...] = ()
    released: datetime | None = None
    episodes: tuple[EpisodeTitle, ...] = ()
    """Of all seasons, in their order; a film has none."""

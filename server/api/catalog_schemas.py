"""The JSON of titles and of the sources that searches find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

import msgspec

from server.api.schemas import Json, SourceJson
from server.catalogue.catalogue import Page
from server.models import TitleKind
from server.sources.found import Found
from server.sources.provider import ReportStatus
from server.titles import Title, TitleDetails

PathOf = Callable[[str | None], str | None]
"""Takes the address of a picture on the internet, gives its path on this server."""


class TitleJson(Json):
    """A film or show; ``poster`` is a path on this server."""

    id: str
    kind: TitleKind
    title: str
    year: int | None
    poster: str | None

    @classmethod
    def of(cls, title: Title, path_of: PathOf) -> TitleJson:
        """Return a title for clients."""
        return cls(title.id, title.kind, title.title, title.year, path_of(title.poster))


class CatalogJson(Json):
    """A page of titles; ``notice`` says why it is not what it could be, and what to do."""

    titles: list[TitleJson]
    page: int
    more: bool
    notice: str | None

    @classmethod
    def of(cls, page: Page, path_of: PathOf) -> CatalogJson:
        """Return a page for clients."""
        return cls([TitleJson.of(title, path_of) for title in page.titles], page.page, page.more, page.notice)


class MovieJson(Json):
    """All that is known of a film; pictures are paths on this server."""

    id: str
    kind: Literal["movie"]
    title: str
    year: int | None
    poster: str | None
    background: str | None
    overview: str
    runtime_minutes: int | None
    genres: list[str]

    @classmethod
    def of(cls, details: TitleDetails, path_of: PathOf) -> MovieJson:
        """Return a film for clients."""
        return cls(kind="movie", **_common(details, path_of))


class EpisodeJson(Json):
    """An episode; its id is what sources and progress go by."""

    id: str
    episode: int
    title: str
    released: datetime | None
    overview: str


class SeasonJson(Json):
    """The episodes of a season; season 0 holds the specials."""

    season: int
    episodes: list[EpisodeJson]


class ShowJson(Json):
    """All that is known of a show; pictures are paths on this server."""

    id: str
    kind: Literal["show"]
    title: str
    year: int | None
    poster: str | None
    background: str | None
    overview: str
    runtime_minutes: int | None
    genres: list[str]
    seasons: list[SeasonJson]

    @classmethod
    def of(cls, details: TitleDetails, path_of: PathOf) -> ShowJson:
        """Return a show for clients."""
        seasons = [
            SeasonJson(
                season,
                [EpisodeJson(each.id, each.episode, each.title, each.released, each.overview) for each in episodes],
            )
            for season, episodes in groupby(details.episodes, key=lambda each: each.season)
        ]
        return cls(kind="show", seasons=seasons, **_common(details, path_of))


class ReportJson(Json):
    """How asking one provider went."""

    provider: str
    status: ReportStatus
    elapsed_ms: int
    count: int
    dropped: int
    error: str | None
    retry_at: datetime | None


class ItemSourcesJson(Json):
    """The sources of a title, best first, and a report for each provider."""

    item_id: str
    sources: list[SourceJson]
    reports: list[ReportJson]

    @classmethod
    def of(cls, found: Found) -> ItemSourcesJson:
        """Return what was found for clients."""
        reports = [msgspec.convert(report, ReportJson, from_attributes=True) for report in found.reports]
        return cls(found.item_id, [SourceJson.ranked(source) for source in found.sources], reports)


class PinRequest(Json):
    """Whether a source is to be its title's first choice."""

    pinned: bool


class BlockRequest(Json):
    """Whether a source is never to be chosen by itself."""

    blocked: bool


def _common(details: TitleDetails, path_of: PathOf) -> dict[str, Any]:
    title = details.title
    return {
        "id": title.id,
        "title": title.title,
        "year": title.year,
        "poster": path_of(title.poster),
        "background": path_of(details.background),
        "overview": details.overview,
        "runtime_minutes": details.runtime_minutes,
        "genres": list(details.genres),
    }

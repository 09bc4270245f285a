"""What a Torznab server says it can be asked, and the questions that follow from it: pure, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element

from server.models import Episode
from server.sources import values
from server.sources.provider import EpisodeQuery, MovieQuery

_FILMS: Final = "2000"
_TV: Final = "5000"
_KINDS: Final = {"search": "search", "movie-search": "movie", "tv-search": "tvsearch"}


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Parameters by kind of search (``search``, ``movie``, ``tvsearch``), categories, and rows a page."""

    parameters: dict[str, frozenset[str]] = field(default_factory=dict)
    categories: frozenset[str] = frozenset()
    limit: int = 100

    @classmethod
    def of(cls, root: Element) -> Capabilities:
        """Read a ``caps`` element."""
        parameters = {}
        searching = root.find("searching")
        for element in searching if searching is not None else ():
            if element.tag in _KINDS and element.get("available", "no").lower() == "yes":
                named = element.get("supportedParams") or "q"
                parameters[_KINDS[element.tag]] = frozenset(name.strip().lower() for name in named.split(","))
        limits = root.find("limits")
        limit = values.whole(limits.get("max")) if limits is not None else None
        categories = frozenset(element.get("id", "") for element in root.iterfind("categories/category"))
        return cls(parameters, categories, min(limit or 100, 100))

    def film_questions(self, query: MovieQuery) -> Iterator[dict[str, str]]:
        """Give the ways to ask for a film, the surest first; each is tried when the one before found nothing."""
        known = self.parameters.get("movie", frozenset())
        if query.imdb_id and "imdbid" in known:
            yield self._asked("movie", _FILMS, imdbid=query.imdb_id)
        if not query.title:
            return
        words = f"{query.title} {query.year}" if query.year else query.title
        if "q" in known:
            yield self._asked("movie", _FILMS, q=words)
        elif "q" in self.parameters.get("search", frozenset()):
            yield self._asked("search", _FILMS, q=words)

    def episode_questions(self, query: EpisodeQuery) -> Iterator[list[dict[str, str]]]:
        """Give the ways to ask for an episode and for its season, which belong together, the surest way first."""
        known = self.parameters.get("tvsearch", frozenset())
        season, episode = {"season": str(query.season)}, {"ep": str(query.episode)}
        numbered = {"season", "ep"} <= known
        if query.imdb_id and numbered and "imdbid" in known:
            show = {"imdbid": query.imdb_id}
            yield [self._asked("tvsearch", _TV, **show, **season, **more) for more in (episode, {})]
        if not query.title:
            return
        if numbered and "q" in known:
            show = {"q": query.title}
            yield [self._asked("tvsearch", _TV, **show, **season, **more) for more in (episode, {})]
        elif "q" in self.parameters.get("search", frozenset()) | known:
            kind = "search" if "search" in self.parameters else "tvsearch"
            places = (str(Episode(query.season, query.episode)), f"S{query.season:02}")
            yield [self._asked(kind, _TV, q=f"{query.title} {place}") for place in places]

    def _asked(self, kind: str, category: str, **parameters: str) -> dict[str, str]:
        asked = {"t": kind, "limit": str(self.limit), **parameters}
        return asked | ({"cat": category} if self._has(category) else {})

    def _has(self, category: str) -> bool:
        return category in self.categories


def configured_indexers(elements: Iterable[Element]) -> list[str]:
    """Return the ids of the indexers that Jackett lists as set up."""
    listed = (element for element in elements if element.get("configured", "true").lower() == "true")
    return [name for element in listed if (name := element.get("id", "")) and name.replace("-", "").isalnum()]

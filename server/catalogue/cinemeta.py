"""Cinemeta: films and shows by their IMDb ids, without a key."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote

from server.catalogue.service import JsonService, Listing, member, moment, number, rows, text, texts, web_address
from server.models import ItemId, TitleKind
from server.titles import EpisodeTitle, Title, TitleDetails

URL: Final = "https://v3-cinemeta.strem.io"

_PAGE: Final = 100  # titles that the service gives at once
_IMDB: Final = re.compile(r"tt\d{5,10}")
_TYPES: Final = {TitleKind.MOVIE: "movie", TitleKind.SHOW: "series"}


class Cinemeta:
    """Searches and browses Cinemeta."""

    name = "cinemeta"

    def __init__(self, server: JsonService) -> None:
        self._server = server

    async def titles(self, query: str, kind: TitleKind, page: int) -> Listing:
        """Search (one page), or browse what is watched most. Raises CatalogueUnavailableError."""
        if query and page > 1:
            return Listing()
        extra = f"/search={quote(query, safe='')}" if query else f"/skip={(page - 1) * _PAGE}" if page > 1 else ""
        found = rows(member(await self._server.get(f"/catalog/{_TYPES[kind]}/top{extra}.json"), "metas"))
        titles = tuple(title for row in found if (title := _title(row, kind)))
        return Listing(titles, more=not query and len(found) >= _PAGE // 2)

    async def details(self, title_id: ItemId) -> TitleDetails | None:
        """Return what there is to know of a film or show. Raises CatalogueUnavailableError."""
        if not _IMDB.fullmatch(title_id):
            return None
        for kind, word in _TYPES.items():
            meta = member(await self._server.get(f"/meta/{word}/{title_id}.json"), "meta")
            title = _title(meta, kind)
            if title and title.id == title_id:
                return _details(title, meta)
        return None


def _title(row: Any, kind: TitleKind) -> Title | None:
    imdb_id, name = text(member(row, "imdb_id") or member(row, "id")), text(member(row, "name"))
    if not name or not _IMDB.fullmatch(imdb_id):
        return None
    year = number(member(row, "year") or member(row, "releaseInfo"))
    return Title(ItemId(imdb_id), kind, name, year, web_address(member(row, "poster")))


def _details(title: Title, meta: dict[str, Any]) -> TitleDetails:
    episodes = [_episode(title, row) for row in rows(meta.get("videos"))] if title.kind is TitleKind.SHOW else []
    return TitleDetails(
        title,
        background=web_address(meta.get("background")),
        overview=text(meta.get("description")),
        runtime_minutes=number(meta.get("runtime")),
        genres=texts(meta.get("genres") or meta.get("genre")),
        released=moment(meta.get("released")),
        episodes=tuple(sorted((found for found in episodes if found), key=lambda found: (found.season, found.episode))),
    )


def _episode(title: Title, row: dict[str, Any]) -> EpisodeTitle | None:
    season, episode = number(row.get("season")), number(row.get("episode") or row.get("number"))
    if season is None or not episode:
        return None
    return EpisodeTitle(
        ItemId(f"{title.id}:{season}:{episode}"),
        season,
        episode,
        text(row.get("name") or row.get("title")) or f"Episode {episode}",
        moment(row.get("released") or row.get("firstAired")),
        text(row.get("overview") or row.get("description")),
    )

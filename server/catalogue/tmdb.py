"""TMDB, with the user's key: texts and pictures of films and shows that are known by their IMDb ids."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from server.catalogue.service import JsonService, Listing, member, moment, number, rows, text
from server.models import ItemId, TitleKind
from server.titles import Title, TitleDetails

URL: Final = "https://api.themoviedb.org"
IMAGES: Final = "https://image.tmdb.org"

_IMDB: Final = re.compile(r"tt\d{5,10}")
_KINDS: Final = (("movie_results", TitleKind.MOVIE), ("tv_results", TitleKind.SHOW))

FindKey = Callable[[], Awaitable[str | None]]
"""Gives the user's key; None while there is none."""


class Tmdb:
    """Looks titles up at TMDB."""

    name = "tmdb"

    def __init__(self, server: JsonService, find_key: FindKey, images: str = IMAGES) -> None:
        """``images``: where its pictures are."""
        self._server = server
        self._find_key = find_key
        self._images = images.rstrip("/")

    async def titles(self, query: str, kind: TitleKind, page: int) -> Listing:  # noqa: ARG002 - others list
        """List nothing: its lists have no IMDb ids."""
        return Listing()

    async def details(self, title_id: ItemId) -> TitleDetails | None:
        """Return its texts and pictures of a title. Raises CatalogueUnavailableError."""
        key = await self._find_key()
        if key is None or not _IMDB.fullmatch(title_id):
            return None
        params, headers = {"external_source": "imdb_id"}, {}
        if "." in key:  # a token of their newer kind
            headers["Authorization"] = f"Bearer {key}"
        else:
            params["api_key"] = key
        found = await self._server.get(f"/3/find/{title_id}", params, **headers)
        for results, kind in _KINDS:
            for row in rows(member(found, results))[:1]:
                return self._details(title_id, kind, row)
        return None

    def _details(self, title_id: ItemId, kind: TitleKind, row: dict[str, Any]) -> TitleDetails | None:
        name = text(row.get("title") or row.get("name"))
        date = row.get("release_date") or row.get("first_air_date")
        title = Title(title_id, kind, name, number(date), self._picture("w500", row.get("poster_path")))
        background, overview = self._picture("w1280", row.get("backdrop_path")), text(row.get("overview"))
        return TitleDetails(title, background, overview, released=moment(date)) if name else None

    def _picture(self, width: str, path: Any) -> str | None:
        name = text(path)
        return f"{self._images}/t/p/{width}{name}" if re.fullmatch(r"/[\w.\-]+", name, re.ASCII) else None

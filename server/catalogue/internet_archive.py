"""The Internet Archive: films in the public domain and openly licensed ones, which play without anything else."""

from __future__ import annotations

import re
from typing import Any, Final

from server.catalogue.service import JsonService, Listing, member, moment, number, rows, text, texts
from server.models import ItemId, TitleKind
from server.titles import Title, TitleDetails

URL: Final = "https://archive.org"
PREFIX: Final = "archive:"

_PAGE: Final = 50
_NAME: Final = re.compile(r"[A-Za-z0-9][\w.\-]{0,99}", re.ASCII)
_PLAYS: Final = 'mediatype:movies AND format:("Archive BitTorrent")'
_FILMS: Final = "collection:feature_films"
_FIELDS: Final = "identifier,title,year,downloads"


class InternetArchive:
    """Searches and browses the films of the Internet Archive."""

    name = "internet_archive"

    def __init__(self, server: JsonService, url: str) -> None:
        """``url``: where the server is for those who fetch its pictures."""
        self._server = server
        self._url = url.rstrip("/")

    async def titles(self, query: str, kind: TitleKind, page: int) -> Listing:
        """Search titles, or browse what is fetched most; it has no shows. Raises CatalogueUnavailableError."""
        words = " ".join(re.findall(r"\w+", query))
        if kind is not TitleKind.MOVIE or (query and not words):
            return Listing()
        asked = f"title:({words}) AND {_PLAYS}" if words else f"{_FILMS} AND {_PLAYS}"
        params = {
            "q": asked,
            "fl[]": _FIELDS,
            "sort[]": "downloads desc",
            "rows": str(_PAGE),
            "page": str(page),
            "output": "json",
        }
        response = member(await self._server.get("/advancedsearch.php", params), "response")
        found = [title for row in rows(member(response, "docs")) if (title := self._title(row))]
        return Listing(tuple(found), more=page * _PAGE < (number(member(response, "numFound")) or 0))

    async def details(self, title_id: ItemId) -> TitleDetails | None:
        """Return what there is to know of a film there. Raises CatalogueUnavailableError."""
        name = title_id.removeprefix(PREFIX)
        if name == title_id or not _NAME.fullmatch(name):
            return None
        metadata = member(await self._server.get(f"/metadata/{name}"), "metadata")
        title = self._title(metadata)
        if title is None:
            return None
        return TitleDetails(
            title,
            background=title.poster,
            overview=text(member(metadata, "description")),
            runtime_minutes=_minutes(member(metadata, "runtime")),
            genres=texts(member(metadata, "subject"))[:6],
            released=moment(member(metadata, "date")),
        )

    def _title(self, row: Any) -> Title | None:
        name, title = text(member(row, "identifier")), text(member(row, "title"))
        if not title or not _NAME.fullmatch(name):
            return None
        year = number(member(row, "year") or text(member(row, "date"))[:4])
        return Title(ItemId(PREFIX + name), TitleKind.MOVIE, title, year, f"{self._url}/services/img/{name}")


def _minutes(value: Any) -> int | None:
    """Return minutes from ``1:35:20``, ``95:20`` or ``95 min``."""
    parts = [int(part) for part in re.findall(r"\d+", text(value).partition(".")[0])][:3]
    if ":" in text(value) and len(parts) == 3:  # noqa: PLR2004 - hours, minutes and seconds
        return parts[0] * 60 + parts[1]
    return parts[0] if parts else None

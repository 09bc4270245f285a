"""YTS API v2: films with their torrents; nothing found has no ``movies``, a film may have no ``torrents``."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web
from fakes.sites.site import PAGE, ProviderSite, Rows
from fakes.sites.torrent import FakeTorrent

_GIB = 1 << 30


class YtsSite(ProviderSite):
    """``unlisted`` films are only found by ``movie_details``; ``message`` makes it a clone that answers with that."""

    unlisted = False
    message = ""
    without_torrents = False

    async def answer(self, request: web.BaseRequest) -> Rows | web.StreamResponse:
        if self.message:
            return web.json_response({"message": self.message})
        match request.path:
            case "/api/v2/list_movies.json":
                return self._list(request.query.get("query_term", "").lower(), int(request.query.get("limit", "20")))
            case "/api/v2/movie_details.json":
                return self._details(request.query.get("imdb_id", ""))
        return web.Response(status=404, text=PAGE, content_type="text/html")

    def _list(self, term: str, limit: int) -> Rows:
        found = [] if self.unlisted else [t for t in self.torrents if term in {t.imdb_id, t.title.lower()}]
        films = self._films(found)
        head = {"movie_count": len(films), "limit": limit, "page_number": 1}
        if not films:
            return Rows(_envelope(head), [], b"")
        opening = _envelope(head)[: -len(b'},"@meta":{}}')]
        # the rows of the answer are the torrents of its film, since that is what is counted here
        film, *others = films
        torrents = [json.dumps(row).encode() for row in film.pop("torrents", [])]
        behind = b"".join(b"," + json.dumps(other).encode() for other in others)
        start = opening + b',"movies":[' + json.dumps(film).encode()[:-1]
        if self.without_torrents:
            return Rows(start + b"}" + behind + b"]},", [], b'"@meta":{}}')
        return Rows(start + b',"torrents":[', torrents, b"]}" + behind + b']},"@meta":{}}')

    def _details(self, imdb_id: str) -> Rows:
        found = self._films([t for t in self.torrents if t.imdb_id == imdb_id])
        stub = {"id": 0, "url": "", "imdb_code": "tt0", "title": None, "title_long": " (0)", "year": 0, "torrents": []}
        return Rows(_envelope({"movie": found[0] if found else stub}), [], b"")

    def _films(self, torrents: list[FakeTorrent]) -> list[dict[str, Any]]:
        films: dict[str, dict[str, Any]] = {}
        for torrent in torrents:
            film = films.setdefault(
                torrent.imdb_id or "",
                {
                    "id": 10,
                    "url": f"{self.url}/movies/a-film",
                    "imdb_code": torrent.imdb_id,
                    "title": torrent.title,
                    "title_english": torrent.title,
                    "title_long": f"{torrent.title} ({torrent.year})",
                    "year": torrent.year,
                    "rating": 8.3,
                    "genres": ["Drama"],
                    "language": "en",
                    "torrents": [],
                },
            )
            film["torrents"].append(self._row(torrent))
        if self.without_torrents:
            for film in films.values():
                del film["torrents"]
        return list(films.values())

    def _row(self, torrent: FakeTorrent) -> dict[str, Any]:
        return {
            "url": f"{self.url}/torrent/download/{torrent.info_hash.upper()}",
            "hash": torrent.info_hash.upper(),
            "quality": torrent.resolution,
            "type": torrent.kind,
            "is_repack": "0",
            "video_codec": torrent.codec,
            "bit_depth": "8",
            "audio_channels": "2.0",
            "seeds": torrent.seeders,
            "peers": torrent.leechers,
            "size": f"{torrent.size / _GIB:.2f} GB",
            "size_bytes": torrent.size,
            "date_uploaded": f"{torrent.published_at:%Y-%m-%d %H:%M:%S}",
            "date_uploaded_unix": int(torrent.published_at.timestamp()),
        }


def _envelope(data: dict[str, Any]) -> bytes:
    whole = {"status": "ok", "status_message": "Query was successful", "data": data, "@meta": {}}
    return json.dumps(whole, separators=(",", ":")).encode()

"""RARBG's torrentapi v2: a token first, errors with status 200, and no hash but in the magnet link."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web
from fakes.sites.site import PAGE, ProviderSite, Rows
from fakes.sites.torrent import FakeTorrent


class TorrentApiSite(ProviderSite):
    """``failures`` are answered to the next searches, as they are: ``{"error": …, "error_code": 5}``."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.tokens = 0
        self.token = ""
        self.failures: list[dict[str, Any]] = []

    def expire(self) -> None:
        """Refuse the token that was given out."""
        self.token = ""

    async def answer(self, request: web.BaseRequest) -> Rows | web.StreamResponse:
        query = request.query
        if request.path != "/pubapi_v2.php":
            return web.Response(status=404, text=PAGE, content_type="text/html")
        if not query.get("app_id"):
            return web.json_response({"error": "No app_id set", "error_code": 1})
        if query.get("get_token") == "get_token":
            self.tokens += 1
            self.token = f"t0ken{self.tokens}"
            return web.json_response({"token": self.token})
        if self.failures:
            return web.json_response(self.failures.pop(0))
        if query.get("token") != self.token:
            return web.json_response({"error": "Invalid token. Use get_token for a new one!", "error_code": 4})
        return self._search(request)

    def _search(self, request: web.BaseRequest) -> Rows | web.StreamResponse:
        query = request.query
        found = [t for t in self.torrents if t.imdb_id == query.get("search_imdb")]
        if not any(t.imdb_id == query.get("search_imdb") for t in self.torrents) and "search_imdb" in query:
            return web.json_response(
                {"error": "Cant find imdb in database. Are you sure this imdb exists?", "error_code": 10}
            )
        words = query.get("search_string", "").lower().split()
        found = [t for t in found if set(words) <= set(t.release_name.lower().replace(".", " ").split())]
        if not found:
            return web.json_response({"error": "No results found", "error_code": 20})
        found.sort(key=lambda t: -t.seeders)
        rows = [json.dumps(self._row(t)).encode() for t in found[: int(query.get("limit", "25"))]]
        return Rows(b'{"torrent_results":[', rows, b"]}")

    def _row(self, torrent: FakeTorrent) -> dict[str, Any]:
        return {
            "title": torrent.release_name,
            "category": "Movies/x264/1080" if torrent.season is None else "TV HD Episodes",
            "download": torrent.magnet,
            "seeders": torrent.seeders,
            "leechers": torrent.leechers,
            "size": torrent.size,
            "pubdate": f"{torrent.published_at:%Y-%m-%d %H:%M:%S +0000}",
            "episode_info": {"imdb": torrent.imdb_id, "tvrage": None, "tvdb": None, "themoviedb": "19"},
            "ranked": 1,
            "info_page": f"{self.url}/redirect_to_info.php?token={self.token}&p=1",
        }

"""EZTV: all torrents of a show by page, numbers as strings; anything else asked brings the latest list."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web
from fakes.sites.site import PAGE, ProviderSite, Rows
from fakes.sites.torrent import FakeTorrent


class EztvSite(ProviderSite):
    """``ignores_imdb`` makes it answer with the latest list whatever is asked."""

    ignores_imdb = False

    async def answer(self, request: web.BaseRequest) -> Rows | web.StreamResponse:
        if request.path != "/api/get-torrents":
            return web.Response(status=404, text=PAGE, content_type="text/html")
        query = request.query
        digits = "" if self.ignores_imdb else query.get("imdb_id", "")
        limit, page = int(query.get("limit", "30")), int(query.get("page", "1"))
        found = [t for t in self.torrents if not digits or int(t.digits) == int(digits)]
        rows = [self._row(t) for t in found[(page - 1) * limit : page * limit]]
        head: dict[str, Any] = {"imdb_id": digits} if digits else {}
        head |= {"torrents_count": len(found), "limit": limit, "page": page}
        if not found:
            return web.json_response(head)
        return Rows(json.dumps(head)[:-1].encode() + b',"torrents":[', [json.dumps(r).encode() for r in rows], b"]}")

    def _row(self, torrent: FakeTorrent) -> dict[str, Any]:
        return {
            "id": int(torrent.info_hash[:8], 16),
            "hash": torrent.info_hash,
            "filename": f"{torrent.release_name}.mkv",
            "episode_url": f"{self.url}/ep/1/",
            "torrent_url": f"{self.url}/torrents/{torrent.info_hash}.torrent",
            "magnet_url": torrent.magnet,
            "title": f"{torrent.release_name.replace('.', ' ')} EZTV",
            "imdb_id": torrent.digits,
            "season": str(torrent.season or 0),
            "episode": str(torrent.episode or 0),
            "small_screenshot": "//ezimg.example/a.jpg",
            "large_screenshot": "//ezimg.example/b.jpg",
            "seeds": torrent.seeders,
            "peers": torrent.leechers,
            "date_released_unix": int(torrent.published_at.timestamp()),
            "size_bytes": str(torrent.size),
        }

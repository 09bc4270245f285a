"""TheRARBG: all torrents of a title at once; a title it does not have is a redirect."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web
from fakes.sites.site import PAGE, ProviderSite, Rows
from fakes.sites.torrent import FakeTorrent


class TheRarbgSite(ProviderSite):
    """``absent_is_page`` answers what it does not have with a web page in place of a redirect."""

    absent_is_page = False

    async def answer(self, request: web.BaseRequest) -> Rows | web.StreamResponse:
        parts = request.path.strip("/").split("/")
        if len(parts) != 2 or parts[0] != "imdb-detail" or request.query.get("format") != "json":
            return web.Response(status=404 if parts != [""] else 200, text=PAGE, content_type="text/html")
        found = [t for t in self.torrents if t.imdb_id == parts[1]]
        if not found and self.absent_is_page:
            return web.Response(text=PAGE, content_type="text/html")
        if not found:
            return web.Response(status=302, headers={"Location": "/"})
        head = json.dumps({"imdb": {"imdb_id": parts[1], "title": found[0].title}})[:-1].encode()
        return Rows(head + b',"trb_posts":[', [json.dumps(self._row(t)).encode() for t in found], b"]}")

    def _row(self, torrent: FakeTorrent) -> dict[str, Any]:
        return {
            "name": torrent.release_name,
            "size": torrent.size,
            "seeders": torrent.seeders,
            "leechers": torrent.leechers,
            "info_hash": torrent.info_hash.upper(),
            "season": torrent.season,
            "episode": torrent.episode,
            "timestamp": f"{torrent.published_at:%Y-%m-%dT%H:%M:%SZ}",
            "files": None,
            "trackers": ["udp://tracker.example:1337/announce"],
        }

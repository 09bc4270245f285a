"""Torznab as Jackett and Prowlarr speak it: XML, errors as elements, and links that lead to magnet links."""

from __future__ import annotations

import email.utils
from collections.abc import Collection
from xml.sax.saxutils import escape, quoteattr

from aiohttp import web
from fakes.sites.site import PAGE, ProviderSite, Rows
from fakes.sites.torrent import FakeTorrent

_NAMESPACE = "http://torznab.com/schemas/2015/feed"


class TorznabSite(ProviderSite):
    """One indexer at ``/api``; with ``indexers``, Jackett's list of them below ``/api/v2.0/indexers``.

    ``style`` is ``jackett`` (magnet links and hashes) or ``prowlarr`` (only links that redirect to ``magnet:``).
    """

    api_key = "k3y"
    style = "jackett"
    movie_params = "q,imdbid"
    tv_params = "q,season,ep,imdbid"
    error: tuple[int, str] | None = None
    indexers: tuple[str, ...] = ()
    broken_indexers: Collection[str] = ()
    """Those that answer with status 500."""
    dead_links = False
    """Whether links to torrents answer with status 500."""

    async def answer(self, request: web.BaseRequest) -> Rows | web.StreamResponse:
        query = request.query
        if any(f"/indexers/{name}/" in request.path for name in self.broken_indexers):
            return web.Response(status=500)
        if request.path.startswith("/download/"):
            return self._download(request.path.removeprefix("/download/"))
        if not request.path.endswith("/api"):
            return web.Response(status=404, text=PAGE, content_type="text/html")
        if query.get("apikey") != self.api_key:
            return _error(100, "Invalid API Key")
        if self.error:
            return _error(*self.error)
        return self._do(query.get("t", ""), request)

    def _do(self, function: str, request: web.BaseRequest) -> Rows | web.StreamResponse:
        match function:
            case "caps":
                return _xml(self._caps())
            case "indexers":
                listed = "".join(f'<indexer id="{name}" configured="true"/>' for name in self.indexers)
                return _xml(f"<indexers>{listed}</indexers>")
            case "search" | "movie" | "tvsearch":
                return self._search(request)
        return _error(202, "No such function")

    def _caps(self) -> str:
        tv = f'<tv-search available="yes" supportedParams="{self.tv_params}"/>'
        movie = (
            f'<movie-search available="{"yes" if self.movie_params else "no"}" supportedParams="{self.movie_params}"/>'
        )
        return (
            '<caps><server title="Fake"/><limits default="100" max="100"/>'
            f'<searching><search available="yes" supportedParams="q"/>{tv}{movie}</searching>'
            '<categories><category id="2000" name="Movies"/><category id="5000" name="TV"/></categories></caps>'
        )

    def _search(self, request: web.BaseRequest) -> Rows | web.StreamResponse:
        query = request.query
        allowed = {"search": "q", "movie": self.movie_params, "tvsearch": self.tv_params}[query["t"]].split(",")
        for name in ("imdbid", "season", "ep"):
            if name in query and name not in allowed:
                return _error(201, f"Incorrect parameter: {name}")
        found = [t for t in self.torrents if self._fits(t, request)]
        rows = [self._item(t).encode() for t in found]
        head = (
            '<?xml version="1.0" encoding="UTF-8"?>'
            f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:torznab="{_NAMESPACE}"><channel>'
            "<title>Fake</title>"
        )
        return Rows(head.encode(), rows, b"</channel></rss>", between=b"\n", media_type="application/rss+xml")

    @staticmethod
    def _fits(torrent: FakeTorrent, request: web.BaseRequest) -> bool:
        query = request.query
        if "imdbid" in query and torrent.digits != str(int(query["imdbid"].removeprefix("tt"))):
            return False
        if "season" in query and torrent.season != int(query["season"]):
            return False
        if "ep" in query and torrent.episode != int(query["ep"]):
            return False
        words = torrent.release_name.lower().replace(".", " ")
        return all(word in words for word in query.get("q", "").lower().split())

    def _item(self, torrent: FakeTorrent) -> str:
        link = f"{self.url}/download/{torrent.info_hash}"
        attributes = {"seeders": str(torrent.seeders), "peers": str(torrent.seeders + torrent.leechers)}
        if torrent.imdb_id:
            attributes["imdbid"] = torrent.imdb_id
        if torrent.season is not None:
            attributes["season"] = str(torrent.season)
        if self.style == "jackett":
            attributes |= {"infohash": torrent.info_hash, "magneturl": torrent.magnet}
            link = torrent.magnet
        listed = "".join(f"<torznab:attr name={quoteattr(n)} value={quoteattr(v)}/>" for n, v in attributes.items())
        return (
            f"<item><title>{escape(torrent.release_name)}</title><guid>{self.url}/details/{torrent.info_hash[:8]}</guid>"
            f"<pubDate>{email.utils.format_datetime(torrent.published_at)}</pubDate><size>{torrent.size}</size>"
            f"<link>{escape(link)}</link><category>2000</category>"
            f'<enclosure url={quoteattr(link)} length="{torrent.size}" type="application/x-bittorrent"/>{listed}</item>'
        )

    def _download(self, info_hash: str) -> web.Response:
        if self.dead_links:
            return web.Response(status=500)
        torrent = next((t for t in self.torrents if t.info_hash == info_hash), None)
        if torrent is None:
            return web.Response(status=404, text=PAGE, content_type="text/html")
        if torrent.torrent_file:
            return web.Response(body=torrent.torrent_file, content_type="application/x-bittorrent")
        return web.Response(status=302, headers={"Location": torrent.magnet})


def _error(code: int, text: str) -> web.Response:
    return _xml(f'<error code="{code}" description={quoteattr(text)}/>')


def _xml(text: str) -> web.Response:
    return web.Response(text=f'<?xml version="1.0" encoding="UTF-8"?>{text}', content_type="application/xml")

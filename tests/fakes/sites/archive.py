"""The Internet Archive: search, metadata, torrents with stale web seeds, and the files themselves, with ranges."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from fakes.sites.site import PAGE, ProviderSite, Rows
from fakes.torrent_files import info, torrent_file

PIECE = 16 << 10
_FORMATS = {".mp4": "h.264", ".mpeg": "MPEG2", ".ogv": "Ogg Video", ".jpg": "Thumbnail", ".xml": "Metadata"}


@dataclass
class ArchiveItem:
    """``files``: content by name, in the order of the torrent. ``metadata`` replaces or adds fields."""

    identifier: str = "night_of_the_living_dead"
    title: str = "Night of the Living Dead"
    year: str | None = "1968"
    files: dict[str, bytes] = field(default_factory=lambda: {"film.mp4": bytes(100_000), "cover.jpg": bytes(3000)})
    metadata: dict[str, Any] = field(default_factory=dict)
    dead: bool = False
    """Whether the files are gone from the server, as stale web seeds are."""

    @property
    def torrent(self) -> bytes:
        content = b"".join(self.files.values())
        pieces = b"".join(
            hashlib.sha1(content[start : start + PIECE]).digest() for start in range(0, len(content), PIECE)
        )
        described = info(
            [(name, len(data)) for name, data in self.files.items()], name=self.identifier.encode(), pieces=pieces
        )
        stale = [b"http://ia999999.us.archive.invalid/3/items/", b"/3/items/", b"https://archive.invalid/download/"]
        return torrent_file(described, url_list=stale)

    @property
    def btih(self) -> str:
        described = re.search(rb"4:info(.*)8:url-liste?", self.torrent, re.DOTALL)
        assert described
        return hashlib.sha1(described[1]).hexdigest()


class ArchiveSite(ProviderSite):
    """Serves ``items``; their files lie under ``/7/items``."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.items: list[ArchiveItem] = []
        self.broken: set[str] = set()
        """Items whose torrents are no torrents."""
        self.sent: Counter[str] = Counter()
        """Bytes by file."""

    async def answer(self, request: web.BaseRequest) -> Rows | web.StreamResponse:
        first, *rest = request.path.strip("/").split("/")
        match first, rest:
            case "advancedsearch.php", []:
                return self._search(request.query["q"], int(request.query["rows"]))
            case "metadata", [identifier]:
                item = self._item(identifier)
                return web.json_response(self._metadata(item) if item else {})
            case "download", [identifier, name] if name == f"{identifier}_archive.torrent":
                if identifier in self.broken:
                    return web.Response(body=b"not a torrent")
                if item := self._item(identifier):
                    return web.Response(body=item.torrent, content_type="application/x-bittorrent")
            case "7", ["items", identifier, *path]:
                return self._file(request, identifier, "/".join(path))
        return web.Response(status=404, text=PAGE, content_type="text/html")

    def _item(self, identifier: str) -> ArchiveItem | None:
        return next((item for item in self.items if item.identifier == identifier), None)

    def _search(self, query: str, rows: int) -> Rows:
        asked = re.search(r'title:\("?(.*?)"?\)', query)
        words = asked[1].lower().split() if asked else []
        found = [item for item in self.items if all(word in item.title.lower() for word in words)]
        docs = [json.dumps(self._doc(item)).encode() for item in found[:rows]]
        head = json.dumps({"responseHeader": {"status": 0}})[:-1] + f',"response":{{"numFound":{len(found)},"start":0,'
        return Rows(head.encode() + b'"docs":[', docs, b"]}}")

    def _doc(self, item: ArchiveItem) -> dict[str, Any]:
        doc = {
            "identifier": item.identifier,
            "title": item.title,
            "item_size": sum(map(len, item.files.values())),
            "btih": item.btih,
            "publicdate": "2015-01-02T03:04:05Z",
            "downloads": 12345,
            "licenseurl": "http://creativecommons.org/licenses/publicdomain/",
        }
        return doc | ({"year": item.year} if item.year else {})

    def _metadata(self, item: ArchiveItem) -> dict[str, Any]:
        listed = [
            {
                "name": name,
                "source": "original",
                "format": _FORMATS.get("." + name.rpartition(".")[2], "Unknown"),
                "size": str(len(data)),
                "length": "5400.00",
                "height": "480",
                "width": "640",
            }
            for name, data in item.files.items()
        ]
        metadata = {
            "identifier": item.identifier,
            "title": item.title,
            "year": item.year,
            "mediatype": "movies",
            "publicdate": "2015-01-02 03:04:05",
            "collection": ["feature_films", "moviesandfilms"],
        }
        return {
            "created": 1700000000,
            "server": f"{self.host}:{self.port}",
            "d1": f"{self.host}:{self.port}",
            "dir": f"/7/items/{item.identifier}",
            "workable_servers": [f"{self.host}:{self.port}"],
            "files_count": len(listed),
            "metadata": metadata | item.metadata,
            "files": listed,
        }

    def _file(self, request: web.BaseRequest, identifier: str, name: str) -> web.StreamResponse:
        item = self._item(identifier)
        if item is None or item.dead or name not in item.files:
            return web.Response(status=404, text=PAGE, content_type="text/html")
        data, wanted = item.files[name], request.http_range
        start = wanted.start or 0
        stop = min(wanted.stop or len(data), len(data))
        self.sent[name] += stop - start
        if "Range" not in request.headers:
            return web.Response(body=data)
        headers = {"Content-Range": f"bytes {start}-{stop - 1}/{len(data)}"}
        return web.Response(status=206, body=data[start:stop], headers=headers)

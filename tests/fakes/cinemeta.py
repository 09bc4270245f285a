"""Cinemeta as recorded: catalogues and metas, numbers as strings; and pictures."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import unquote

from aiohttp import web

JPEG = b"\xff\xd8\xff\xe0" + bytes(500)


@dataclass(frozen=True)
class FakeTitle:
    """``episodes``: how many each season has, from the first; none for a film."""

    imdb_id: str
    name: str
    year: str
    episodes: tuple[int, ...] = ()
    released: str = "1982-06-25T00:00:00.000Z"
    about: str = ""

    @property
    def kind(self) -> str:
        return "series" if self.episodes else "movie"


@dataclass
class CinemetaSite:
    """Serves ``titles``; while ``silent`` it takes requests and says nothing, while ``broken`` it answers 500."""

    titles: list[FakeTitle] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    silent: bool = False
    broken: bool = False
    port: int = 0
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls) -> AsyncIterator[Self]:
        site = cls()
        runner = web.ServerRunner(web.Server(site._handle))
        await runner.setup()
        try:
            tcp = web.TCPSite(runner, "127.0.0.1", 0)
            await tcp.start()
            site.port = tcp.port
            yield site
        finally:
            site.let_go.set()
            await runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request.path)
        self.asked.set()
        if self.silent:
            await self.let_go.wait()
        if self.broken:
            return web.Response(status=500)
        match unquote(request.path).strip("/").split("/"):
            case ["catalog", kind, "top.json"]:
                return web.json_response({"metas": [self._row(title) for title in self._of(kind)]})
            case ["catalog", kind, "top", extra]:
                word = extra.removeprefix("search=").removesuffix(".json").casefold()
                found = [title for title in self._of(kind) if word in title.name.casefold()]
                return web.json_response({"metas": [self._row(title) for title in found]})
            case ["meta", kind, name]:
                found = [title for title in self._of(kind) if name == f"{title.imdb_id}.json"]
                return web.json_response({"meta": self._meta(found[0])} if found else {})
            case ["pictures", name] if name in self.pictures or name.startswith("tt"):
                return web.Response(body=self.pictures.get(name, JPEG), content_type="image/jpeg")
        return web.Response(status=404, text="<html>Not found</html>", content_type="text/html")

    def _of(self, kind: str) -> list[FakeTitle]:
        return [title for title in self.titles if title.kind == kind]

    def _row(self, title: FakeTitle) -> dict[str, Any]:
        return {
            "id": title.imdb_id,
            "imdb_id": title.imdb_id,
            "type": title.kind,
            "name": title.name,
            "releaseInfo": f"{title.year}-" if title.episodes else title.year,
            "poster": f"{self.url}/pictures/{title.imdb_id}",
        }

    def _meta(self, title: FakeTitle) -> dict[str, Any]:
        return self._row(title) | {
            "year": title.year,
            "released": title.released,
            "description": title.about or f"All about {title.name}.",
            "runtime": "117 min",
            "genres": ["Drama", "Sci-Fi"],
            "background": f"{self.url}/pictures/{title.imdb_id}-wide",
            "videos": [
                {
                    "id": f"{title.imdb_id}:{season}:{number}",
                    "season": season,
                    "number": str(number),
                    "name": f"Part {number}",
                    "released": title.released,
                }
                for season, count in enumerate(title.episodes, 1)
                for number in range(1, count + 1)
            ],
        }

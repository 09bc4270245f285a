"""TheRARBG: everything of a title at once; a title that it does not have is a redirect or a web page."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import msgspec

from server.http.polite import PoliteClient, Service
from server.models import Episode
from server.sources import values
from server.sources.names import filled_in, fitting_in
from server.sources.provider import Answer, EpisodeQuery, MovieQuery, Release
from server.sources.providers.asking import Asker
from server.sources.providers.rows import Finish, off_loop, readable
from server.sources.providers.swarms import from_hash
from server.sources.salvage import Document

_REDIRECTS: Final = range(300, 400)
_NOT_FOUND: Final = 404


class _Row(msgspec.Struct):
    name: Any = None
    size: Any = None
    seeders: Any = None
    leechers: Any = None
    info_hash: Any = None
    season: Any = None
    episode: Any = None
    timestamp: Any = None
    trackers: Any = None


class TheRarbgProvider:
    """Searches a server that speaks TheRARBG's JSON."""

    name = "rarbg"

    def __init__(self, client: PoliteClient, service: Service) -> None:
        self._asker = Asker(client, service)

    async def search_movie(self, query: MovieQuery) -> Answer:
        """Find torrents of a film. Raises ProviderError."""
        return await self._search(query, filled_in)

    async def search_episode(self, query: EpisodeQuery) -> Answer:
        """Find torrents of an episode, and packs that hold it. Raises ProviderError."""
        return await self._search(query, partial(fitting_in, Episode(query.season, query.episode)))

    async def _search(self, query: MovieQuery | EpisodeQuery, finish: Finish) -> Answer:
        if query.imdb_id is None:
            return Answer()
        path = f"/imdb-detail/{query.imdb_id}/"
        reply = await self._asker.get(path, {"format": "json"}, insist=query.insist, redirects=0)
        if reply.status in _REDIRECTS or reply.status == _NOT_FOUND or self._asker.is_page(reply):
            return Answer()
        document = self._asker.read_json(reply, "trb_posts")
        title = document.head.get("imdb")
        echoed = values.imdb_id(title.get("imdb_id") if isinstance(title, dict) else title)
        if echoed not in {None, query.imdb_id}:
            return Answer()
        return await off_loop(lambda: self._answer(document, query.imdb_id, finish))

    def _answer(self, document: Document, imdb_id: str | None, finish: Finish) -> Answer:
        releases, dropped = readable(document.rows, lambda row: self._release(row, imdb_id))
        finished = (finish(release) for release in releases)
        return Answer(tuple(release for release in finished if release), dropped + document.broken)

    def _release(self, row: Any, imdb_id: str | None) -> Release:
        """Return the release. Raises ValueError when the row can't be read."""
        torrent = msgspec.convert(row, _Row)
        name = values.text(torrent.name)
        trackers = torrent.trackers if isinstance(torrent.trackers, list) else []
        identifiers = from_hash(torrent.info_hash, name, trackers)
        if identifiers is None or not name:
            raise ValueError("There is no hash or no name.")
        return Release(
            provider=self.name,
            name=name,
            identifiers=identifiers,
            size_bytes=values.size(torrent.size),
            seeders=values.seeders(torrent.seeders),
            leechers=values.people(torrent.leechers),
            published_at=values.moment(torrent.timestamp),
            imdb_id=imdb_id,
            season=values.whole(torrent.season) or None,
            episode=values.whole(torrent.episode) or None,
        )

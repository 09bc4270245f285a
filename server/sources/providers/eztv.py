"""EZTV: episodes, by the show's IMDb id. It knows no search for a season, so a show is fetched whole and remembered."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import msgspec

from server.clock import Clock, utc_now
from server.http.polite import PoliteClient, Service
from server.models import Episode
from server.sources import values
from server.sources.names import fitting_in
from server.sources.provider import Answer, EpisodeQuery, MovieQuery, ProviderError, Release
from server.sources.providers.asking import Asker
from server.sources.providers.rows import off_loop, readable
from server.sources.providers.swarms import identified
from server.sources.salvage import Document

_PER_PAGE: Final = 100
_MOST_PAGES: Final = 40
_REMEMBERED: Final = 50
_FRESH: Final = timedelta(hours=1)


class _Torrent(msgspec.Struct):
    hash: Any = None
    filename: Any = None
    magnet_url: Any = None
    title: Any = None
    imdb_id: Any = None
    season: Any = None
    episode: Any = None
    seeds: Any = None
    peers: Any = None
    date_released_unix: Any = None
    size_bytes: Any = None


class EztvProvider:
    """Searches a server that speaks EZTV's API."""

    name = "eztv"

    def __init__(self, client: PoliteClient, service: Service, clock: Clock = utc_now) -> None:
        self._asker = Asker(client, service)
        self._clock = clock
        self._shows: OrderedDict[str, tuple[datetime, Answer]] = OrderedDict()

    async def search_movie(self, query: MovieQuery) -> Answer:  # noqa: ARG002 - the contract's
        """Return nothing: EZTV has episodes only."""
        return Answer()

    async def search_episode(self, query: EpisodeQuery) -> Answer:
        """Find torrents of an episode. Raises ProviderError."""
        if query.imdb_id is None:
            return Answer()
        show = self._remembered(query.imdb_id) or await self._fetch(query.imdb_id, insist=query.insist)
        wanted = Episode(query.season, query.episode)
        return await off_loop(lambda: _fitting(show, wanted))

    def _remembered(self, imdb_id: str) -> Answer | None:
        at, answer = self._shows.get(imdb_id, (None, None))
        return answer if at is not None and self._clock() < at + _FRESH else None

    async def _fetch(self, imdb_id: str, *, insist: bool) -> Answer:
        """Fetch all pages of a show; those before one that fails count, but are not remembered."""
        releases: list[Release] = []
        dropped = 0
        for page in range(1, _MOST_PAGES + 1):
            try:
                document = await self._page(imdb_id, page, insist=insist)
            except ProviderError:
                if page == 1:
                    raise
                return Answer(tuple(releases), dropped)
            if values.imdb_id(document.head.get("imdb_id")) != imdb_id:  # it gives what is new instead
                break
            read, unread = await off_loop(partial(readable, document.rows, partial(self._release, imdb_id=imdb_id)))
            releases += read
            dropped += unread + document.broken
            total = values.whole(document.head.get("torrents_count"))
            if document.broken or not document.rows or (total is not None and page * _PER_PAGE >= total):
                break
        answer = Answer(tuple(releases), dropped)
        if not dropped:
            self._shows[imdb_id] = self._clock(), answer
            self._shows.move_to_end(imdb_id)
            while len(self._shows) > _REMEMBERED:
                self._shows.popitem(last=False)
        return answer

    async def _page(self, imdb_id: str, page: int, *, insist: bool) -> Document:
        params = {"imdb_id": imdb_id.removeprefix("tt"), "limit": str(_PER_PAGE), "page": str(page)}
        return await self._asker.json("/api/get-torrents", params, "torrents", insist=insist)

    def _release(self, row: Any, imdb_id: str) -> Release | None:
        """Return the release; none for a row of another show. Raises ValueError when it can't be read."""
        torrent = msgspec.convert(row, _Torrent)
        if values.imdb_id(torrent.imdb_id) != imdb_id:
            return None
        name = values.text(torrent.filename) or values.text(torrent.title)
        identifiers = identified(torrent.magnet_url, torrent.hash, name)
        if identifiers is None or not name:
            raise ValueError("There is no hash or no name.")
        return Release(
            provider=self.name,
            name=name,
            identifiers=identifiers,
            size_bytes=values.size(torrent.size_bytes),
            seeders=values.seeders(torrent.seeds),
            leechers=values.people(torrent.peers),
            published_at=values.moment(torrent.date_released_unix),
            imdb_id=imdb_id,
            season=values.whole(torrent.season) or None,
            episode=values.whole(torrent.episode) or None,
        )


def _fitting(show: Answer, wanted: Episode) -> Answer:
    fitting = (fitting_in(wanted, release) for release in show.releases)
    return Answer(tuple(release for release in fitting if release), show.dropped)

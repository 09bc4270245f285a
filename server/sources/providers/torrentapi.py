"""RARBG's torrentapi v2: a token first, one request in two seconds, and errors that come with status 200."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import msgspec

from server.clock import Clock, utc_now
from server.http.polite import PoliteClient, Service
from server.models import Episode
from server.sources import values
from server.sources.names import filled_in, fitting_in
from server.sources.provider import (
    Answer,
    EpisodeQuery,
    MovieQuery,
    ProviderBlockedError,
    ProviderMalformedError,
    ProviderRefusedError,
    Release,
)
from server.sources.providers.asking import Asker, quoted
from server.sources.providers.rows import Finish, off_loop, readable
from server.sources.providers.swarms import from_magnet
from server.sources.salvage import Document

APP_ID: Final = "miauflix"
LIMITED_WITH: Final = frozenset({403, 429, 520})
"""Statuses with which such a server asks to be left alone."""

_PATH: Final = "/pubapi_v2.php"
_FILMS: Final = "44;45;50;51;52;54;17;46;47"
_EPISODES: Final = "18;41;49"
_TOKEN_LASTS: Final = timedelta(minutes=14)  # it says 15
_TOKEN_ERRORS: Final = frozenset({2, 4})
_RATE_ERROR: Final = 5
_NOTHING_FOUND: Final = frozenset({8, 9, 10, 13, 14, 20})


class _Row(msgspec.Struct):
    title: Any = None
    filename: Any = None
    download: Any = None
    seeders: Any = None
    leechers: Any = None
    size: Any = None
    pubdate: Any = None
    episode_info: Any = None


class TorrentApiProvider:
    """Searches a server that speaks torrentapi v2."""

    name = "rarbg"

    def __init__(self, client: PoliteClient, service: Service, clock: Clock = utc_now) -> None:
        """``service`` keeps to a request in two seconds and is turned away with LIMITED_WITH."""
        self._asker = Asker(client, service)
        self._clock = clock
        self._token: tuple[str, datetime] | None = None

    async def search_movie(self, query: MovieQuery) -> Answer:
        """Find torrents of a film. Raises ProviderError."""
        if query.imdb_id is None:
            return Answer()
        search = {"search_imdb": query.imdb_id, "category": _FILMS}
        document = await self._search(search, insist=query.insist)
        return await off_loop(lambda: self._releases(document, query.imdb_id, filled_in))

    async def search_episode(self, query: EpisodeQuery) -> Answer:
        """Find torrents of an episode, and of its season. Raises ProviderError."""
        if query.imdb_id is None:
            return Answer()
        wanted = Episode(query.season, query.episode)
        found: dict[str, Release] = {}
        dropped = 0
        for words in (str(wanted), f"S{query.season:02}"):
            search = {"search_imdb": query.imdb_id, "search_string": words, "category": _EPISODES}
            document = await self._search(search, insist=query.insist)
            answer = await off_loop(partial(self._releases, document, query.imdb_id, partial(fitting_in, wanted)))
            dropped += answer.dropped
            for release in answer.releases:
                if release.identifiers:
                    found.setdefault(release.identifiers.info_hash, release)
        return Answer(tuple(found.values()), dropped)

    async def _search(self, search: dict[str, str], *, insist: bool) -> Document:
        """Return the rows; the token is renewed once when it is refused."""
        params = {"mode": "search", "sort": "seeders", "limit": "100", "ranked": "0", "format": "json_extended"}
        for is_last in (False, True):
            token = await self._valid_token(insist=insist)
            asked = {**params, **search, "token": token, "app_id": APP_ID}
            async with self._asker.minding_limits():
                document = await self._asker.json(_PATH, asked, "torrent_results", insist=insist)
                code = values.whole(document.head.get("error_code"))
                if code not in _TOKEN_ERRORS:
                    self._check(document, code)
                    return document
            self._token = None
            if is_last:
                break
        raise ProviderRefusedError(f"{self._asker.service.host} refuses the token that it gave.")

    def _check(self, document: Document, code: int | None) -> None:
        host = self._asker.service.host
        if code == _RATE_ERROR or (document.head.get("rate_limit") and not document.rows):
            raise ProviderBlockedError(f"{host} wants to be asked less.")
        if code is not None and code not in _NOTHING_FOUND:
            raise ProviderRefusedError(f"{host} says {quoted(document.head.get('error'))} (error {code}).")
        if code is None and "torrent_results" not in document.head and not document.rows and not document.broken:
            raise ProviderMalformedError(f"{host} does not answer as torrentapi does.")

    async def _valid_token(self, *, insist: bool) -> str:
        if self._token is None or self._clock() >= self._token[1] + _TOKEN_LASTS:
            params = {"get_token": "get_token", "app_id": APP_ID}
            document = await self._asker.json(_PATH, params, "token", insist=insist)
            token = values.text(document.head.get("token"))
            if not token:
                self._check(document, values.whole(document.head.get("error_code")))
                raise ProviderMalformedError(f"{self._asker.service.host} gives no token.")
            self._token = token, self._clock()
        return self._token[0]

    def _releases(self, document: Document, imdb_id: str | None, finish: Finish) -> Answer:
        releases, dropped = readable(document.rows, lambda row: self._release(row, imdb_id))
        finished = (finish(release) for release in releases)
        return Answer(tuple(release for release in finished if release), dropped + document.broken)

    def _release(self, row: Any, imdb_id: str | None) -> Release | None:
        """Return the release; none for one of another title. Raises ValueError when it can't be read."""
        torrent = msgspec.convert(row, _Row)
        info = torrent.episode_info if isinstance(torrent.episode_info, dict) else {}
        echoed = values.imdb_id(info.get("imdb"))
        if echoed not in {None, imdb_id}:
            return None
        name = values.text(torrent.title) or values.text(torrent.filename)
        identifiers = from_magnet(torrent.download)
        if identifiers is None or not name:
            raise ValueError("There is no magnet link or no name.")
        return Release(
            provider=self.name,
            name=name,
            identifiers=identifiers,
            size_bytes=values.size(torrent.size),
            seeders=values.seeders(torrent.seeders),
            leechers=values.people(torrent.leechers),
            published_at=values.moment(torrent.pubdate),
            imdb_id=echoed,
        )

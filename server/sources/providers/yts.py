"""YTS, API v2: films, by their IMDb id where there is one."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from server.http.polite import PoliteClient, Service
from server.models import Quality
from server.sources import values
from server.sources.names import codec, filled_in
from server.sources.provider import (
    Answer,
    EpisodeQuery,
    MovieQuery,
    ProviderMalformedError,
    ProviderRefusedError,
    Release,
)
from server.sources.providers.asking import Asker, quoted
from server.sources.providers.rows import off_loop, readable
from server.sources.providers.swarms import from_hash
from server.sources.salvage import Document

_KINDS: Final = {"bluray": Quality.BLURAY, "web": Quality.WEB}

TRACKERS: Final = (
    "udp://tracker.opentrackr.org:1337/announce",
    "udp://open.stealth.si:80/announce",
    "udp://tracker.torrent.eu.org:451/announce",
    "udp://exodus.desync.com:6969/announce",
    "udp://p4p.arenabg.com:1337/announce",
)
"""YTS names none with its hashes and asks its users to add public ones."""


class _Film(msgspec.Struct):
    imdb_code: Any = None
    title: Any = None
    title_english: Any = None
    year: Any = None
    torrents: Any = None


class _Torrent(msgspec.Struct):
    hash: Any = None
    quality: Any = None
    type: Any = None
    video_codec: Any = None
    seeds: Any = None
    peers: Any = None
    size: Any = None
    size_bytes: Any = None
    date_uploaded_unix: Any = None


class YtsProvider:
    """Searches a server that speaks YTS' API."""

    name = "yts"

    def __init__(self, client: PoliteClient, service: Service) -> None:
        self._asker = Asker(client, service)

    async def search_movie(self, query: MovieQuery) -> Answer:
        """Find torrents of a film. Raises ProviderError."""
        wanted = query.imdb_id or query.title
        document = await self._ask("list_movies", {"query_term": wanted, "limit": "50"}, insist=query.insist)
        answer = await off_loop(lambda: self._answer(document, query))
        if answer.releases or answer.dropped or not query.imdb_id:
            return answer
        # some servers list a film only in its details
        details = await self._ask("movie_details", {"imdb_id": query.imdb_id}, insist=query.insist)
        return await off_loop(lambda: self._answer(details, query))

    async def search_episode(self, query: EpisodeQuery) -> Answer:  # noqa: ARG002 - the contract's
        """Return nothing: YTS has films only."""
        return Answer()

    async def _ask(self, call: str, params: dict[str, str], *, insist: bool) -> Document:
        """Return the answer; its rows are films, or the torrents of a film in whose midst it broke off."""
        reply = await self._asker.get(f"/api/v2/{call}.json", params, insist=insist)
        document = self._asker.read_json(reply, "movies")
        if document.broken and not document.rows:
            torrents = self._asker.read_json(reply, "torrents")
            film = document.head | torrents.head | {"torrents": list(torrents.rows)}
            return Document(document.head, (film,), torrents.broken)
        self._check(document.head)
        if film := _object(_object(document.head.get("data")).get("movie")):
            return Document(document.head, (film,))
        return document

    def _check(self, head: dict[str, Any]) -> None:
        status = head.get("status")
        if status is None and "message" in head:
            raise ProviderRefusedError(f"{self._asker.service.host} says {quoted(head['message'])}.")
        if status == "error":
            raise ProviderRefusedError(f"{self._asker.service.host} says {quoted(head.get('status_message'))}.")
        if status != "ok":
            raise ProviderMalformedError(f"{self._asker.service.host} does not answer as YTS does.")

    def _answer(self, document: Document, query: MovieQuery) -> Answer:
        answers = [self._film(row, query) for row in document.rows]
        releases = tuple(release for answer in answers for release in answer.releases)
        return Answer(releases, document.broken + sum(answer.dropped for answer in answers))

    def _film(self, row: Any, query: MovieQuery) -> Answer:
        try:
            film = msgspec.convert(row, _Film)
        except msgspec.ValidationError:
            return Answer(dropped=1)
        imdb_id = values.imdb_id(film.imdb_code)
        if query.imdb_id and imdb_id != query.imdb_id:
            return Answer()
        rows = film.torrents if isinstance(film.torrents, list) else []
        releases, dropped = readable(rows, lambda torrent: self._release(torrent, film, imdb_id))
        return Answer(tuple(releases), dropped)

    def _release(self, row: Any, film: _Film, imdb_id: str | None) -> Release:
        """Return a film's torrent as a release. Raises ValueError when it can't be read."""
        torrent = msgspec.convert(row, _Torrent)
        title = values.text(film.title_english) or values.text(film.title)
        year = values.whole(film.year) or None
        words = [f"{title} ({year})" if year else title, *map(values.text, (torrent.quality, torrent.type))]
        name = " ".join(filter(None, words))
        identifiers = from_hash(torrent.hash, name, TRACKERS)
        if identifiers is None or not title:
            raise ValueError("There is no hash or no title.")
        return filled_in(
            Release(
                provider=self.name,
                name=name,
                identifiers=identifiers,
                quality=_KINDS.get(values.text(torrent.type).lower(), Quality.UNKNOWN),
                codec=codec(torrent.video_codec),
                size_bytes=values.size(torrent.size_bytes) or values.size(torrent.size),
                seeders=values.seeders(torrent.seeds),
                leechers=values.people(torrent.peers),
                published_at=values.moment(torrent.date_uploaded_unix),
                imdb_id=imdb_id,
                year=year,
            )
        )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

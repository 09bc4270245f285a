"""The Internet Archive: films in the public domain or under an open licence, which its own servers seed.

Its torrents name web seeds that are out of date or are mere paths, so they are made anew from where the metadata say
that the files are. A torrent holds every rendition of the film: the best one that plays everywhere is chosen.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import quote

import msgspec
from yarl import URL

from server.errors import InvalidSourceError
from server.http.polite import PoliteClient, Service
from server.models import TorrentIdentifiers
from server.sources import values
from server.sources.names import filled_in
from server.sources.provider import (
    Answer,
    EpisodeQuery,
    MovieQuery,
    ProviderError,
    ProviderMalformedError,
    Release,
)
from server.sources.providers.asking import Asker, translated
from server.torrent.files import CONTENT_TYPES
from server.torrent.metainfo import MAX_TORRENT_FILE, Metainfo, parse_torrent_file
from server.torrent.web_seeds import with_web_seeds

_ITEM: Final = "archive:"
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,99}", re.ASCII)
_SERVER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}(:\d{1,5})?", re.ASCII)
_FIELDS: Final = ("identifier", "title", "year", "item_size", "btih", "publicdate", "downloads", "licenseurl")
_ROWS: Final = 20
_MOST_ITEMS: Final = 4
_MOST_SERVERS: Final = 4
_YEARS_APART: Final = 1
_OK: Final = 200
_PLAYS_EVERYWHERE: Final = (".mp4", ".m4v")


class _Doc(msgspec.Struct):
    identifier: Any = None
    title: Any = None
    year: Any = None


class _File(msgspec.Struct):
    name: Any = None
    size: Any = None
    height: Any = None


class _Metadata(msgspec.Struct):
    server: Any = None
    dir: Any = None
    workable_servers: Any = None
    metadata: Any = None
    files: Any = None


@dataclass(frozen=True, slots=True)
class _Rendition:
    """One file of an item: its path there, bytes, and lines of the picture if that is told."""

    name: str = field(repr=False)
    size: int
    height: int | None

    @property
    def standing(self) -> tuple[bool, int]:
        """Order renditions: what every browser plays, then the largest."""
        return PurePosixPath(self.name).suffix.lower() in _PLAYS_EVERYWHERE, self.size


class InternetArchiveProvider:
    """Searches the Internet Archive."""

    name = "internet_archive"

    def __init__(self, client: PoliteClient, service: Service) -> None:
        self._client = client
        self._asker = Asker(client, service)

    async def search_movie(self, query: MovieQuery) -> Answer:
        """Find torrents of a film: of the item that is asked for, or of those with its title. Raises ProviderError."""
        dropped = 0
        if query.item_id.startswith(_ITEM):
            identifiers = [query.item_id.removeprefix(_ITEM)]
        else:
            identifiers, dropped = await self._find(query)
        ends = await asyncio.gather(
            *(self._release(each, insist=query.insist) for each in identifiers if _IDENTIFIER.fullmatch(each)),
            return_exceptions=True,
        )
        releases = [end for end in ends if isinstance(end, Release)]
        failures = [end for end in ends if isinstance(end, BaseException)]
        for failure in failures:
            if not releases or not isinstance(failure, ProviderError):
                raise failure
        return Answer(tuple(releases), dropped + len(failures))

    async def search_episode(self, query: EpisodeQuery) -> Answer:  # noqa: ARG002 - the contract's
        """Return nothing: what it has of shows is in no order that could be relied on."""
        return Answer()

    async def _find(self, query: MovieQuery) -> tuple[list[str], int]:
        """Return the identifiers of items that bear the film's title, and how many rows could not be read."""
        words = " ".join(re.findall(r"\w+", query.title))
        if not words:
            return [], 0
        params = {
            "q": f'title:("{words}") AND mediatype:movies AND format:("Archive BitTorrent")',
            "fl[]": ",".join(_FIELDS),
            "sort[]": "downloads desc",
            "rows": str(_ROWS),
            "page": "1",
            "output": "json",
        }
        document = await self._asker.json("/advancedsearch.php", params, "docs", insist=query.insist)
        if not document.rows and not document.broken and "response" not in document.head:
            raise ProviderMalformedError(f"{self._asker.service.host} does not answer as the Internet Archive does.")
        found: list[str] = []
        dropped = document.broken
        for row in document.rows:
            try:
                doc = msgspec.convert(row, _Doc)
            except msgspec.ValidationError:
                dropped += 1
                continue
            if _is_of(doc, query):
                found.append(values.text(doc.identifier))
        return found[:_MOST_ITEMS], dropped

    async def _release(self, identifier: str, *, insist: bool) -> Release | None:
        """Return an item's torrent; none for an item that is not there or holds no video. Raises ProviderError."""
        item = await self._metadata(identifier, insist=insist)
        renditions = _renditions(item.files)
        described = item.metadata if isinstance(item.metadata, dict) else {}
        seeds = _web_seeds(item, identifier, URL(self._asker.service.url).scheme)
        if not renditions:
            return None
        metainfo = await self._torrent(identifier, seeds, insist=insist)
        indexes = {PurePosixPath(file.path).parts[1:]: file.index for file in metainfo.files if file.is_video}
        known = [each for each in renditions if PurePosixPath(each.name).parts in indexes]
        if not known:
            return None
        best = max(known, key=lambda each: each.standing)
        year = _year(described.get("year")) or _year(described.get("date"))
        title = values.text(_first(described.get("title"))) or identifier
        return filled_in(
            Release(
                provider=self.name,
                name=f"{title} ({year})" if year and str(year) not in title else title,
                identifiers=TorrentIdentifiers(metainfo.identifiers.info_hash, None, metainfo.identifiers.torrent_file),
                web_seeds=seeds,
                resolution=f"{best.height}p" if best.height else None,
                size_bytes=best.size,
                published_at=values.moment(_first(described.get("publicdate"))),
                year=year,
                file_index=indexes[PurePosixPath(best.name).parts],
            )
        )

    async def _metadata(self, identifier: str, *, insist: bool) -> _Metadata:
        document = await self._asker.json(f"/metadata/{identifier}", {}, "files", insist=insist)
        head = document.head
        if isinstance(head.get("files"), list):
            return msgspec.convert(head, _Metadata)
        if document.rows:  # it was cut off, perhaps after where it says where the files are
            return msgspec.convert({**head, "files": list(document.rows)}, _Metadata)
        return _Metadata()

    async def _torrent(self, identifier: str, seeds: tuple[str, ...], *, insist: bool) -> Metainfo:
        """Fetch an item's torrent file and put the web seeds right. Raises ProviderError."""
        url = f"{self._asker.service.url}/download/{identifier}/{identifier}_archive.torrent"
        with translated():
            reply = await self._client.get(self._asker.service, url, limit=MAX_TORRENT_FILE, insist=insist)
        host = self._asker.service.host
        if reply.status != _OK or not reply.whole:
            raise ProviderMalformedError(f"{host} gives no torrent file (status {reply.status}).")
        try:
            return await asyncio.get_running_loop().run_in_executor(None, _seeded, reply.body, seeds)
        except InvalidSourceError as error:
            raise ProviderMalformedError(f"{host} gives something that is no torrent file.") from error


def _seeded(data: bytes, seeds: tuple[str, ...]) -> Metainfo:
    return parse_torrent_file(with_web_seeds(data, seeds))


def _is_of(doc: _Doc, query: MovieQuery) -> bool:
    """Whether an item is of the film, as far as its title and year tell."""
    if not _IDENTIFIER.fullmatch(values.text(doc.identifier)):
        return False
    year = _year(doc.year)
    if year and query.year and abs(year - query.year) > _YEARS_APART:
        return False
    wanted = [word.casefold() for word in re.findall(r"\w+", query.title)]
    given = [word.casefold() for word in re.findall(r"\w+", values.text(_first(doc.title)))]
    return given[: len(wanted)] == wanted or given[1 : len(wanted) + 1] == wanted


def _renditions(files: Any) -> list[_Rendition]:
    """Return the videos among an item's files."""
    found = []
    for row in files if isinstance(files, list) else []:
        try:
            file = msgspec.convert(row, _File)
        except msgspec.ValidationError:
            continue
        name, size = file.name, values.size(file.size)
        if isinstance(name, str) and size and PurePosixPath(name).suffix.lower() in CONTENT_TYPES:
            found.append(_Rendition(name, size, values.whole(file.height, most=10_000) or None))
    return found


def _web_seeds(item: _Metadata, identifier: str, scheme: str) -> tuple[str, ...]:
    """Return where the servers have the item's folder: the URLs to which BitTorrent adds its name and the file's."""
    folder = values.text(item.dir)
    if not folder.startswith("/") or PurePosixPath(folder).name != identifier or ".." in folder:
        return ()
    above = quote(folder.removesuffix("/").removesuffix(identifier))
    listed = item.workable_servers if isinstance(item.workable_servers, list) else []
    servers = [server for server in map(values.text, [item.server, *listed]) if _SERVER.fullmatch(server)]
    return tuple(f"{scheme}://{server}{above}" for server in list(dict.fromkeys(servers))[:_MOST_SERVERS])


def _first(value: Any) -> Any:
    """Return the value, or the first of several: its fields are texts or lists of them."""
    return value[0] if isinstance(value, list) and value else value


def _year(value: Any) -> int | None:
    found = re.match(r"(1[89]|20)\d\d", str(_first(value)))
    return int(found[0]) if found else None

"""Finds out what a link to a torrent file leads to: the file, or a redirect to a magnet link."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from server.errors import InvalidSourceError
from server.http.errors import HttpError
from server.http.polite import PoliteClient, Service
from server.sources.provider import ProviderError, ProviderMalformedError, ProviderUnreachableError, Release
from server.torrent.metainfo import MAX_TORRENT_FILE, Metainfo, parse_magnet, parse_torrent_file

MOST: Final = 15
"""Links of one answer that are followed, those with the most seeders first."""

WITHIN: Final = 4.0
"""Seconds for all of them together."""

_AT_ONCE: Final = 4
_OK: Final = 200


class Resolver:
    """Follows the links of one service, which is the only one whose private address they may have."""

    def __init__(self, client: PoliteClient, service: Service) -> None:
        self._client = client
        # a link that is dead says nothing about the search, which is not to rest for it
        self._service = replace(service, key=f"{service.key}/links")

    async def resolve(self, url: str) -> Metainfo:
        """Return what a link leads to, checked as what people add by hand is. Raises ProviderError."""
        host = self._service.host
        try:
            reply = await self._client.get(self._service, url, limit=MAX_TORRENT_FILE)
        except HttpError as error:
            raise ProviderUnreachableError(str(error)) from error
        try:
            if reply.location:
                return parse_magnet(reply.location)
            if reply.status != _OK or not reply.whole:
                raise ProviderMalformedError(f"{host} gives no torrent file (status {reply.status}).")
            return await asyncio.get_running_loop().run_in_executor(None, parse_torrent_file, reply.body)
        except InvalidSourceError as error:
            raise ProviderMalformedError(f"{host} gives something that is no torrent file.") from error

    async def resolve_all(self, releases: Iterable[Release], *, within: float = WITHIN) -> Sequence[Release]:
        """Return the releases with what their links lead to, as far as that shows in so many seconds.

        Those whose links lead nowhere stay as they are.
        """
        listed = list(releases)
        linked = sorted((each for each in listed if each.torrent_url), key=lambda each: -(each.seeders or 0))[:MOST]
        turns = asyncio.Semaphore(_AT_ONCE)

        known: dict[int, Release] = {}

        async def follow(release: Release) -> None:
            async with turns:
                found = await self.resolve(release.torrent_url or "")
            known[id(release)] = replace(release, identifiers=found.identifiers, torrent_url=None)

        tasks = [asyncio.ensure_future(follow(release)) for release in linked]
        try:
            if tasks:
                await asyncio.wait(tasks, timeout=within)
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception) and not isinstance(end, ProviderError):
                raise end
        return [known.get(id(release), release) for release in listed]

"""The sources that people add by hand: a magnet link or a torrent file, each an item of its own."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from server.errors import SourceExistsError, SourceUnavailableError
from server.models import ItemId, Source, SourceId
from server.torrent.files import choose_video
from server.torrent.metainfo import Metainfo, parse_magnet, parse_torrent_file

PROVIDER = "user"
"""The provider's name of what people add by hand."""

UNTITLED = "Untitled video"
_TITLE_LIMIT = 300


class SourceStore(Protocol):
    """Where sources are kept."""

    async def add(self, source: Source) -> None:
        """Keep a source. Raises SourceExistsError."""

    async def get(self, source_id: SourceId) -> Source:
        """Return a source. Raises SourceNotFoundError, SourceUnavailableError."""

    async def find(self, info_hash: str) -> Source | None:
        """Return a source of the torrent, if there is one; rather one that was added by hand."""

    async def list(self) -> Sequence[Source]:
        """Return what people added and can be read."""

    async def delete(self, source_id: SourceId) -> None:
        """Forget a source. Raises SourceNotFoundError."""


class Library:
    """Adds, lists and removes sources."""

    def __init__(self, sources: SourceStore, discard: Callable[[str], Awaitable[None]] | None = None) -> None:
        """``discard`` deletes what was downloaded of an info hash; None where no engine runs."""
        self._sources = sources
        self._discard = discard
        self._deleting: set[asyncio.Task[None]] = set()

    async def add_magnet(self, magnet: str, title: str | None = None) -> Source:
        """Add a magnet link. Raises InvalidSourceError, SourceExistsError."""
        return await self._add(parse_magnet(magnet), title, size=None)

    async def add_torrent(self, data: bytes, title: str | None = None) -> Source:
        """Add a torrent file. Raises InvalidSourceError, NoVideoError, SourceExistsError."""
        parsed = await asyncio.get_running_loop().run_in_executor(None, parse_torrent_file, data)
        return await self._add(parsed, title, size=choose_video(parsed.files).size)

    async def list(self) -> Sequence[Source]:
        """Return what people added and can be read."""
        return await self._sources.list()

    async def get(self, source_id: SourceId) -> Source:
        """Return a source. Raises SourceNotFoundError, SourceUnavailableError."""
        return await self._sources.get(source_id)

    async def delete(self, source_id: SourceId) -> None:
        """Remove a source and what was downloaded of it. Raises SourceNotFoundError.

        It is done whole, also when whoever wanted it does not wait for the end.
        """
        task = asyncio.create_task(self._delete(source_id))
        self._deleting.add(task)
        task.add_done_callback(self._deleting.discard)
        await asyncio.shield(task)

    async def _delete(self, source_id: SourceId) -> None:
        try:
            info_hash = (await self._sources.get(source_id)).identifiers.info_hash
        except SourceUnavailableError:  # it can't be read, but it can be got rid of
            info_hash = None
        await self._sources.delete(source_id)
        if info_hash and self._discard and await self._sources.find(info_hash) is None:
            await self._discard(info_hash)

    async def _add(self, parsed: Metainfo, title: str | None, size: int | None) -> Source:
        known = await self._sources.find(parsed.identifiers.info_hash)
        if known and known.found_at is None:  # what a search found belongs to its film
            raise SourceExistsError(known.id)
        source = Source(
            id=SourceId(str(uuid.uuid4())),
            item_id=ItemId(f"local:{uuid.uuid4()}"),
            title=presentable(title or "") or presentable(parsed.name) or UNTITLED,
            provider=PROVIDER,
            identifiers=parsed.identifiers,
            created_at=datetime.now(UTC),
            size_bytes=size,
        )
        await self._sources.add(source)
        return source


def presentable(title: str) -> str:
    """Return a title that can be stored and shown: a command line's may hold bytes that are no text."""
    return title.encode(errors="replace").decode().strip()[:_TITLE_LIMIT].rstrip()

"""A library of sources that lives in memory and takes any magnet link and any file that begins like a torrent."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime

from server.errors import InvalidSourceError, SourceExistsError, SourceNotFoundError
from server.models import ItemId, Source, SourceId, TorrentIdentifiers


class MemoryLibrary:
    def __init__(self) -> None:
        self.rows: dict[SourceId, Source] = {}

    async def add_magnet(self, magnet: str, title: str | None = None) -> Source:
        if not magnet.startswith("magnet:?xt=urn:btih:"):
            raise InvalidSourceError
        info_hash = magnet.removeprefix("magnet:?xt=urn:btih:")[:40].lower()
        return self._add(TorrentIdentifiers(info_hash, magnet=magnet), title)

    async def add_torrent(self, data: bytes, title: str | None = None) -> Source:
        if not data.startswith(b"d"):
            raise InvalidSourceError
        return self._add(TorrentIdentifiers(hashlib.sha256(data).hexdigest()[:40], torrent_file=data), title)

    async def list(self) -> list[Source]:
        return list(self.rows.values())

    async def get(self, source_id: SourceId) -> Source:
        if source_id not in self.rows:
            raise SourceNotFoundError
        return self.rows[source_id]

    async def delete(self, source_id: SourceId) -> None:
        if self.rows.pop(source_id, None) is None:
            raise SourceNotFoundError

    def _add(self, identifiers: TorrentIdentifiers, title: str | None) -> Source:
        for known in self.rows.values():
            if known.identifiers.info_hash == identifiers.info_hash:
                raise SourceExistsError(known.id)
        source = Source(
            SourceId(str(uuid.uuid4())),
            ItemId(f"local:{uuid.uuid4()}"),
            title or "Untitled",
            "manual",
            identifiers,
            datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
        )
        self.rows[source.id] = source
        return source

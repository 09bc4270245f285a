"""A source as a row: what identifies its torrent goes in and comes out of envelopes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from server.models import ItemId, Quality, Source, SourceId, TorrentIdentifiers
from server.storage import audit
from server.storage.schema import movie_sources
from server.vault.cipher import DecryptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.vault.cipher import FieldCipher

_log = logging.getLogger(__name__)

_TABLE = movie_sources.name

LISTED: list[sa.ColumnElement[Any]] = [
    sa.null().label("file") if column.name == "file" else column for column in movie_sources.c
]
"""All columns but the torrent file: those are large."""


class SourceRows:
    """Makes rows of sources and sources of rows."""

    def __init__(self, cipher: FieldCipher) -> None:
        self._cipher = cipher
        self.reported: set[str] = set()
        """Ids of the rows read so far that can't be decrypted."""

    def values(self, source: Source) -> dict[str, Any]:
        """Return the row of a source."""
        return {
            "id": source.id,
            "item_id": source.item_id,
            "title": source.title,
            "provider": source.provider,
            "providers": " ".join(source.providers),
            "file_index": source.file_index,
            "quality": source.quality.value,
            "resolution": source.resolution,
            "codec": source.codec,
            "size_bytes": source.size_bytes,
            "seeders": source.seeders,
            "leechers": source.leechers,
            "web_seeds": source.web_seeds,
            "created_at": source.created_at,
            "published_at": source.published_at,
            "found_at": source.found_at,
            "pack": source.pack,
            "matched": source.matched,
            "pinned": source.pinned,
            "blocked": source.blocked,
            "refusal": source.refusal,
            **self.seal(source.id, source.identifiers),
        }

    def same_torrent(self, identifiers: TorrentIdentifiers) -> sa.ColumnElement[bool]:
        """Return the condition for the rows of a torrent."""
        return movie_sources.c.ih_index == self._cipher.blind_index(identifiers.info_hash)

    def read_all(self, connection: sa.Connection, query: sa.Select[Any]) -> Sequence[Source]:
        """Return the sources that a query finds and that can be decrypted."""
        sources = [self.read(connection, row) for row in connection.execute(query).all()]
        return [source for source in sources if source is not None]

    def read(self, connection: sa.Connection, row: sa.Row[Any]) -> Source | None:
        """Return the row's source, None when it can't be decrypted."""
        try:
            identifiers = self._unseal(row)
        except DecryptionError as error:
            self._report(connection, row.id, error)
            return None
        return Source(
            id=SourceId(row.id),
            item_id=ItemId(row.item_id),
            title=row.title,
            provider=row.provider,
            providers=tuple(row.providers.split()),
            identifiers=identifiers,
            created_at=row.created_at,
            file_index=row.file_index,
            quality=Quality(row.quality),
            resolution=row.resolution,
            codec=row.codec,
            size_bytes=row.size_bytes,
            seeders=row.seeders,
            leechers=row.leechers,
            web_seeds=row.web_seeds,
            published_at=row.published_at,
            found_at=row.found_at,
            pack=row.pack,
            matched=row.matched,
            pinned=row.pinned,
            blocked=row.blocked,
            refusal=row.refusal,
        )

    def seal(self, row_id: str, identifiers: TorrentIdentifiers) -> dict[str, bytes | None]:
        """Return the columns that hold the identifiers."""
        magnet, file = identifiers.magnet, identifiers.torrent_file
        seal = self._cipher.encrypt
        return {
            "ih": seal(_TABLE, "ih", row_id, identifiers.info_hash.encode()),
            "ml": None if magnet is None else seal(_TABLE, "ml", row_id, magnet.encode()),
            "file": None if file is None else seal(_TABLE, "file", row_id, file),
            "ih_index": self._cipher.blind_index(identifiers.info_hash),
        }

    def _unseal(self, row: sa.Row[Any]) -> TorrentIdentifiers:
        unseal = self._cipher.decrypt
        return TorrentIdentifiers(
            info_hash=unseal(_TABLE, "ih", row.id, row.ih).decode(),
            magnet=None if row.ml is None else unseal(_TABLE, "ml", row.id, row.ml).decode(),
            torrent_file=None if row.file is None else unseal(_TABLE, "file", row.id, row.file),
        )

    def _report(self, connection: sa.Connection, row_id: str, error: DecryptionError) -> None:
        """Raise the alarm once for each source: lists are read all the time."""
        if row_id in self.reported:
            return
        self.reported.add(row_id)
        _log.error("Security alert: source %s can't be decrypted. %s", row_id, error)
        audit.append(connection, "decrypt-source", "failed")

"""What searches found joins what is stored: each torrent of an item has one row, which is kept up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from server.models import TorrentIdentifiers
from server.storage.schema import movie_sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.models import Source
    from server.storage.source_rows import SourceRows

_FIGURES = ("resolution", "codec", "seeders", "leechers", "published_at")
"""Columns that a later search replaces, unless it does not know better."""


def merge(connection: sa.Connection, rows: SourceRows, sources: Sequence[Source]) -> None:
    """Keep what a search found; what is stored keeps its id, and what the user or its files said of it."""
    fresh = []
    for source in sources:
        same = rows.same_torrent(source.identifiers) & (movie_sources.c.item_id == source.item_id)
        query = sa.select(movie_sources).where(same).order_by(movie_sources.c.created_at).limit(1)
        stored = connection.execute(query).one_or_none()
        if stored is None:
            fresh.append(rows.values(source))
        else:
            statement = movie_sources.update().where(movie_sources.c.id == stored.id)
            connection.execute(statement.values(_renewed(rows, stored, source)))
    if fresh:
        connection.execute(movie_sources.insert(), fresh)


def _renewed(rows: SourceRows, stored: sa.Row[Any], source: Source) -> dict[str, Any]:
    change: dict[str, Any] = {name: value for name in _FIGURES if (value := getattr(source, name)) is not None}
    change["providers"] = " ".join(dict.fromkeys([*source.providers, *stored.providers.split()]))
    change["quality"] = source.quality.value if source.quality.value != "Unknown" else stored.quality
    change["matched"] = source.matched or (stored.found_at is None and stored.matched)
    if source.refusal:
        change["refusal"] = source.refusal
    if stored.found_at is not None:  # what was added by hand stays so
        change["found_at"] = source.found_at
    if stored.file_index is None:  # else the size is the file's own
        change["size_bytes"] = stored.size_bytes if source.size_bytes is None else source.size_bytes
        change["file_index"] = source.file_index
    if source.web_seeds or (stored.ml is None and source.identifiers.magnet):  # web seeds move
        change["web_seeds"] = source.web_seeds
        sealed = rows.seal(stored.id, TorrentIdentifiers(source.identifiers.info_hash, source.identifiers.magnet))
        change["ml"] = sealed["ml"]
    return change

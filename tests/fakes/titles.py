"""Sources by the number, each with a torrent of its own."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime

from server.models import ItemId, Source, SourceId, TorrentIdentifiers


def make_titles(count: int, *, file_bytes: int = 400, seed: int = 1) -> list[Source]:
    """Return ``count`` sources; the same for the same seed."""
    numbers = random.Random(seed)
    return [_make(numbers, number, file_bytes) for number in range(count)]


def _make(numbers: random.Random, number: int, file_bytes: int) -> Source:
    info_hash = numbers.randbytes(20).hex()
    return Source(
        id=SourceId(str(uuid.UUID(int=numbers.getrandbits(128), version=4))),
        item_id=ItemId(f"tt{number:07}"),
        title=f"Title {number}",
        provider="user",
        identifiers=TorrentIdentifiers(
            info_hash,
            magnet=f"magnet:?xt=urn:btih:{info_hash}&dn=Release.{number}",
            torrent_file=b"d4:info" + numbers.randbytes(file_bytes) + b"e",
        ),
        created_at=datetime(2026, 11, 22, tzinfo=UTC),
    )

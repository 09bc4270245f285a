"""The built-in title: a clip of our own, seeded by a second session over loopback, to be played with no internet."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from server.models import ItemId, Source, SourceId
from server.settings import EngineSettings, Options
from server.storage.sources import SourceRepository
from server.torrent.metainfo import parse_magnet
from server.torrent.seeder import Seed, make_torrent, seeding

TITLE = "A moment with Miauflix"

_CLIP = Path("demo", "clip.mp4")
_PIECE_LENGTH = 64 << 10


def on_loopback(options: Options) -> Options:
    """Return the options for a demo: its BitTorrent session talks to this machine only."""
    engine = EngineSettings(listen="127.0.0.1:0", dht=False, utp=False, allow_private_peers=True)
    return dataclasses.replace(options, settings=msgspec.structs.replace(options.settings, engine=engine))


@contextlib.asynccontextmanager
async def seeded_title(resources: Path, sources: SourceRepository) -> AsyncIterator[Source]:
    """Seed the clip and have it among the sources, for as long as the context lasts."""
    clip = resources / _CLIP
    loop = asyncio.get_running_loop()
    torrent_file = await loop.run_in_executor(None, lambda: make_torrent(clip, piece_length=_PIECE_LENGTH))
    stack = contextlib.ExitStack()
    try:
        seed = await loop.run_in_executor(None, stack.enter_context, seeding(clip, torrent_file))
        yield await _keep(seed, sources)
    finally:
        await loop.run_in_executor(None, stack.close)


async def _keep(seed: Seed, sources: SourceRepository) -> Source:
    """Return the source of the clip; one of an earlier demo learns where the seed is now."""
    identifiers = parse_magnet(seed.magnet).identifiers
    known = await sources.find(seed.info_hash)
    if known:
        await sources.replace_identifiers(known.id, identifiers)
        return known
    source = Source(
        id=SourceId(str(uuid.uuid4())),
        item_id=ItemId(f"local:{uuid.uuid4()}"),
        title=TITLE,
        provider="demo",
        identifiers=identifiers,
        created_at=datetime.now(UTC),
        resolution="720p",
        size_bytes=seed.size,
    )
    await sources.add(source)
    return source

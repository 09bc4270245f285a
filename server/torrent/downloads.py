"""What is remembered of each torrent's download, and when it is."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime
from typing import Protocol

from server.errors import DomainError
from server.models import Download
from server.torrent.torrent import Torrent

_INTERVAL = 15.0  # seconds between two savings of resume data while pieces come in


class DownloadStore(Protocol):
    """Remembers, by info hash, where a torrent's files lie and how far they are."""

    async def open(self, info_hash: str, *, use: bool = True) -> Download:
        """Return what is known of the torrent; makes a record on the first call, and notes a use of it if it is one."""

    async def save_resume(self, info_hash: str, data: bytes) -> None:
        """Keep the resume data."""

    async def used(self, info_hash: str, at: datetime) -> None:
        """Note when the torrent was used last."""

    async def delete(self, info_hash: str) -> None:
        """Forget the torrent."""

    async def forget(self, folder: str) -> None:
        """Forget the torrent whose files lay in the folder."""


async def save(downloads: DownloadStore, info_hash: str, torrent: Torrent) -> None:
    """Save what it takes to go on with the torrent later."""
    data = await torrent.resume_data()
    if data:
        await downloads.save_resume(info_hash, data)


async def keep_saved(downloads: DownloadStore, info_hash: str, torrent: Torrent) -> None:
    """Save the resume data when they are first known, and in intervals while pieces come in; ends with the torrent."""
    with contextlib.suppress(DomainError):
        await torrent.metadata()
    while not torrent.error:
        with contextlib.suppress(DomainError):  # no room now, perhaps the next time
            await save(downloads, info_hash, torrent)
        await torrent.risen.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_INTERVAL):
                await torrent.removed.wait()

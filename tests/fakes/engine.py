"""A real engine whose downloads are remembered in memory."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

from fakes.appliance import ON_LOOPBACK

from server.models import Download, TorrentIdentifiers
from server.torrent.engine import GRACE, TorrentEngine
from server.torrent.metainfo import parse_magnet


class MemoryDownloads:
    def __init__(self) -> None:
        self.rows: dict[str, Download] = {}

    async def open(self, info_hash: str, *, use: bool = True) -> Download:
        del use
        return self.rows.setdefault(info_hash, Download(folder=f"download{len(self.rows)}"))

    async def save_resume(self, info_hash: str, data: bytes) -> None:
        self.rows[info_hash] = Download(self.rows[info_hash].folder, data)

    async def used(self, info_hash: str, at: datetime) -> None:
        pass

    async def delete(self, info_hash: str) -> None:
        self.rows.pop(info_hash, None)

    async def forget(self, folder: str) -> None:
        self.rows = {info_hash: row for info_hash, row in self.rows.items() if row.folder != folder}


def running_engine(folder: Path, *, grace: float = GRACE) -> contextlib.AbstractAsyncContextManager[TorrentEngine]:
    return TorrentEngine.running(ON_LOOPBACK, folder / "downloads", MemoryDownloads(), grace=grace)


def named(magnet: str) -> TorrentIdentifiers:
    return parse_magnet(magnet).identifiers

"""The use case: take the sources of a legacy database over, encrypted on the way. The legacy file stays as it is.

Each batch is a transaction, and torrents that are there already are skipped; so it may be killed and begun again, and
a second run changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from server.errors import DatabaseDamagedError
from server.sources.legacy_values import UnreadableRowError, read_source

if TYPE_CHECKING:
    from server.models import Source
    from server.storage.audit import AuditLog
    from server.storage.legacy import LegacyFile, LegacyRow
    from server.storage.sources import SourceRepository
    from server.vault.legacy_cipher import LegacyCipher

_BATCH: Final = 100

Progress = Callable[[int, int], None]
"""Takes how many rows were processed and how many there are; called on the event loop."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that stays behind."""

    row: int
    reason: str


@dataclass(slots=True)
class Summary:
    """What became of the rows: ``processed`` is the sum of the others."""

    encrypted: int = 0
    """Rows that were taken over."""
    skipped: int = 0
    """Rows whose torrent was in the database already."""
    unreadable: list[Unreadable] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """How many rows could not be read; the legacy file and its backup keep them."""
        return len(self.unreadable)

    @property
    def processed(self) -> int:
        """How many rows there were."""
        return self.encrypted + self.skipped + self.failed


async def migrate(
    legacy: LegacyFile, cipher: LegacyCipher, sources: SourceRepository, audit: AuditLog, progress: Progress
) -> Summary:
    """Take over every row that can be read and read each back.

    Raises DatabaseDamagedError when one can't be read back.
    """
    summary = Summary()
    total = await asyncio.to_thread(legacy.count)
    last = 0
    while rows := await asyncio.to_thread(legacy.rows, last, _BATCH):
        last = rows[-1].number
        readable, unreadable = await asyncio.to_thread(_read, rows, cipher)
        added = await sources.add_new(readable)
        if await sources.count_known(readable) != len(readable):
            raise DatabaseDamagedError("What was written can't be read back. Run this again.")
        summary.encrypted += added
        summary.skipped += len(readable) - added
        summary.unreadable += unreadable
        progress(summary.processed, total)
    if summary.encrypted:
        await audit.append("legacy-migrated", "ok", count=summary.encrypted)
        if summary.failed:
            await audit.append("legacy-migrated", "failed", count=summary.failed)
    return summary


def _read(rows: Sequence[LegacyRow], cipher: LegacyCipher) -> tuple[list[Source], list[Unreadable]]:
    readable: list[Source] = []
    unreadable: list[Unreadable] = []
    for row in rows:
        try:
            readable.append(read_source(row, cipher))
        except UnreadableRowError as error:
            unreadable.append(Unreadable(row.number, str(error)))
    return readable, unreadable

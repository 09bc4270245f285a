from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fakes.appliance import make_options
from fakes.legacy import make_legacy_titles, write_legacy

from server.bootstrap import ignore
from server.errors import DatabaseDamagedError
from server.records import Records, open_records
from server.sources.migration import Summary, migrate
from server.storage.legacy import LegacyFile
from server.vault.legacy_cipher import LegacyCipher

KEY = bytes(range(32))
TITLES = make_legacy_titles(250)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "legacy.sqlite"


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    async with open_records(make_options(tmp_path), {}, ignore) as records:
        yield records


async def take_over(path: Path, records: Records, seen: list[tuple[int, int]] | None = None) -> Summary:
    progress = [] if seen is None else seen
    undo = ExitStack()
    legacy = await asyncio.to_thread(undo.enter_context, LegacyFile.open(path))
    try:
        return await migrate(
            legacy, LegacyCipher(KEY), records.sources, records.audit, lambda *step: progress.append(step)
        )
    finally:
        await asyncio.to_thread(undo.close)


async def test_counts_what_became_of_the_rows(path: Path, records: Records) -> None:
    write_legacy(path, [*TITLES, TITLES[0]], KEY, unreadable=frozenset({7}))
    seen: list[tuple[int, int]] = []
    summary = await take_over(path, records, seen)
    assert (summary.processed, summary.encrypted, summary.skipped, summary.failed) == (251, 249, 1, 1)
    assert [unreadable.row for unreadable in summary.unreadable] == [8]
    assert seen[-1] == (251, 251)
    assert len(seen) == 3
    logged = [(entry.operation, entry.outcome, entry.count) for entry in await records.audit.latest()]
    assert logged[:2] == [("legacy-migrated", "failed", 1), ("legacy-migrated", "ok", 249)]


async def test_a_second_run_changes_nothing(path: Path, records: Records) -> None:
    write_legacy(path, TITLES, KEY)
    await take_over(path, records)
    before, logged = await records.sources.list(), await records.audit.latest()
    summary = await take_over(path, records)
    assert (summary.encrypted, summary.skipped) == (0, 250)
    assert (await records.sources.list(), await records.audit.latest()) == (before, logged)


async def test_what_was_there_before_stays(path: Path, records: Records) -> None:
    write_legacy(path, TITLES[:3], KEY)
    await take_over(path, records)
    (first, *_) = await records.sources.list()
    await records.sources.delete(first.id)
    assert (await take_over(path, records)).encrypted == 1
    assert await records.sources.count() == 3


async def test_says_when_what_was_written_can_not_be_read_back(
    path: Path, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_legacy(path, TITLES[:3], KEY)

    async def lose(_: object) -> int:
        return 0

    monkeypatch.setattr(records.sources, "add_new", lose)
    with pytest.raises(DatabaseDamagedError, match="read back"):
        await take_over(path, records)

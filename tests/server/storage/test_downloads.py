from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from server.errors import DiskFullError
from server.models import Download
from server.storage.audit import AuditLog
from server.storage.downloads import DownloadRepository
from server.storage.schema import downloads as table

if TYPE_CHECKING:
    from server.storage.database import Database
    from server.vault.cipher import FieldCipher

HASH = "c12fe1c06bba254a9dc9f519b335aa7c1367a88a"
OTHER = "1" * 40


@pytest.fixture
def downloads(database: Database, cipher: FieldCipher) -> DownloadRepository:
    return DownloadRepository(database, cipher)


async def test_the_first_call_gives_a_random_folder_that_stays(downloads: DownloadRepository) -> None:
    first = await downloads.open(HASH)
    assert first.resume_data is None
    assert re.fullmatch(r"[0-9a-f]{32}", first.folder)
    assert await downloads.open(HASH.upper()) == first
    other = await downloads.open(OTHER)
    assert set(await downloads.folders()) == {first.folder, other.folder}
    assert len({first.folder, other.folder}) == 2


async def test_keeps_resume_data_encrypted(downloads: DownloadRepository, database: Database) -> None:
    folder = (await downloads.open(HASH)).folder
    data = b"d9:info-hash20:" + bytes.fromhex(HASH)
    await downloads.save_resume(HASH, b"older")
    await downloads.save_resume(HASH, data)
    assert await downloads.open(HASH) == Download(folder, data)
    stored = await database.run(lambda connection: connection.execute(sa.select(table.c.resume)).scalar_one())
    assert stored is not None
    assert bytes.fromhex(HASH) not in stored


async def test_forgets(downloads: DownloadRepository) -> None:
    folder = (await downloads.open(HASH)).folder
    await downloads.delete(HASH)
    await downloads.delete(HASH)
    assert await downloads.folders() == []
    await downloads.save_resume(HASH, b"too late")
    assert await downloads.folders() == []
    assert (await downloads.open(HASH)).folder != folder


async def test_the_least_recently_used_comes_first(downloads: DownloadRepository, database: Database) -> None:
    one, two, three = [(await downloads.open(info_hash)).folder for info_hash in (HASH, OTHER, "2" * 40)]
    assert await downloads.folders() == [one, two, three]
    await downloads.open(HASH)
    assert await downloads.folders() == [two, three, one]
    await downloads.used(OTHER, datetime.now(UTC))
    assert await downloads.folders() == [three, one, two]
    await downloads.save_resume("2" * 40, b"data")  # which is done for the last time when it was not used for a while
    assert await downloads.folders() == [three, one, two]
    never = table.update().where(table.c.folder == two).values(last_used_at=None)
    await database.run(lambda connection: connection.execute(never))
    assert await downloads.folders() == [two, three, one]
    await downloads.used("3" * 40, datetime.now(UTC))


async def test_forgets_by_folder(downloads: DownloadRepository) -> None:
    folder, other = (await downloads.open(HASH)).folder, (await downloads.open(OTHER)).folder
    await downloads.forget(folder)
    await downloads.forget(folder)
    assert await downloads.folders() == [other]


async def test_what_may_not_be_written_can_be_opened(downloads: DownloadRepository, database: Database) -> None:
    first = await downloads.open(HASH)
    database.refuse_writes()
    assert await downloads.open(HASH) == first
    await downloads.used(HASH, datetime.now(UTC))


async def test_damaged_resume_data_are_left_out(downloads: DownloadRepository, database: Database) -> None:
    first = await downloads.open(HASH)
    await downloads.save_resume(HASH, b"data")
    await database.run(lambda connection: connection.execute(table.update().values(resume=b"x" * 50)))
    assert await downloads.open(HASH) == first
    assert [entry.operation for entry in await AuditLog(database).latest()] == ["decrypt-resume"]


async def test_what_is_known_can_be_opened_on_a_full_disk(downloads: DownloadRepository, database: Database) -> None:
    first = await downloads.open(HASH)
    await database.run(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=1"))  # no page more
    with pytest.raises(DiskFullError):
        await downloads.save_resume(HASH, bytes(100_000))
    assert await downloads.open(HASH) == first


async def test_what_was_only_got_ready_goes_before_all_that_was_played(downloads: DownloadRepository) -> None:
    played = (await downloads.open(HASH)).folder
    ready = [(await downloads.open(info_hash, use=False)).folder for info_hash in (OTHER, "2" * 40)]
    assert await downloads.folders() == [*ready, played]
    assert await downloads.unused() == ready
    await downloads.open(HASH, use=False)
    await downloads.open(OTHER)
    assert await downloads.unused() == ready[1:]

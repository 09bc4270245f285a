from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

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
    assert await downloads.folders() == {first.folder, other.folder}
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
    assert await downloads.folders() == set()
    await downloads.save_resume(HASH, b"too late")
    assert await downloads.folders() == set()
    assert (await downloads.open(HASH)).folder != folder


async def test_damaged_resume_data_are_left_out(downloads: DownloadRepository, database: Database) -> None:
    first = await downloads.open(HASH)
    await downloads.save_resume(HASH, b"data")
    await database.run(lambda connection: connection.execute(table.update().values(resume=b"x" * 50)))
    assert await downloads.open(HASH) == first
    assert [entry.operation for entry in await AuditLog(database).latest()] == ["decrypt-resume"]

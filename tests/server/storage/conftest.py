from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from server.storage.database import Database
from server.vault.cipher import FieldCipher
from server.vault.record import KeyRecord

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def record() -> KeyRecord:
    return KeyRecord.generate()


@pytest.fixture
def cipher(record: KeyRecord) -> FieldCipher:
    return FieldCipher(record)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "miauflix.db"


@pytest.fixture
async def database(path: Path, record: KeyRecord) -> AsyncIterator[Database]:
    async with Database.open(path, record.database_key) as database:
        yield database

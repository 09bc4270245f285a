from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import alembic.autogenerate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from server.storage import migrate, schema

if TYPE_CHECKING:
    import sqlalchemy as sa

    from server.storage.database import Database
    from server.vault.record import KeyRecord

SCRIPTS = Path(migrate.__file__).with_name("migrations")


def test_head_names_the_last_step() -> None:
    assert ScriptDirectory(str(SCRIPTS)).get_heads() == [migrate.HEAD]


async def test_the_steps_make_what_the_repositories_expect(database: Database) -> None:
    def differences(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(alembic.autogenerate.compare_metadata(context, schema.metadata))

    assert await database.run(differences) == []


OPEN = """
import asyncio, sys
from pathlib import Path
from server.storage.database import Database

async def main():
    async with Database.open(Path(sys.argv[1]), bytes.fromhex(sys.stdin.read())):
        print("alembic" in sys.modules)

asyncio.run(main())
"""


def test_a_current_database_opens_without_alembic_from_any_folder(tmp_path: Path, record: KeyRecord) -> None:
    def opened() -> str:
        return subprocess.run(
            [sys.executable, "-c", OPEN, str(tmp_path / "x.db")],
            input=record.database_key.hex(),
            capture_output=True,
            text=True,
            timeout=120,
            cwd=tmp_path,
            env={"PYTHONPATH": str(Path(migrate.__file__).parents[2])},
            check=True,
        ).stdout.strip()

    assert [opened(), opened()] == ["True", "False"]

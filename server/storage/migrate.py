"""Bring the schema up to date. A database that is needs nothing but one look at its version."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from server.errors import DatabaseNewerError

HEAD = "0006"
"""The last step in ``migrations/versions``."""

_SCRIPTS = Path(__file__).with_name("migrations")


def migrate(connection: sa.Connection) -> None:
    """Run the steps the database lacks, in the connection's transaction. Raises DatabaseNewerError."""
    if _version(connection) == HEAD:
        return
    # Alembic takes longer to import than the database to open, and is needed once a release
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise DatabaseNewerError(
            "The database was made by a newer Miauflix. Install that version or a later one."
        ) from error


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()

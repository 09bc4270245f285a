"""Remember which keys have a verified backup."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table. Times are microseconds since 1970, UTC."""
    op.create_table(
        "key_backups",
        sa.Column("record_check", sa.LargeBinary, primary_key=True),
        sa.Column("verified_at", sa.BigInteger, nullable=False),
    )

"""Remember how far each title was watched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table. Times are microseconds since 1970, UTC; position and duration are seconds."""
    op.create_table(
        "progress",
        sa.Column("item_id", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("poster", sa.Text),
        sa.Column("position", sa.Float, nullable=False),
        sa.Column("duration", sa.Float, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )
    op.create_index("progress_updated_at", "progress", ["updated_at"])

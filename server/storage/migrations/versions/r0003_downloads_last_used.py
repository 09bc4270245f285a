"""Note when a download was used last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; empty for what was not used since. Times are microseconds since 1970, UTC."""
    op.add_column("downloads", sa.Column("last_used_at", sa.BigInteger))

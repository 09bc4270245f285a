"""Remember how hosts rest that failed, and the API keys of providers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables. Times are microseconds since 1970, UTC; ``key`` is an envelope."""
    op.create_table(
        "host_rests",
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("until", sa.BigInteger),
    )
    op.create_table(
        "provider_keys",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("key", sa.LargeBinary, nullable=False),
    )

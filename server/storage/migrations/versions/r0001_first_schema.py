"""Create the first schema: sources, downloads, devices, pairings, keys in use and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table. Times are microseconds since 1970, UTC."""
    op.create_table(
        "crypto_meta",
        sa.Column("kid", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kcv", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("operation", sa.Text, nullable=False),
        sa.Column("kid", sa.Integer),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "movie_sources",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("ih", sa.LargeBinary, nullable=False),
        sa.Column("ml", sa.LargeBinary),
        sa.Column("file", sa.LargeBinary),
        sa.Column("ih_index", sa.LargeBinary, nullable=False),
        sa.Column("file_index", sa.Integer),
        sa.Column("quality", sa.Text, nullable=False),
        sa.Column("resolution", sa.Text),
        sa.Column("size_bytes", sa.BigInteger),
        sa.Column("seeders", sa.Integer),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_index("movie_sources_ih_index", "movie_sources", ["ih_index"])
    op.create_index("movie_sources_item_id", "movie_sources", ["item_id"])
    op.create_table(
        "downloads",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("ih_index", sa.LargeBinary, nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("resume", sa.LargeBinary),
    )
    op.create_index("downloads_ih_index", "downloads", ["ih_index"], unique=True)
    op.create_index("downloads_folder", "downloads", ["folder"], unique=True)
    op.create_table(
        "devices",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("last_seen_at", sa.BigInteger),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        sa.Column("device_id", sa.Text, sa.ForeignKey("devices.id", ondelete="CASCADE"), nullable=False),
        sa.Column("parent", sa.LargeBinary),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
    )
    op.create_index("refresh_tokens_device_id", "refresh_tokens", ["device_id"])
    op.create_index("refresh_tokens_parent", "refresh_tokens", ["parent"])
    op.create_table(
        "pairings",
        sa.Column("device_code_hash", sa.LargeBinary, primary_key=True),
        sa.Column("user_code", sa.Text, nullable=False),
        sa.Column("device_name", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_index("pairings_user_code", "pairings", ["user_code"])

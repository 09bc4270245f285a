"""Keep what searches find: the sources of films and episodes, and the titles of the catalogue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add columns and tables; the sources that are there were added by hand. Times are microseconds since 1970, UTC."""
    for column in (
        sa.Column("providers", sa.Text, nullable=False, server_default=""),
        sa.Column("codec", sa.Text),
        sa.Column("leechers", sa.Integer),
        sa.Column("web_seeds", sa.Integer, nullable=False, server_default="0"),
        sa.Column("published_at", sa.BigInteger),
        sa.Column("found_at", sa.BigInteger),
        sa.Column("pack", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("matched", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("pinned", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("blocked", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("refusal", sa.Text),
    ):
        op.add_column("movie_sources", column)
    added = sa.text("found_at IS NULL")
    op.create_index("movie_sources_added", "movie_sources", ["created_at", "id"], sqlite_where=added)
    op.create_table(
        "searches",
        sa.Column("item_id", sa.Text, primary_key=True),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("fresh_until", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "titles",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("year", sa.Integer),
        sa.Column("poster", sa.Text),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("details", sa.LargeBinary),
        sa.Column("detailed_at", sa.BigInteger),
    )
    op.create_index("titles_seen_at", "titles", ["seen_at"])
    op.create_table(
        "posters",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
    )

"""The tables as the repositories see them; the steps in ``migrations`` make the same ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(sa.TypeDecorator[datetime]):
    """A moment with a time zone, kept as whole microseconds since 1970, UTC: exact, and it sorts."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the microseconds. Raises TypeError for a moment without a time zone."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the moment in UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


metadata = sa.MetaData()

crypto_meta = sa.Table(
    "crypto_meta",
    metadata,
    sa.Column("kid", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kcv", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
)

key_backups = sa.Table(
    "key_backups",
    metadata,
    sa.Column("record_check", sa.LargeBinary, primary_key=True),
    sa.Column("verified_at", Moment, nullable=False),
)
"""Which keys have a verified backup, by the check value of their record, and since when."""

audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("kid", sa.Integer),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

movie_sources = sa.Table(
    "movie_sources",
    metadata,
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
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("providers", sa.Text, nullable=False, server_default=""),
    sa.Column("codec", sa.Text),
    sa.Column("leechers", sa.Integer),
    sa.Column("web_seeds", sa.Integer, nullable=False, server_default="0"),
    sa.Column("published_at", Moment),
    sa.Column("found_at", Moment),
    sa.Column("pack", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("matched", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("pinned", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("blocked", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("refusal", sa.Text),
    sa.Index("movie_sources_ih_index", "ih_index"),
    sa.Index("movie_sources_item_id", "item_id"),
    sa.Index("movie_sources_added", "created_at", "id", sqlite_where=sa.text("found_at IS NULL")),
)
"""Of films and of episodes. ``ih`` (info hash), ``ml`` (magnet link), ``file`` (torrent file) are envelopes;
``ih_index`` finds a row by hash. ``providers``: names with spaces between. ``found_at``: none for what people added."""

searches = sa.Table(
    "searches",
    metadata,
    sa.Column("item_id", sa.Text, primary_key=True),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("fresh_until", Moment, nullable=False),
)
"""When the providers were last asked for an item's sources and had an answer."""

titles = sa.Table(
    "titles",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("year", sa.Integer),
    sa.Column("poster", sa.Text),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("details", sa.LargeBinary),
    sa.Column("detailed_at", Moment),
    sa.Index("titles_seen_at", "seen_at"),
)
"""What the catalogue told of a title; ``details``: JSON."""

posters = sa.Table(
    "posters",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
)
"""Where the picture is to be had that this server shows under ``key``."""

downloads = sa.Table(
    "downloads",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("ih_index", sa.LargeBinary, nullable=False),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("resume", sa.LargeBinary),
    sa.Column("last_used_at", Moment),
    sa.Index("downloads_ih_index", "ih_index", unique=True),
    sa.Index("downloads_folder", "folder", unique=True),
)
"""``resume``: an envelope."""

host_rests = sa.Table(
    "host_rests",
    metadata,
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("until", Moment),
)
"""Hosts that failed lately, how far they climbed the ladder of rests, and until when they are left alone."""

provider_keys = sa.Table(
    "provider_keys",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
)
"""API keys by the provider's name; ``key``: an envelope."""

devices = sa.Table(
    "devices",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("last_seen_at", Moment),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("revoked", sa.Boolean, nullable=False),
)

refresh_tokens = sa.Table(
    "refresh_tokens",
    metadata,
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    sa.Column("device_id", sa.Text, sa.ForeignKey("devices.id", ondelete="CASCADE"), nullable=False),
    sa.Column("parent", sa.LargeBinary),
    sa.Column("issued_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    sa.Index("refresh_tokens_device_id", "device_id"),
    sa.Index("refresh_tokens_parent", "parent"),
)
"""``parent``: the token that this one was given for; spent ones stay for a while, to notice one used twice."""

pairings = sa.Table(
    "pairings",
    metadata,
    sa.Column("device_code_hash", sa.LargeBinary, primary_key=True),
    sa.Column("user_code", sa.Text, nullable=False),
    sa.Column("device_name", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Index("pairings_user_code", "user_code"),
)

progress = sa.Table(
    "progress",
    metadata,
    sa.Column("item_id", sa.Text, primary_key=True),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("poster", sa.Text),
    sa.Column("position", sa.Float, nullable=False),
    sa.Column("duration", sa.Float, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Index("progress_updated_at", "updated_at"),
)
"""How far each title was watched, in seconds."""

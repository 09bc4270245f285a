"""The columns of the two tables: what plays, and what is downloaded."""

from __future__ import annotations

from app.formatting import fraction, rate, share, size
from app.widgets.snapshot_table import Column, SnapshotTable
from server.events import StreamStatus, TorrentStatus

_STATES = {
    "metadata": "Finding details",
    "downloading": "Downloading",
    "complete": "Complete",
    "failed": "Failed",
    "checking": "Checking",
}


def stream_table() -> SnapshotTable[StreamStatus]:
    """Make the table of videos that are being read: device, title, position, rate, buffered ahead."""
    return SnapshotTable(
        "Playing",
        (
            Column("Title", lambda row: row.title, stretch=True),
            Column("Device", lambda row: row.device, width=150),
            Column("Position", _position, _reached, _reached, width=110),
            Column("Rate", lambda row: rate(row.rate), lambda row: row.rate, width=96),
            Column("Buffered", _buffered, lambda row: row.buffered, width=116),
        ),
        key=lambda row: row.id,
    )


def torrent_table() -> SnapshotTable[TorrentStatus]:
    """Make the table of torrents in the session."""
    return SnapshotTable(
        "Torrents",
        (
            Column("Title", lambda row: row.title, stretch=True),
            Column("State", lambda row: _STATES.get(row.state, row.state), width=150),
            Column("Progress", lambda row: share(row.progress), lambda row: row.progress, lambda row: row.progress),
            Column("Down", lambda row: rate(row.download_rate), lambda row: row.download_rate, width=96),
            Column("Up", lambda row: rate(row.upload_rate), lambda row: row.upload_rate, width=96),
            Column("Peers", lambda row: str(row.peers), lambda row: row.peers, width=72),
        ),
        key=lambda row: row.source_id,
    )


def _reached(row: StreamStatus) -> float:
    return fraction(row.position, row.size)


def _position(row: StreamStatus) -> str:
    return share(_reached(row))


def _buffered(row: StreamStatus) -> str:
    return "Waiting…" if row.waiting else size(row.buffered)

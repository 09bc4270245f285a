"""The columns of the tables: what plays, is downloaded, is got ready; who provides; what went wrong."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDate, QLocale, QTime

from app.formatting import fraction, rate, share, size
from app.language import tr
from app.recent_problems import Problem
from app.widgets.snapshot_table import Column, SnapshotTable
from server.events import PreloadStatus, ProviderStatus, StreamStatus, TorrentStatus

_PRIORITIES = ("focused", "adjacent", "visible", "near")


def stream_table() -> SnapshotTable[StreamStatus]:
    """Make the table of videos that are being read: device, title, quality, position, rate, buffered ahead, memory."""
    return SnapshotTable(
        tr("Playing"),
        (
            Column(tr("Title"), lambda row: row.title, stretch=True),
            Column(tr("Device"), lambda row: row.device, width=140),
            Column(tr("Quality"), lambda row: row.quality, width=86),
            Column(tr("Position"), _position, _reached, _reached, width=104),
            Column(tr("Rate"), lambda row: rate(row.rate), lambda row: row.rate, width=96),
            Column(tr("Buffered"), _buffered, lambda row: row.buffered, width=104),
            Column(tr("Memory"), lambda row: size(row.memory), lambda row: row.memory, width=130),
        ),
        key=lambda row: row.id,
    )


def torrent_table() -> SnapshotTable[TorrentStatus]:
    """Make the table of torrents in the session."""
    return SnapshotTable(
        tr("Torrents"),
        (
            Column(tr("Title"), lambda row: row.title, stretch=True),
            Column(tr("State"), lambda row: _torrent_state(row.state), width=140),
            Column(tr("Progress"), lambda row: share(row.progress), lambda row: row.progress, lambda row: row.progress),
            Column(tr("Down"), lambda row: rate(row.download_rate), lambda row: row.download_rate, width=104),
            Column(tr("Up"), lambda row: rate(row.upload_rate), lambda row: row.upload_rate, width=104),
            Column(tr("Peers"), lambda row: str(row.peers), lambda row: row.peers, width=104),
        ),
        key=lambda row: row.source_id,
    )


def preload_table() -> SnapshotTable[PreloadStatus]:
    """Make the table of titles that are got ready: title, why, state, progress."""
    return SnapshotTable(
        tr("Coming up"),
        (
            Column(tr("Title"), _preload_title, stretch=True),
            Column(tr("Priority"), lambda row: _priority(row.priority), _urgency, width=130),
            Column(tr("State"), _preload_state, width=210),
            Column(
                tr("Progress"),
                lambda row: share(row.progress),
                lambda row: row.progress,
                lambda row: row.progress,
                width=116,
            ),
        ),
        key=lambda row: row.item_id,
        fills=True,
    )


def provider_table() -> SnapshotTable[ProviderStatus]:
    """Make the table of providers: how each did when it was asked last."""
    return SnapshotTable(
        tr("Sources"),
        (
            Column(tr("Name"), lambda row: provider_name(row.name), width=170),
            Column(tr("State"), provider_state, stretch=True),
            Column(tr("Found"), lambda row: str(row.count) if row.asked_at else "", lambda row: row.count, width=80),
            Column(tr("Last asked"), lambda row: _moment(row.asked_at), _asked, width=150),
        ),
        key=lambda row: row.name,
        fills=True,
    )


def problem_table() -> SnapshotTable[Problem]:
    """Make the table of what went wrong lately."""
    return SnapshotTable(
        tr("Problems"),
        (
            Column(tr("When"), lambda row: _moment(row.at), lambda row: row.number, width=150),
            Column(tr("What happened"), lambda row: row.text, stretch=True),
        ),
        key=lambda row: str(row.number),
        fills=True,
    )


def _reached(row: StreamStatus) -> float:
    return fraction(row.position, row.size)


def _position(row: StreamStatus) -> str:
    return share(_reached(row))


def _buffered(row: StreamStatus) -> str:
    return tr("Waiting…") if row.waiting else size(row.buffered)


def _torrent_state(state: str) -> str:
    words = {
        "metadata": tr("Finding details"),
        "downloading": tr("Downloading"),
        "complete": tr("Complete"),
        "failed": tr("Failed"),
        "checking": tr("Checking"),
    }
    return words.get(state, state)


def _preload_title(row: PreloadStatus) -> str:
    return row.title or tr("Not known yet")


def _priority(priority: str) -> str:
    words = {
        "focused": tr("In focus"),
        "adjacent": tr("Next to it"),
        "visible": tr("On the screen"),
        "near": tr("Near"),
    }
    return words.get(priority, priority)


def _urgency(row: PreloadStatus) -> int:
    return _PRIORITIES.index(row.priority) if row.priority in _PRIORITIES else len(_PRIORITIES)


def _preload_state(row: PreloadStatus) -> str:
    words = {
        "waiting": tr("Waiting"),
        "searching": tr("Searching"),
        "metadata": tr("Finding details"),
        "loading": tr("Loading"),
        "ready": tr("Ready to play"),
        "no_source": tr("No source found"),
        "failed": tr("Failed"),
    }
    state = words.get(row.state, row.state)
    return f"{state}: {row.detail}" if row.detail else state


def provider_name(name: str) -> str:
    """Return what people call a provider."""
    names = {
        "user": tr("Added by you"),
        "yts": "YTS",
        "eztv": "EZTV",
        "rarbg": "RARBG",
        "internet_archive": "Internet Archive",
    }
    return names.get(name, name.removeprefix("torznab."))


def provider_state(row: ProviderStatus) -> str:
    """Say in a few words how a provider did."""
    words = {
        "idle": tr("Not asked yet"),
        "ok": tr("Works"),
        "empty": tr("Works; had nothing"),
        "cached": tr("Works; answered from memory"),
        "late": tr("Slow"),
        "unreachable": tr("Not reachable"),
        "blocked": tr("Refuses us for now"),
        "malformed": tr("Answers what can't be read"),
        "refused": tr("Refuses; check its API key"),
        "resting": tr("Left alone for a while"),
    }
    state = words.get(row.state, row.state)
    if row.retry_at is not None:
        return tr("{state}, until {time}").format(state=state, time=_moment(row.retry_at))
    return f"{state}: {row.error}" if row.error else state


def _asked(row: ProviderStatus) -> float:
    return row.asked_at.timestamp() if row.asked_at else 0.0


def _moment(at: datetime | None) -> str:
    """Write a time of today as hours and minutes, any other with its date."""
    if at is None:
        return tr("Never")
    local, locale, short = at.astimezone(), QLocale(), QLocale.FormatType.ShortFormat
    time = locale.toString(QTime(local.hour, local.minute), short)
    if local.date() == datetime.now(local.tzinfo).date():
        return time
    return f"{locale.toString(QDate(local.year, local.month, local.day), short)} {time}"

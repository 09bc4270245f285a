from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fakes.local_server import snapshot

from app.presence import Failure, Phase, Presence, TrayState
from app.remedies import Remedy
from server.errors import PortBusyError
from server.events import Notice, NoticeCode, PreloadStatus, StreamStatus
from server.models import Pairing

_STREAM = StreamStatus("1", "s", "TV", "Film", "WEB", datetime.now(UTC), 100, 10, 10, 5, 20, waiting=False)
_PAIRING = Pairing("AAAA-BBBB", "Kitchen TV", "192.168.1.33", datetime.now(UTC))
_LOADING = PreloadStatus("tt0000001", "Film", "focused", "loading")
_READY = PreloadStatus("tt0000002", "Film", "visible", "ready")
_FULL_DISK = Notice(NoticeCode.DISK_FULL, "The disk is full.")
_KEY_IN_FILE = Notice(NoticeCode.KEY_IN_FILE, "The key lies in a file.")


@pytest.mark.parametrize(
    ("presence", "state", "headline"),
    [
        (Presence(), TrayState.IDLE, "Starting…"),
        (Presence(Phase.FAILED), TrayState.ATTENTION, "Could not start"),
        (Presence(Phase.STOPPING), TrayState.IDLE, "Stopping…"),
        (Presence(Phase.RUNNING), TrayState.IDLE, "Ready"),
        (Presence(Phase.RUNNING, snapshot()), TrayState.IDLE, "Ready"),
        (Presence(Phase.RUNNING, snapshot(streams=(_STREAM,))), TrayState.STREAMING, "Playing 1 stream"),
        (Presence(Phase.RUNNING, snapshot(), (_PAIRING,)), TrayState.ATTENTION, "1 device waiting for approval"),
        (Presence(Phase.RUNNING, snapshot(preloads=(_LOADING, _READY))), TrayState.PRELOADING, "Getting 1 title ready"),
        (Presence(Phase.RUNNING, snapshot(preloads=(_LOADING,), preload_paused=True)), TrayState.IDLE, "Paused"),
        (
            Presence(Phase.RUNNING, snapshot(preloads=(_LOADING,), streams=(_STREAM,) * 2)),
            TrayState.STREAMING,
            "Playing 2 streams",
        ),
        (Presence(Phase.RUNNING, snapshot(notices=(_KEY_IN_FILE,))), TrayState.IDLE, "Ready"),
        (
            Presence(Phase.RUNNING, snapshot(notices=(_FULL_DISK,), streams=(_STREAM,))),
            TrayState.ATTENTION,
            "Playing 1 stream",
        ),
    ],
)
def test_icon_and_headline(presence: Presence, state: TrayState, headline: str) -> None:
    assert presence.tray_state is state
    assert presence.headline == headline


def test_the_tooltip_has_rates_and_fits_windows() -> None:
    status = snapshot(streams=(_STREAM,) * 100, download_rate=1_023 << 20, upload_rate=120 << 10)
    tooltip = Presence(Phase.RUNNING, status, (_PAIRING,) * 100).tooltip
    assert "↓ 1023 MiB/s" in tooltip
    assert "↑ 120 KiB/s" in tooltip
    assert len(tooltip) < 127


def test_a_known_failure_says_what_to_do() -> None:
    failure = Failure.of(PortBusyError("Port 8620 is taken. Choose another."))
    assert failure == Failure("The port is in use", "Port 8620 is taken. Choose another.", Remedy.SETTINGS)


def test_an_unknown_failure_does_not_repeat_its_message() -> None:
    failure = Failure.of(ValueError("magnet:?xt=secret"))
    assert "ValueError" in failure.detail
    assert "magnet" not in failure.detail

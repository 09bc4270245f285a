from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from server.errors import ViewportTooFrequentError
from server.models import Device, DeviceId, Scope
from server.preload.scopes import INTERVAL, SILENCE, Scopes

TV, PHONE = (Device(DeviceId(name), name, Scope.VIEWER, datetime(2026, 11, 25, tzinfo=UTC)) for name in ("tv", "phone"))


def test_newer_viewports_are_news_and_older_ones_are_not() -> None:
    scopes = Scopes()
    assert scopes.hear(TV, 1000, 0)
    assert scopes.hear(TV, 1001, 1)
    assert not scopes.hear(TV, 999, 2)
    assert scopes.hear(TV, 1001, 3)
    assert scopes.hear(PHONE, 5, 3), "each device has its own clock"


def test_viewports_that_follow_too_soon_are_refused_each_device_by_itself() -> None:
    scopes = Scopes()
    scopes.hear(TV, 1, 0)
    with pytest.raises(ViewportTooFrequentError) as error:
        scopes.hear(TV, 2, INTERVAL - 0.01)
    assert error.value.retry_after == 1
    assert scopes.hear(PHONE, 1, 0.1)
    assert scopes.hear(TV, 2, INTERVAL), "one that was refused does not put the next one off"


def test_a_flood_of_old_viewports_is_a_flood() -> None:
    scopes = Scopes()
    scopes.hear(TV, 1000, 0)
    scopes.hear(TV, 1, 1)
    with pytest.raises(ViewportTooFrequentError):
        scopes.hear(TV, 2, 1.1)


def test_a_device_that_says_nothing_is_forgotten_and_may_begin_anew() -> None:
    scopes = Scopes()
    assert scopes.next_silence() == math.inf
    scopes.hear(TV, 9000, 0)
    scopes.hear(PHONE, 1, 10)
    assert scopes.next_silence() == SILENCE
    assert scopes.silent(SILENCE - 1) == []
    assert scopes.silent(SILENCE) == [TV.id]
    assert scopes.devices() == [PHONE]
    assert scopes.hear(TV, 5, SILENCE), "its clock was set back"


def test_what_is_ignored_is_no_sign_of_life() -> None:
    scopes = Scopes()
    scopes.hear(TV, 9000, 0)
    scopes.hear(TV, 1, SILENCE - 1)
    assert scopes.silent(SILENCE) == [TV.id]


def test_a_device_that_was_turned_out_is_gone() -> None:
    scopes = Scopes()
    scopes.hear(TV, 1, 0)
    scopes.forget(TV.id)
    scopes.forget(TV.id)
    assert scopes.devices() == []

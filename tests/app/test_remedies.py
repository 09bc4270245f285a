from __future__ import annotations

import pytest

from app.remedies import Remedy, for_error, for_notice
from server import errors
from server.events import NoticeCode


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (errors.KeyMissingError(), Remedy.RESTORE_KEYS),
        (errors.KeyWrongError(), Remedy.RESTORE_KEYS),
        (errors.PortBusyError(), Remedy.SETTINGS),
        (errors.KeyringLockedError(), None),
        (errors.DatabaseDamagedError(), None),
        (ValueError(), None),
    ],
)
def test_what_helps_against_a_failed_start(error: Exception, remedy: Remedy | None) -> None:
    assert for_error(error) is remedy


def test_what_helps_against_a_notice() -> None:
    assert for_notice(NoticeCode.SAFE_MODE) is Remedy.RESTORE_KEYS
    assert for_notice(NoticeCode.KEY_NOT_BACKED_UP) is Remedy.BACK_UP_KEYS
    assert for_notice(NoticeCode.KEY_IN_FILE) is None


@pytest.mark.parametrize("remedy", Remedy)
def test_every_remedy_has_words(remedy: Remedy) -> None:
    assert remedy.words

"""What the app can do about a failed start or a standing notice, with one button. Pure."""

from __future__ import annotations

import enum

from app.language import tr
from server import errors
from server.events import Notice, NoticeCode


class Remedy(enum.Enum):
    """Something that helps."""

    RESTORE_KEYS = enum.auto()
    BACK_UP_KEYS = enum.auto()
    SETTINGS = enum.auto()

    @property
    def words(self) -> str:
        """What its button says."""
        match self:
            case Remedy.RESTORE_KEYS:
                return tr("Bring the keys back…")
            case Remedy.BACK_UP_KEYS:
                return tr("Back up the keys…")
            case Remedy.SETTINGS:
                return tr("Open the settings…")


_OF_ERRORS: dict[type[errors.DomainError], Remedy] = {
    errors.KeyMissingError: Remedy.RESTORE_KEYS,
    errors.KeyWrongError: Remedy.RESTORE_KEYS,
    errors.KeyUnknownError: Remedy.RESTORE_KEYS,
    errors.KeyFileError: Remedy.RESTORE_KEYS,
    errors.KeyringChangedError: Remedy.RESTORE_KEYS,
    errors.PortBusyError: Remedy.SETTINGS,
    errors.SettingsError: Remedy.SETTINGS,
}

_OF_NOTICES = {
    NoticeCode.KEY_NOT_BACKED_UP: Remedy.BACK_UP_KEYS,
    NoticeCode.SAFE_MODE: Remedy.RESTORE_KEYS,
    NoticeCode.STORAGE_CAP: Remedy.SETTINGS,
    NoticeCode.DISK_FULL: Remedy.SETTINGS,
}


def for_error(error: BaseException) -> Remedy | None:
    """Return what helps against a failed start; None where only trying again does."""
    return _OF_ERRORS.get(type(error)) if isinstance(error, errors.DomainError) else None


def words_for(notice: Notice) -> str:
    """Return what a notice says in the app, where a button stands beside it instead of a command."""
    if notice.code is NoticeCode.KEY_NOT_BACKED_UP:
        return tr(
            "There is no checked backup of your keys. If they are lost, nothing that Miauflix keeps can be read again."
        )
    return notice.text


def for_notice(code: NoticeCode) -> Remedy | None:
    """Return what helps against what a notice tells."""
    return _OF_NOTICES.get(code)

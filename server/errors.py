"""Everything that can go wrong, as one tree; each leaf has a stable ``code``.

Nothing here knows of HTTP: ``server.api.errors`` maps leaves to statuses. A ``detail`` says what happened and
what to do, and never holds an identifier of a torrent or a secret.
"""

from __future__ import annotations

from typing import ClassVar


class DomainError(Exception):
    """Root of the tree. ``detail`` is for people, ``code`` for programs, ``title`` names the kind in a few words."""

    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or self.title
        super().__init__(self.detail)


# --- Starting: settings, keys, database, network ------------------------------------------------------------------


class StartError(DomainError):
    """The server can't start; the detail says what to do about it."""

    code = "start_failed"
    title = "Miauflix could not start"


class SettingsError(StartError):
    """A setting has a value that can't be used."""

    code = "settings_invalid"
    title = "A setting is wrong"


class PortBusyError(StartError):
    """Another program listens on the port."""

    code = "port_busy"
    title = "The port is in use"


class DataFolderInUseError(StartError):
    """Another Miauflix runs on the same data folder."""

    code = "data_folder_in_use"
    title = "Miauflix is running already"


class KeyringLockedError(StartError):
    """The operating system's keyring is locked or nobody answered its prompt."""

    code = "keyring_locked"
    title = "The keyring is locked"


class KeyringUnavailableError(StartError):
    """The keyring did not answer or may not be used (an insecure backend)."""

    code = "keyring_unavailable"
    title = "The keyring can't be used"


class KeyringChangedError(StartError):
    """The key was stored in another kind of keyring than the one found now."""

    code = "keyring_changed"
    title = "Another keyring than before"


class KeyMissingError(StartError):
    """There is a database but no key for it. No new key is made: it could not open the database."""

    code = "key_missing"
    title = "The key is missing"


class KeyWrongError(StartError):
    """The key does not open the database."""

    code = "key_wrong"
    title = "The key does not fit"


class KeyFileError(StartError):
    """The key file can't be read, has a wrong owner or mode, or holds something else."""

    code = "key_file_invalid"
    title = "The key file can't be used"


class PlainKeyRefusedError(StartError):
    """A key was given in the plain environment, where every program of the user can read it."""

    code = "plain_key_refused"
    title = "Keys in the environment are refused"


class KeyUnknownError(KeyWrongError):
    """The key opens the database, but what is in it was encrypted with one that is not stored here."""

    code = "key_unknown"
    title = "A key is missing"


class DatabaseDamagedError(StartError):
    """The database is not an intact, encrypted database."""

    code = "database_damaged"
    title = "The database is damaged"


class DatabaseNewerError(StartError):
    """The database has a schema that only a newer version knows."""

    code = "database_newer"
    title = "The database needs a newer Miauflix"


class DatabaseBusyError(StartError):
    """Another process has the database, for longer than anybody waits."""

    code = "database_busy"
    title = "The database is in use"


class RotationError(DomainError):
    """A key could not be exchanged; the present one goes on to serve."""

    code = "rotation_failed"
    title = "The key was not changed"


class LegacyFileError(DomainError):
    """A file is no legacy database that can be taken over, or its backup can't be written."""

    code = "legacy_unreadable"
    title = "The legacy database can't be taken over"


class ServerNotRunningError(DomainError):
    """There is no running server to ask."""

    code = "not_running"
    title = "Miauflix is not running"

    def __init__(self) -> None:
        super().__init__("Miauflix is not running on this data folder. Start it, or name another with --data-dir.")


class NothingKeptError(DomainError):
    """The data folder holds nothing of Miauflix yet."""

    code = "nothing_kept"
    title = "There is nothing here yet"

    def __init__(self) -> None:
        super().__init__(
            "There is nothing of Miauflix in this data folder. Start it first, or name another with --data-dir."
        )


# --- Copies of the keys -------------------------------------------------------------------------------------------


class BackupError(DomainError):
    """A copy of the keys can't be made, read or used. Nothing was changed."""

    code = "backup_failed"
    title = "The copy of the keys can't be used"


class BackupFileError(BackupError):
    """The file can't be read, can't be written, or is there already."""

    code = "backup_file"
    title = "The file can't be used"


class BackupForeignError(BackupError):
    """The file is something else than a key backup."""

    code = "backup_foreign"
    title = "Not a key backup"


class BackupTruncatedError(BackupError):
    """The end of the file is missing."""

    code = "backup_truncated"
    title = "The key backup is cut off"


class BackupDamagedError(BackupError):
    """The file was changed after it was written."""

    code = "backup_damaged"
    title = "The key backup is damaged"


class BackupNewerError(BackupError):
    """The file has a form that only a newer version knows."""

    code = "backup_newer"
    title = "The key backup needs a newer Miauflix"


class BackupMismatchError(BackupError):
    """The keys are sound, but are not those of this data folder's database."""

    code = "backup_mismatch"
    title = "The keys are of another database"


class WrongPassphraseError(BackupError):
    """The pass phrase does not open the file."""

    code = "wrong_passphrase"
    title = "The pass phrase is wrong"


class WeakPassphraseError(BackupError):
    """The pass phrase is too short to protect a file that may get into other hands."""

    code = "weak_passphrase"
    title = "The pass phrase is too short"


class RecoveryKeyError(BackupError):
    """The printed recovery key was typed with a mistake, or can't be made."""

    code = "recovery_key"
    title = "The recovery key is not right"


class KeyExistsError(BackupError):
    """There is a key already, which a bare one can't replace."""

    code = "key_exists"
    title = "There is a key already"


class SafeModeError(DomainError):
    """The database is open for reading only, because a key that it was encrypted with is missing."""

    code = "safe_mode"
    title = "Nothing can be changed at present"


class DatabaseUnavailableError(DomainError):
    """The database can't be used right now: another process holds it, or its disk fails."""

    code = "database_unavailable"
    title = "The database can't be used right now"


# --- The door: who is asking --------------------------------------------------------------------------------------


class UnauthorizedError(DomainError):
    """No token, or none that is good now."""

    code = "unauthorized"
    title = "Sign in first"


class TokenExpiredError(UnauthorizedError):
    """The access token was good but is too old: refresh it."""

    code = "token_expired"
    title = "The access token has expired"


class ForbiddenError(DomainError):
    """The device is known but may not do this."""

    code = "forbidden"
    title = "Not allowed for this device"


class CrossOriginError(ForbiddenError):
    """A page of another origin tries to change something here."""

    code = "cross_origin"
    title = "Requests from other sites are refused"


class HostNotAllowedError(ForbiddenError):
    """The request was sent to a host name that is not this machine's: a sign of DNS rebinding."""

    code = "host_not_allowed"
    title = "This address is not one of the server's"


class AuthorizationPendingError(DomainError):
    """Nobody has approved the device yet: ask again after the interval."""

    code = "authorization_pending"
    title = "Waiting for approval"


class SlowDownError(DomainError):
    """The device asks more often than agreed."""

    code = "slow_down"
    title = "Ask less often"


class AccessDeniedError(DomainError):
    """Somebody denied the pairing."""

    code = "access_denied"
    title = "The request was denied"


class PairingExpiredError(DomainError):
    """The pairing was not approved in time."""

    code = "expired_token"
    title = "The code has expired"


class InvalidGrantError(DomainError):
    """The device code or refresh token is not known, or was used already."""

    code = "invalid_grant"
    title = "This code or token is not valid"


class TooManyPairingsError(DomainError):
    """Enough devices are waiting for approval already."""

    code = "too_many_pairings"
    title = "Too many devices are waiting for approval"


# --- Requests -----------------------------------------------------------------------------------------------------


class InvalidRequestError(DomainError):
    """The request's body or parameters are not of the documented form."""

    code = "invalid_request"
    title = "The request is not valid"


class UnsupportedMediaTypeError(DomainError):
    """The body is of a kind this call does not take."""

    code = "unsupported_media_type"
    title = "This kind of body is not taken"


class BodyTimeoutError(DomainError):
    """The request's body did not arrive in time."""

    code = "body_timeout"
    title = "The request took too long to arrive"


class PayloadTooLargeError(DomainError):
    """The body is larger than the call allows."""

    code = "payload_too_large"
    title = "The body is too large"


class NotFoundError(DomainError):
    """There is nothing under this address or id."""

    code = "not_found"
    title = "Not found"


class MethodNotAllowedError(DomainError):
    """The address exists but does not take this method."""

    code = "method_not_allowed"
    title = "Method not allowed"


class SourceNotFoundError(NotFoundError):
    """No source has this id."""

    code = "source_not_found"
    title = "No such source"


class ItemNotFoundError(NotFoundError):
    """No film, show or episode has this id."""

    code = "item_not_found"
    title = "No such title"


class DeviceNotFoundError(NotFoundError):
    """No device has this id."""

    code = "device_not_found"
    title = "No such device"


class ProgressNotFoundError(NotFoundError):
    """This title was not watched yet."""

    code = "progress_not_found"
    title = "This title was not watched yet"


class PairingNotFoundError(NotFoundError):
    """No device waits under this code."""

    code = "pairing_not_found"
    title = "No device is waiting under this code"


# --- Sources ------------------------------------------------------------------------------------------------------


class InvalidSourceError(DomainError):
    """What was given is neither a magnet link nor a torrent file, or is one that can't be taken."""

    code = "invalid_source"
    title = "Not a magnet link or torrent file"


class SourceExistsError(DomainError):
    """The torrent is known already, as the source ``source_id``."""

    code = "source_exists"
    title = "This source is known already"

    def __init__(self, source_id: str) -> None:
        super().__init__("This torrent was added before.")
        self.source_id = source_id


class SourceUnavailableError(DomainError):
    """The stored source can't be decrypted; the others are not affected."""

    code = "source_unavailable"
    title = "This source can't be read"


class CatalogueUnavailableError(DomainError):
    """Where titles are looked up can't be reached, and nothing is remembered of this one."""

    code = "catalogue_unavailable"
    title = "The catalogue can't be reached"


# --- Streaming ----------------------------------------------------------------------------------------------------


class RangeNotSatisfiableError(DomainError):
    """The Range header is malformed or lies outside of the file of ``total`` bytes."""

    code = "range_not_satisfiable"
    title = "The range can't be served"

    def __init__(self, total: int) -> None:
        super().__init__(f"The file has {total} bytes; the range asked for is malformed or lies outside of it.")
        self.total = total


class TorrentTimeoutError(DomainError):
    """The swarm gave no metadata or no bytes within the time-out."""

    code = "torrent_timeout"
    title = "The torrent did not answer in time"


class NoVideoError(DomainError):
    """The torrent holds no video that could be played."""

    code = "no_video"
    title = "There is no video in this torrent"


class EpisodeMissingError(NoVideoError):
    """The torrent holds videos, but not the wanted episode."""

    code = "episode_missing"
    title = "This episode is not in the torrent"


class UnsafeTorrentError(DomainError):
    """The torrent holds a program or an archive: no honest release of a video does."""

    code = "unsafe_torrent"
    title = "This torrent is not safe"


class TorrentFailedError(DomainError):
    """The torrent can't go on (its metadata are broken, or its files can't be written)."""

    code = "torrent_failed"
    title = "The torrent failed"


class DiskFullError(TorrentFailedError):
    """There is no room left for the torrent's bytes."""

    code = "disk_full"
    title = "The disk is full"


class TooManyStreamsError(DomainError):
    """The device plays as many different streams as one device may."""

    code = "too_many_streams"
    title = "Too many streams on this device"


class OverBudgetError(DomainError):
    """The server has no memory or places left for another stream; try again in ``retry_after`` seconds."""

    code = "over_budget"
    title = "The server is busy"

    def __init__(self, retry_after: int) -> None:
        super().__init__("All places for streams are taken; try again shortly.")
        self.retry_after = retry_after


class ViewportTooFrequentError(DomainError):
    """A device tells what it shows more often than anybody can look; the next is taken in ``retry_after`` seconds."""

    code = "viewport_too_frequent"
    title = "Too many viewports"

    def __init__(self, retry_after: int) -> None:
        super().__init__("Send at most one viewport in half a second. This one was not looked at.")
        self.retry_after = retry_after


class UpdateCheckError(DomainError):
    """Nobody could say whether there is a newer Miauflix."""

    code = "update_check_failed"
    title = "Updates can't be checked"


class StreamClosedError(DomainError):
    """The stream was closed under its reader: the server stops, or the source was removed."""

    code = "stream_closed"
    title = "The stream was closed"

"""Everything that is kept, opened with its keys: what the server and the command line both start from."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from server.auth.media import MediaPasses
from server.auth.pairing import PairingDesk
from server.auth.sessions import Sessions
from server.auth.tokens import AccessTokens, MediaTokens
from server.clock import utc_now
from server.errors import KeyUnknownError, KeyWrongError
from server.events import Notice, NoticeCode, Publish
from server.progress import WatchProgress
from server.recovery import Vault
from server.rotation import Rotation
from server.settings import Options
from server.storage.audit import AuditLog
from server.storage.crypto_meta import check_keys
from server.storage.database import Database
from server.storage.devices import DeviceRepository
from server.storage.downloads import DownloadRepository
from server.storage.host_rests import HostRestRepository
from server.storage.key_backups import KeyBackupRepository
from server.storage.pairings import PairingRepository
from server.storage.progress import ProgressRepository
from server.storage.provider_keys import ProviderKeyRepository
from server.storage.searches import SearchRepository
from server.storage.sources import SourceRepository
from server.storage.titles import TitleRepository
from server.vault.cipher import FieldCipher
from server.vault.keys import OpenKeys, derive, open_keys

_NOT_BACKED_UP = (
    "There is no checked backup of the key that opens your data; if the key is lost, nothing here can be read again. "
    "Save one with `miauflix key backup FILE`, then check it with `miauflix key verify FILE`. Nobody will ever ask you "
    "for it."
)
_SAFE_MODE = "Until then nothing is changed, and what was encrypted with that key does not play."
_DAMAGED = (
    "Security alert: {count} of your sources can't be decrypted. They were changed or damaged outside of Miauflix. "
    "Remove them and add them again, or put back a copy of the database."
)


@dataclass(frozen=True, slots=True)
class Records:
    """The repositories of one data folder, and the services that need nothing else."""

    id: str
    """Names this data folder on the LAN; says nothing else."""
    sources: SourceRepository
    searches: SearchRepository
    titles: TitleRepository
    poster_secret: bytes = field(repr=False)
    """What names of posters are made with."""
    downloads: DownloadRepository
    host_rests: HostRestRepository
    provider_keys: ProviderKeyRepository
    devices: DeviceRepository
    sessions: Sessions
    passes: MediaPasses
    pairing: PairingDesk
    progress: WatchProgress
    backups: KeyBackupRepository
    audit: AuditLog
    rotation: Rotation
    vault: Vault
    standing: tuple[Notice, ...]
    """Notices that last as long as the records are open."""
    wants_backup: bool

    async def notices(self) -> tuple[Notice, ...]:
        """Return what people should know about keys and ciphertexts at this moment."""
        notices = list(self.standing)
        if self.wants_backup and await self.backups.verified_at(self.rotation.record.check) is None:
            notices.append(Notice(NoticeCode.KEY_NOT_BACKED_UP, _NOT_BACKED_UP))
        if damaged := self.sources.damaged:
            notices.append(Notice(NoticeCode.SOURCES_DAMAGED, _DAMAGED.format(count=damaged)))
        return tuple(notices)


async def _safe_mode(database: Database, cipher: FieldCipher) -> tuple[Notice, ...]:
    """Compare keys and database; a key that is missing leaves the database open for reading only, with a notice."""
    try:
        await check_keys(database, cipher)
    except KeyUnknownError as error:
        database.refuse_writes()
        return (Notice(NoticeCode.SAFE_MODE, f"{error.detail} {_SAFE_MODE}"),)
    return ()


async def _open_both(
    stack: contextlib.AsyncExitStack, options: Options, environ: Mapping[str, str]
) -> tuple[OpenKeys, Database]:
    """Open keys and database; a second time when another process changed the keys in between."""
    keys = await open_keys(options, environ)
    try:
        database = await stack.enter_async_context(Database.open(options.database_path, *keys.record.database_keys))
    except KeyWrongError:
        before, keys = keys, await open_keys(options, environ)
        if keys.record == before.record:
            raise
        database = await stack.enter_async_context(Database.open(options.database_path, *keys.record.database_keys))
    return keys, database


@contextlib.asynccontextmanager
async def open_records(options: Options, environ: Mapping[str, str], publish: Publish) -> AsyncIterator[Records]:
    """Open keys and database; both are made where there is nothing yet. Raises StartError.

    When a key is missing that rows were encrypted with, nothing can be written: see SafeModeError.
    """
    async with contextlib.AsyncExitStack() as stack:
        keys, database = await _open_both(stack, options, environ)
        cipher = FieldCipher(keys.record)
        safe_mode = await _safe_mode(database, cipher)
        devices = DeviceRepository(database)
        sessions = Sessions(devices, AccessTokens(derive(keys.record.root, "auth/access-token")), utc_now)
        yield Records(
            id=derive(keys.record.root, "lan/id", 8).hex(),
            sources=SourceRepository(database, cipher),
            searches=SearchRepository(database),
            titles=TitleRepository(database),
            poster_secret=derive(keys.record.root, "catalogue/posters"),
            downloads=DownloadRepository(database, cipher),
            host_rests=HostRestRepository(database),
            provider_keys=ProviderKeyRepository(database, cipher),
            devices=devices,
            sessions=sessions,
            passes=MediaPasses(sessions, MediaTokens(derive(keys.record.root, "auth/media-token")), utc_now),
            pairing=PairingDesk(PairingRepository(database), sessions, publish, utc_now),
            progress=WatchProgress(ProgressRepository(database), utc_now),
            backups=KeyBackupRepository(database),
            audit=AuditLog(database),
            rotation=Rotation(options.data_dir, keys, database, cipher),
            vault=Vault(options, environ),
            standing=keys.notices + safe_mode,
            wants_backup=not (safe_mode or options.demo),
        )

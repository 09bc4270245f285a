"""Everything that is kept, opened with its keys: what the server and the command line both start from."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from server.auth.clock import utc_now
from server.auth.pairing import PairingDesk
from server.auth.sessions import Sessions
from server.auth.tokens import AccessTokens
from server.events import Notice, Publish
from server.settings import Options
from server.storage.crypto_meta import check_keys
from server.storage.database import Database
from server.storage.devices import DeviceRepository
from server.storage.downloads import DownloadRepository
from server.storage.pairings import PairingRepository
from server.storage.sources import SourceRepository
from server.vault.cipher import FieldCipher
from server.vault.keys import derive, open_keys


@dataclass(frozen=True, slots=True)
class Records:
    """The repositories of one data folder, and the services that need nothing else."""

    id: str
    """Names this data folder on the LAN; says nothing else."""
    sources: SourceRepository
    downloads: DownloadRepository
    devices: DeviceRepository
    sessions: Sessions
    pairing: PairingDesk
    notices: tuple[Notice, ...]


@contextlib.asynccontextmanager
async def open_records(options: Options, environ: Mapping[str, str], publish: Publish) -> AsyncIterator[Records]:
    """Open keys and database; both are made where there is nothing yet. Raises StartError."""
    keys = await open_keys(options, environ)
    async with Database.open(options.database_path, keys.record.database_key) as database:
        cipher = FieldCipher(keys.record)
        await check_keys(database, cipher)
        devices = DeviceRepository(database)
        sessions = Sessions(devices, AccessTokens(derive(keys.record.root, "auth/access-token")), utc_now)
        yield Records(
            id=derive(keys.record.root, "lan/id", 8).hex(),
            sources=SourceRepository(database, cipher),
            downloads=DownloadRepository(database, cipher),
            devices=devices,
            sessions=sessions,
            pairing=PairingDesk(PairingRepository(database), sessions, publish, utc_now),
            notices=keys.notices,
        )

"""``miauflix --selftest``: uses every part that is native code once, and says what became of it.

A package may lack a library that was there where it was built; this finds out where it is installed. Nothing of the
user's is touched: files are temporary, the network is loopback.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path
from typing import TypeVar

import cryptography
import zeroconf
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from server.errors import KeyringLockedError, KeyringUnavailableError, KeyWrongError
from server.settings import EngineSettings
from server.sources.names import parse
from server.storage.database import Database
from server.storage.downloads import DownloadRepository
from server.tls import client_context, has_authorities
from server.torrent.engine import TorrentEngine
from server.torrent.metainfo import parse_magnet
from server.torrent.seeder import make_torrent, seeding
from server.torrent.session import LIBTORRENT
from server.vault.backup import seal, unseal
from server.vault.cipher import FieldCipher
from server.vault.keyring_store import SERVICE, call_keyring, find_backend, kind_of
from server.vault.record import KeyRecord

T = TypeVar("T")

_LIMIT = 30.0
"""Seconds after which a part has failed."""
_CLIP = Path("demo", "clip.mp4")
_ZEROCONF_TYPE = "_miauflix-test._tcp.local."


@dataclass(frozen=True, slots=True)
class Part:
    """One native part: its name, and what uses it and returns a few words on what it found."""

    name: str
    exercise: Callable[[], Awaitable[str]]


WindowTest = Callable[[Path], str]
"""Draws something from the resources with the window system's library; returns a few words on what it found."""


def run(resources: Path, window_test: WindowTest | None) -> bool:
    """Exercise everything and print a line for each part; return whether all of it works."""
    with tempfile.TemporaryDirectory(prefix="miauflix-selftest-", ignore_cleanup_errors=True) as folder:
        works = asyncio.run(_exercise(parts(resources, Path(folder))))
    if window_test is None:
        print("-     window: there is no display here")
        return works
    return _test_window(window_test, resources) and works


def parts(resources: Path, folder: Path) -> tuple[Part, ...]:
    """Return the parts that the server has; ``folder`` is empty and may be written to."""
    return (
        Part("encryption", _encryption),
        Part("database", lambda: _database(folder / "database")),
        Part("BitTorrent", lambda: _bittorrent(resources / _CLIP, folder / "torrent")),
        Part("release names", _release_names),
        Part("keyring", _keyring),
        Part("discovery", _discovery),
        Part("TLS", _tls),
    )


async def _exercise(every: Sequence[Part]) -> bool:
    works = True
    for part in every:
        try:
            async with asyncio.timeout(_LIMIT):
                found = await part.exercise()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a part, it is told and the next one has its turn
            works = False
            _report("FAIL", part.name, _reason(error))
        else:
            _report("ok", part.name, found)
    return works


def _test_window(window_test: WindowTest, resources: Path) -> bool:
    # Qt ends the process when it finds no way to the display: say beforehand what it is about.
    print("      window …", file=sys.stderr, flush=True)
    try:
        found = window_test(resources)
    except Exception as error:  # noqa: BLE001 - as above
        _report("FAIL", "window", _reason(error))
        return False
    _report("ok", "window", found)
    return True


def _report(verdict: str, name: str, text: str) -> None:
    print(f"{verdict:<5} {name}: {' '.join(text.split())}", flush=True)


def _reason(error: Exception) -> str:
    return "no answer in time" if isinstance(error, TimeoutError) else f"{type(error).__name__}: {error}"


def _expect(truth: bool, otherwise: str) -> None:  # noqa: FBT001 - what is expected comes first
    if not truth:
        raise RuntimeError(otherwise)


async def _encryption() -> str:
    record = KeyRecord.generate()
    secret = b"what nobody else may read"
    envelope = FieldCipher(record).encrypt("selftest", "text", "1", secret)
    _expect(secret not in envelope, "AES-GCM left the text in clear")
    _expect(FieldCipher(record).decrypt("selftest", "text", "1", envelope) == secret, "AES-GCM changed the text")
    passphrase = "a pass phrase for a moment"  # noqa: S105 - it protects nothing
    saved = await unseal(await seal(record, passphrase, None, datetime.now(UTC)), passphrase)
    _expect(saved.record == record, "Argon2 and AES-GCM changed a backup of the keys")
    return f"AES-256-GCM and Argon2id, cryptography {cryptography.__version__}"


async def _database(folder: Path) -> str:
    record, path = KeyRecord.generate(), folder / "miauflix.db"
    async with Database.open(path, record.database_key) as database:
        version = await database.run(lambda on: str(on.exec_driver_sql("PRAGMA cipher_version").scalar()))
    _expect(not (await asyncio.to_thread(path.read_bytes)).startswith(b"SQLite"), "the database is not encrypted")
    with contextlib.suppress(KeyWrongError):
        async with Database.open(path, KeyRecord.generate().database_key):
            raise RuntimeError("the database opens with any key")
    return f"SQLCipher {version}"


async def _bittorrent(clip: Path, folder: Path) -> str:
    """Get a torrent's description from a second session: a real exchange between two of them."""
    loop = asyncio.get_running_loop()
    settings = EngineSettings(listen="127.0.0.1:0", dht=False, utp=False, allow_private_peers=True)
    torrent_file = await loop.run_in_executor(None, make_torrent, clip)
    async with _in_executor(seeding(clip, torrent_file)) as seed:
        record = KeyRecord.generate()
        async with Database.open(folder / "miauflix.db", record.database_key) as database:
            downloads = DownloadRepository(database, FieldCipher(record))
            async with (
                TorrentEngine.running(settings, folder / "downloads", downloads) as engine,
                engine.lease(parse_magnet(seed.magnet).identifiers) as torrent,
            ):
                await torrent.metadata()
                _expect(bool(engine.port), "the session does not listen")
    return f"libtorrent {LIBTORRENT}, two sessions met on loopback"


@contextlib.asynccontextmanager
async def _in_executor(context: contextlib.AbstractContextManager[T]) -> AsyncIterator[T]:
    loop = asyncio.get_running_loop()
    value = await loop.run_in_executor(None, context.__enter__)
    try:
        yield value
    finally:
        await loop.run_in_executor(None, context.__exit__, None, None, None)


async def _release_names() -> str:
    """Take a name apart: patterns of the ``regex`` library, and what parses dates."""
    name = await asyncio.to_thread(parse, "A.Film.Of.Ours.2026.1080p.WEB-DL.H264")
    _expect((name.year, name.resolution) == (2026, "1080p"), "a release name was not understood")
    return "understood"


async def _keyring() -> str:
    """Ask for an entry that is not there; where there is no keyring, or a locked one, that is an answer too."""
    try:
        backend = await asyncio.to_thread(find_backend)
        if backend is None:
            return "none here, keys would go to a private file"
        await call_keyring(lambda: backend.get_password(SERVICE, "selftest"))
    except (KeyringLockedError, KeyringUnavailableError) as error:
        return f"can't be used now: {error.detail}"
    return kind_of(backend).removeprefix("keyring.backends.")


async def _discovery() -> str:
    try:
        responder = AsyncZeroconf(interfaces=["127.0.0.1"])
    except OSError as error:
        return f"zeroconf {zeroconf.__version__}, but no multicast here: {error.strerror}"
    try:
        info = AsyncServiceInfo(
            _ZEROCONF_TYPE, f"selftest.{_ZEROCONF_TYPE}", port=1, addresses=[IPv4Address("127.0.0.1").packed]
        )
        await (await responder.async_register_service(info, allow_name_change=True))
        await responder.async_unregister_service(info)
    finally:
        await responder.async_close()
    return f"zeroconf {zeroconf.__version__}, announced on loopback"


async def _tls() -> str:
    """Check that there are authorities to trust, and that nobody else is let in."""
    context = await asyncio.to_thread(client_context)
    _expect(context.check_hostname and context.verify_mode is ssl.CERT_REQUIRED, "certificates are not checked")
    there = await asyncio.to_thread(has_authorities)
    _expect(there, "no certificate authorities were found; on Debian the package ca-certificates brings them")
    return f"{ssl.OPENSSL_VERSION}, trusting whom the system trusts"

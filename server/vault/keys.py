"""Open the keys of a data folder: find the store, read the record, make one only where nothing was stored yet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import AsyncFileLock, Timeout

from server.errors import (
    KeyFileError,
    KeyMissingError,
    KeyringChangedError,
    KeyringLockedError,
    KeyringUnavailableError,
    PlainKeyRefusedError,
)
from server.events import Notice, NoticeCode
from server.vault import key_file
from server.vault.anchor import Anchor, new_anchor, read_anchor, write_anchor
from server.vault.key_file import KeyFileStore, default_key_file
from server.vault.keyring_store import KeyringStore, SecretBackend, call_keyring, find_backend, kind_of
from server.vault.record import KeyRecord, derive

if TYPE_CHECKING:
    from server.settings import Options
    from server.vault.store import KeyStore

__all__ = ["KeyRecord", "OpenKeys", "derive", "open_keys"]

FindBackend = Callable[[], SecretBackend | None]

_LOCK_TIMEOUT = 30.0
"""Seconds: three calls to a keyring that does not answer."""

_KEY_IN_FILE = (
    "There is no keyring on this machine, so the key is in {path}. That protects a copy of the database, "
    "not a copy of the whole disk: encrypt the disk, or keep the key elsewhere with --key-file."
)


@dataclass(frozen=True, slots=True)
class OpenKeys:
    """The keys of a data folder, and what people should know about how they are kept."""

    record: KeyRecord
    store: KeyStore
    notices: tuple[Notice, ...] = ()


async def open_keys(options: Options, environ: Mapping[str, str], find_backend: FindBackend = find_backend) -> OpenKeys:
    """Return the keys of ``options.data_dir``; make them when it has neither a key nor a database.

    Raises PlainKeyRefusedError, KeyMissingError, KeyringLockedError, KeyringUnavailableError, KeyringChangedError,
    KeyFileError, KeyWrongError.
    """
    if environ.get("TORRENT_KEY", "").strip():
        raise PlainKeyRefusedError(
            "TORRENT_KEY is set in the environment, where other programs can read it. Unset it: Miauflix makes its own "
            "key, or takes one from a file that only you can read (TORRENT_KEY_FILE or --key-file)."
        )
    opening = _Opening(options, environ, find_backend)
    keys = await opening.existing()
    if keys is None:
        async with _creation_lock(options.data_dir):
            keys = await opening.existing() or await opening.create()
    return keys


@dataclass(frozen=True, slots=True)
class _Opening:
    options: Options
    environ: Mapping[str, str]
    find_backend: FindBackend

    async def existing(self) -> OpenKeys | None:
        """Return the stored keys; None when nothing is stored and a key may be made."""
        anchor = await asyncio.to_thread(read_anchor, self.options.data_dir)
        has_database = await asyncio.to_thread(_is_filled, self.options.database_path)
        store: KeyStore | None = self._explicit_file()
        if store is None:
            if anchor is None:
                if has_database:
                    raise KeyMissingError(
                        f"{self.options.data_dir} holds a database, but vault.json, which says where its key is, is "
                        "missing. Put a copy of it back, or start with the key file (--key-file)."
                    )
                return None
            backend = await self._backend(anchor)
            if has_database and anchor.backend != key_file.KIND:
                _refuse_change(anchor.backend, backend)
            store = _store(anchor.id, backend)
        text = await store.read()
        if text is None and has_database:
            raise KeyMissingError(
                f"There is no key in {store.place}, and without it the database can't be opened. Put the key back from "
                "a copy, or start with the file that holds it (--key-file). To begin anew, move "
                f"{self.options.data_dir} away."
            )
        return None if text is None else self._open(store, KeyRecord.from_json(text))

    async def create(self) -> OpenKeys:
        """Make a record and keep it; the anchor goes first, so that a kill in between leaves no key nobody knows of."""
        anchor = await asyncio.to_thread(read_anchor, self.options.data_dir)
        explicit = self._explicit_file()
        backend = None if explicit else await self._backend(anchor)
        kind = kind_of(backend) if backend else key_file.KIND
        if anchor is None or anchor.backend != kind:
            anchor = Anchor(id=anchor.id, backend=kind) if anchor else new_anchor(kind)
            await asyncio.to_thread(write_anchor, self.options.data_dir, anchor)
        store = explicit or _store(anchor.id, backend)
        record = KeyRecord.generate()
        text = record.to_json()
        await store.write(text)
        if await store.read() != text:  # some keyrings accept a secret and forget it
            failure = KeyFileError if store.kind == key_file.KIND else KeyringUnavailableError
            raise failure(f"The key was written to {store.place}, but is not there when read again.")
        return self._open(store, record)

    async def _backend(self, anchor: Anchor | None) -> SecretBackend | None:
        if anchor and anchor.backend == key_file.KIND:
            return None
        return await call_keyring(self.find_backend)

    def _explicit_file(self) -> KeyFileStore | None:
        path = self.options.key_file
        return None if path is None else KeyFileStore(path, managed=self._is_credential(path))

    def _is_credential(self, path: Path) -> bool:
        folder = self.environ.get("CREDENTIALS_DIRECTORY")
        return bool(folder) and path.parent == Path(str(folder))

    def _open(self, store: KeyStore, record: KeyRecord) -> OpenKeys:
        if isinstance(store, KeyFileStore) and self.options.key_file is None:
            notice = Notice(NoticeCode.KEY_IN_FILE, _KEY_IN_FILE.format(path=store.path))
            return OpenKeys(record, store, (notice,))
        return OpenKeys(record, store)


def _store(vault_id: str, backend: SecretBackend | None) -> KeyStore:
    if backend is None:
        return KeyFileStore(default_key_file(vault_id))
    return KeyringStore(kind_of(backend), backend, vault_id)


def _refuse_change(before: str, backend: SecretBackend | None) -> None:
    if backend is None:
        raise KeyringUnavailableError(
            f"The key is in a keyring ({before}) that can't be reached from this session. Start Miauflix from the "
            "desktop, or start with a key file (--key-file)."
        )
    if kind_of(backend) != before:
        raise KeyringChangedError(
            f"The key was stored in {before}, but the keyring found is {kind_of(backend)}. Bring the former back, "
            "or start with a key file (--key-file)."
        )


def _is_filled(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False


@asynccontextmanager
async def _creation_lock(data_dir: Path) -> AsyncIterator[None]:
    """Let one process at a time make keys: the server and the command line may both be the first."""
    await asyncio.to_thread(data_dir.mkdir, mode=0o700, parents=True, exist_ok=True)
    lock = AsyncFileLock(data_dir / "vault.lock")
    try:
        await lock.acquire(timeout=_LOCK_TIMEOUT)
    except Timeout:
        raise KeyringLockedError("Another Miauflix waits for the keyring. Unlock it and try again.") from None
    try:
        yield
    finally:
        await lock.release()

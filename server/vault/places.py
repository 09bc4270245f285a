"""Where a data folder's key record is kept: a key file that was named, a keyring's entry, or the default file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import AsyncFileLock, Timeout

from server.errors import KeyFileError, KeyringChangedError, KeyringLockedError, KeyringUnavailableError
from server.vault import key_file
from server.vault.key_file import KeyFileStore, default_key_file
from server.vault.keyring_store import KeyringStore, SecretBackend, kind_of

if TYPE_CHECKING:
    from server.settings import Options
    from server.vault.store import KeyStore

FindBackend = Callable[[], SecretBackend | None]

_LOCK_TIMEOUT = 30.0
"""Seconds: three calls to a keyring that does not answer."""


def named_file(options: Options, environ: Mapping[str, str]) -> KeyFileStore | None:
    """Return the key file that the options name; None when they leave the place to us."""
    path = options.key_file
    if path is None:
        return None
    folder = environ.get("CREDENTIALS_DIRECTORY")
    return KeyFileStore(path, managed=bool(folder) and path.parent == Path(str(folder)))


def store_in(backend: SecretBackend | None, vault_id: str) -> KeyStore:
    """Return the store of a data folder's key in the keyring; in the default key file where there is none."""
    if backend is None:
        return KeyFileStore(default_key_file(vault_id))
    return KeyringStore(kind_of(backend), backend, vault_id)


def refuse_change(before: str, backend: SecretBackend | None) -> None:
    """Raise KeyringUnavailableError or KeyringChangedError unless the keyring found is of the kind ``before``."""
    if backend is None:
        raise KeyringUnavailableError(
            f"The key is in a keyring ({before}) that can't be reached from this session. Start Miauflix from the "
            "desktop, or start with a key file (--key-file)."
        )
    if kind_of(backend) != before:
        raise KeyringChangedError(
            f"The key was stored in {before}, but the keyring found is {kind_of(backend)}. Bring the former back, put "
            "the key into this one with `miauflix key restore FILE`, or start with a key file (--key-file)."
        )


async def keep(store: KeyStore, text: str) -> None:
    """Store a record's text and read it back, because some keyrings accept a secret and forget it.

    Raises KeyringLockedError, KeyringUnavailableError, KeyFileError.
    """
    await store.write(text)
    if await store.read() != text:
        failure = KeyFileError if store.kind == key_file.KIND else KeyringUnavailableError
        raise failure(f"The key was written to {store.place}, but is not there when read again.")


@asynccontextmanager
async def vault_lock(data_dir: Path) -> AsyncIterator[None]:
    """Let one process at a time make or replace a data folder's keys. Raises KeyringLockedError."""
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

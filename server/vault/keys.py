"""Open the keys of a data folder: find the store, read the record, make one only where nothing was stored yet."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from server.errors import KeyMissingError, PlainKeyRefusedError
from server.events import Notice, NoticeCode
from server.vault import key_file
from server.vault.anchor import Anchor, new_anchor, read_anchor, write_anchor
from server.vault.key_file import KeyFileStore
from server.vault.keyring_store import SecretBackend, call_keyring, find_backend, kind_of
from server.vault.places import FindBackend, keep, named_file, refuse_change, store_in, vault_lock
from server.vault.record import KeyRecord, derive

if TYPE_CHECKING:
    from server.settings import Options
    from server.vault.store import KeyStore

__all__ = ["KeyRecord", "OpenKeys", "derive", "find_keys", "open_keys"]

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
    keys = await find_keys(options, environ, find_backend)
    if keys is None:
        opening = _Opening(options, environ, find_backend)
        async with vault_lock(options.data_dir):
            keys = await opening.existing() or await opening.create()
    return keys


async def find_keys(
    options: Options, environ: Mapping[str, str], find_backend: FindBackend = find_backend
) -> OpenKeys | None:
    """Return the keys of ``options.data_dir``; None where nothing is stored yet. Raises as ``open_keys`` does."""
    if environ.get("TORRENT_KEY", "").strip():
        raise PlainKeyRefusedError(
            "TORRENT_KEY is set in the environment, where other programs can read it. Unset it. To use that key, put "
            "it into a file that only you can read and run `miauflix key import --from-file FILE`; otherwise Miauflix "
            "makes a key of its own."
        )
    return await _Opening(options, environ, find_backend).existing()


@dataclass(frozen=True, slots=True)
class _Opening:
    options: Options
    environ: Mapping[str, str]
    find_backend: FindBackend

    async def existing(self) -> OpenKeys | None:
        """Return the stored keys; None when nothing is stored and a key may be made."""
        anchor = await asyncio.to_thread(read_anchor, self.options.data_dir)
        has_database = await asyncio.to_thread(is_filled, self.options.database_path)
        store: KeyStore | None = named_file(self.options, self.environ)
        if store is None:
            if anchor is None:
                if has_database:
                    raise KeyMissingError(
                        f"{self.options.data_dir} holds a database, but vault.json, which says where its key is, is "
                        "missing. Put a copy of it back, bring the key back with `miauflix key restore FILE`, or start "
                        "with the key file (--key-file)."
                    )
                return None
            backend = await self._backend(anchor)
            if has_database and anchor.backend != key_file.KIND:
                refuse_change(anchor.backend, backend)
            store = store_in(backend, anchor.id)
        text = await store.read()
        if text is None and has_database:
            raise KeyMissingError(
                f"There is no key in {store.place}, and without it the database can't be opened. Bring it back with "
                "`miauflix key restore FILE`, or start with the file that holds it (--key-file). To begin anew, move "
                f"{self.options.data_dir} away."
            )
        return None if text is None else self._open(store, KeyRecord.from_json(text))

    async def create(self) -> OpenKeys:
        """Make a record and keep it; the anchor goes first, so that a kill in between leaves no key nobody knows of."""
        anchor = await asyncio.to_thread(read_anchor, self.options.data_dir)
        explicit = named_file(self.options, self.environ)
        backend = None if explicit else await self._backend(anchor)
        kind = kind_of(backend) if backend else key_file.KIND
        if anchor is None or anchor.backend != kind:
            anchor = Anchor(id=anchor.id, backend=kind) if anchor else new_anchor(kind)
            await asyncio.to_thread(write_anchor, self.options.data_dir, anchor)
        store = explicit or store_in(backend, anchor.id)
        record = KeyRecord.generate()
        await keep(store, record.to_json())
        return self._open(store, record)

    async def _backend(self, anchor: Anchor | None) -> SecretBackend | None:
        if anchor and anchor.backend == key_file.KIND:
            return None
        return await call_keyring(self.find_backend)

    def _open(self, store: KeyStore, record: KeyRecord) -> OpenKeys:
        if isinstance(store, KeyFileStore) and self.options.key_file is None:
            notice = Notice(NoticeCode.KEY_IN_FILE, _KEY_IN_FILE.format(path=store.path))
            return OpenKeys(record, store, (notice,))
        return OpenKeys(record, store)


def is_filled(path: Path) -> bool:
    """Return whether there is a file with anything in it."""
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False

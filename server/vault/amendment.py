"""Change the stored key record a step at a time, one process at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.errors import KeyMissingError
from server.vault.places import keep, vault_lock
from server.vault.record import KeyRecord

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from server.vault.store import KeyStore


async def amend(data_dir: Path, store: KeyStore, change: Callable[[KeyRecord], KeyRecord]) -> KeyRecord:
    """Replace the record by what ``change`` makes of it, read it back, and return it.

    ``change`` gets the record as it is stored at that moment: another process may have changed it since it was opened.
    Raises KeyMissingError, KeyWrongError, KeyringLockedError, KeyringUnavailableError, KeyFileError.
    """
    async with vault_lock(data_dir):
        text = await store.read()
        if text is None:
            raise KeyMissingError(f"The key is no longer in {store.place}. Put it back: `miauflix key restore FILE`.")
        present = KeyRecord.from_json(text)
        amended = change(present)
        if amended != present:
            await keep(store, amended.to_json())
        return amended

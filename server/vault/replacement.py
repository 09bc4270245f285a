"""Put a key record in the place of the present one: what that will do can be told before it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from server.errors import KeyMissingError
from server.vault import key_file
from server.vault.anchor import Anchor, new_anchor, read_anchor, write_anchor
from server.vault.keyring_store import SecretBackend, call_keyring, find_backend, kind_of
from server.vault.places import FindBackend, keep, named_file, store_in, vault_lock

if TYPE_CHECKING:
    from pathlib import Path

    from server.settings import Options
    from server.vault.backup import SavedKeys
    from server.vault.store import KeyStore


@dataclass(frozen=True, slots=True)
class Replacement:
    """A record, where it will go, and what is there."""

    saved: SavedKeys
    store: KeyStore
    data_dir: Path
    anchor: Anchor | None
    """What ``vault.json`` has to say from then on; None when it stays as it is."""
    replaces: bool
    """Whether another key is in that place."""
    changes: bool
    """Whether anything has to be written at all."""


async def plan_replacement(
    options: Options, environ: Mapping[str, str], saved: SavedKeys, find_backend: FindBackend = find_backend
) -> Replacement:
    """Find out where the record would go, without writing anything.

    That is the key file that was named, else where the present key is kept, else the best place that this machine has.
    Raises KeyringLockedError, KeyringUnavailableError, KeyFileError.
    """
    anchor = await asyncio.to_thread(_anchor, options.data_dir)
    named = named_file(options, environ)
    if named:
        store: KeyStore = named
        following = anchor  # who names a key file needs no vault.json
    else:
        backend = None if anchor and anchor.backend == key_file.KIND else await call_keyring(find_backend)
        following = _following(anchor, backend, saved.vault_id)
        store = store_in(backend, following.id)
    present = await store.read()
    return Replacement(
        saved=saved,
        store=store,
        data_dir=options.data_dir,
        anchor=None if following == anchor else following,
        replaces=present is not None and present != saved.record.to_json(),
        changes=present != saved.record.to_json() or following != anchor,
    )


async def carry_out(replacement: Replacement) -> str | None:
    """Write the record and read it back; the present one is kept beside it, and its new place is returned.

    Doing it again after a kill completes it. Raises KeyringLockedError, KeyringUnavailableError, KeyFileError.
    """
    async with vault_lock(replacement.data_dir):
        text = replacement.saved.record.to_json()
        present = await replacement.store.read()
        kept = None
        if present is not None and present != text:
            aside = replacement.store.beside(f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
            await keep(aside, present)
            kept = aside.place
        if present != text:
            await keep(replacement.store, text)
        # the key goes first: vault.json must not point away from the present one to a place that has none
        if replacement.anchor:
            await asyncio.to_thread(write_anchor, replacement.data_dir, replacement.anchor)
    return kept


def _anchor(data_dir: Path) -> Anchor | None:
    try:
        return read_anchor(data_dir)
    except KeyMissingError:
        return None  # a damaged one is no reason to keep the key from coming back


def _following(anchor: Anchor | None, backend: SecretBackend | None, vault_id: str | None) -> Anchor:
    kind = kind_of(backend) if backend else key_file.KIND
    if anchor:
        return anchor if anchor.backend == kind else Anchor(id=anchor.id, backend=kind)
    return Anchor(id=vault_id, backend=kind) if vault_id else new_anchor(kind)

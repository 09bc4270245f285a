from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fakes.keyring import ForgetfulKeyring, MemoryKeyring, OtherKeyring

from server.errors import KeyringLockedError, KeyringUnavailableError
from server.settings import Options, Settings
from server.vault.anchor import Anchor, read_anchor
from server.vault.backup import SavedKeys
from server.vault.key_file import default_key_file
from server.vault.keys import open_keys
from server.vault.record import KeyRecord
from server.vault.replacement import carry_out, plan_replacement

if TYPE_CHECKING:
    from pathlib import Path

    from server.vault.keyring_store import SecretBackend

MEMORY, OTHER = "fakes.keyring.MemoryKeyring", "fakes.keyring.OtherKeyring"
VAULT_ID = "a1b2c3d4-0000-4000-8000-000000000001"
SAVED = SavedKeys(KeyRecord.generate(), VAULT_ID)


@pytest.fixture
def options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Options:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return Options(Settings(), tmp_path / "data", tmp_path)


async def put(options: Options, backend: SecretBackend | None, saved: SavedKeys = SAVED) -> str | None:
    return await carry_out(await plan_replacement(options, {}, saved, lambda: backend))


async def opened(options: Options, backend: SecretBackend | None) -> KeyRecord:
    options.data_dir.mkdir(exist_ok=True)
    options.database_path.write_bytes(b"ciphertext")  # with one, no key is ever made
    return (await open_keys(options, {}, lambda: backend)).record


def only_kept(folder: Path) -> Path:
    (path,) = folder.glob("key.json.replaced-*")
    return path


async def anchor_of(options: Options) -> Anchor | None:
    return await asyncio.to_thread(read_anchor, options.data_dir)


async def test_planning_changes_nothing(options: Options) -> None:
    backend = MemoryKeyring()
    plan = await plan_replacement(options, {}, SAVED, lambda: backend)
    assert (plan.changes, plan.replaces) == (True, False)
    assert not backend.entries
    assert not options.data_dir.exists()


async def test_an_empty_place_takes_the_key_under_the_id_it_had(options: Options) -> None:
    backend = MemoryKeyring()
    assert await put(options, backend) is None
    assert await anchor_of(options) == Anchor(VAULT_ID, MEMORY)
    assert await opened(options, backend) == SAVED.record


async def test_the_present_key_is_kept_beside_it(options: Options) -> None:
    backend = MemoryKeyring()
    present = (await open_keys(options, {}, lambda: backend)).record
    anchor = await anchor_of(options)
    kept = await put(options, backend)
    assert kept is not None
    assert "replaced-" in kept
    assert await opened(options, backend) == SAVED.record
    assert await anchor_of(options) == anchor
    assert present.to_json() in backend.entries.values()
    assert len(backend.entries) == 2


async def test_a_key_file_is_kept_beside_it_for_its_owner_only(options: Options, tmp_path: Path) -> None:
    named = replace(options, key_file=tmp_path / "key.json")
    present = (await open_keys(named, {}, lambda: None)).record
    await put(named, None)
    assert await opened(named, None) == SAVED.record
    aside = only_kept(tmp_path)
    assert aside.read_text().strip() == present.to_json()
    assert aside.stat().st_mode & 0o077 == 0


async def test_the_same_key_again_changes_nothing(options: Options) -> None:
    backend = MemoryKeyring()
    await put(options, backend)
    plan = await plan_replacement(options, {}, SAVED, lambda: backend)
    assert not plan.changes
    await carry_out(plan)
    assert len(backend.entries) == 1


async def test_another_keyring_than_before_becomes_the_place(options: Options) -> None:
    await put(options, MemoryKeyring())
    other = OtherKeyring()
    await put(options, other)
    assert await anchor_of(options) == Anchor(VAULT_ID, OTHER)
    assert await opened(options, other) == SAVED.record


async def test_without_a_keyring_the_key_file_becomes_the_place(options: Options) -> None:
    await put(options, MemoryKeyring())
    await put(options, None)
    assert await anchor_of(options) == Anchor(VAULT_ID, "file")
    assert default_key_file(VAULT_ID).is_file()
    assert await opened(options, None) == SAVED.record


async def test_a_damaged_anchor_is_replaced(options: Options) -> None:
    options.data_dir.mkdir()
    (options.data_dir / "vault.json").write_text("{")
    backend = MemoryKeyring()
    await put(options, backend)
    assert await anchor_of(options) == Anchor(VAULT_ID, MEMORY)


async def test_a_locked_keyring_is_told_before_anything_is_written(options: Options) -> None:
    backend = MemoryKeyring()
    backend.locked = True
    with pytest.raises(KeyringLockedError):
        await put(options, backend)
    assert not options.data_dir.exists()


async def test_a_keyring_that_forgets_leaves_the_anchor_alone(options: Options) -> None:
    with pytest.raises(KeyringUnavailableError, match="not there when read again"):
        await put(options, ForgetfulKeyring())
    assert await anchor_of(options) is None


async def test_what_is_no_key_is_kept_as_well(options: Options, tmp_path: Path) -> None:
    named = replace(options, key_file=tmp_path / "key.json")
    (tmp_path / "key.json").write_text("something else\n")
    (tmp_path / "key.json").chmod(0o600)
    await put(named, None)
    aside = only_kept(tmp_path)
    assert aside.read_text() == "something else\n"

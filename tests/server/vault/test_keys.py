from __future__ import annotations

import asyncio
import stat
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fakes.keyring import BrokenKeyring, ForgetfulKeyring, MemoryKeyring, OtherKeyring

from server.errors import (
    KeyFileError,
    KeyMissingError,
    KeyringChangedError,
    KeyringLockedError,
    KeyringUnavailableError,
    KeyWrongError,
    PlainKeyRefusedError,
    StartError,
)
from server.events import NoticeCode
from server.settings import Options, Settings
from server.vault.anchor import Anchor, read_anchor
from server.vault.key_file import default_key_file
from server.vault.keys import open_keys

if TYPE_CHECKING:
    from pathlib import Path

    from server.vault.keyring_store import SecretBackend

MEMORY = "fakes.keyring.MemoryKeyring"


@pytest.fixture
def options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Options:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return Options(Settings(), tmp_path / "data", tmp_path)


def make_database(options: Options) -> None:
    options.data_dir.mkdir(exist_ok=True)
    options.database_path.write_bytes(b"ciphertext")


async def anchor_of(options: Options) -> Anchor:
    anchor = await asyncio.to_thread(read_anchor, options.data_dir)
    assert anchor is not None
    return anchor


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}


# --- where nothing is stored yet


async def test_first_start_makes_a_key_in_the_keyring(options: Options) -> None:
    backend = MemoryKeyring()
    keys = await open_keys(options, {}, lambda: backend)
    anchor = await anchor_of(options)
    assert anchor.backend == MEMORY
    assert backend.entries == {("Miauflix", anchor.id): keys.record.to_json()}
    assert keys.notices == ()
    make_database(options)
    assert (await open_keys(options, {}, lambda: backend)).record == keys.record


async def test_without_a_keyring_the_key_goes_to_a_file_with_a_warning(options: Options) -> None:
    keys = await open_keys(options, {}, lambda: None)
    anchor = await anchor_of(options)
    assert anchor.backend == "file"
    path = default_key_file(anchor.id)
    assert path.read_text().strip() == keys.record.to_json()
    assert not path.is_relative_to(options.data_dir)
    assert [notice.code for notice in keys.notices] == [NoticeCode.KEY_IN_FILE]
    make_database(options)
    again = await open_keys(options, {}, MemoryKeyring)  # one that came later is not asked
    assert (again.record, again.notices) == (keys.record, keys.notices)


async def test_a_named_key_file_is_made_and_the_keyring_left_alone(options: Options, tmp_path: Path) -> None:
    def forbidden() -> SecretBackend | None:
        raise AssertionError("the keyring was looked for")

    named = replace(options, key_file=tmp_path / "own" / "key.json")
    keys = await open_keys(named, {}, forbidden)
    assert named.key_file is not None
    if sys.platform != "win32":
        assert stat.S_IMODE(named.key_file.stat().st_mode) == 0o600
    make_database(options)
    again = await open_keys(named, {}, forbidden)
    assert again.record == keys.record
    assert again.notices == ()
    with pytest.raises(KeyMissingError, match="--key-file"):
        await open_keys(options, {}, forbidden)


async def test_a_credential_of_the_service_manager_is_taken(options: Options, tmp_path: Path) -> None:
    record = (await open_keys(replace(options, key_file=tmp_path / "made"), {}, lambda: None)).record
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    path = credentials / "torrent-key"
    path.write_text(record.to_json())
    path.chmod(0o440)
    named = replace(options, key_file=path)
    assert (await open_keys(named, {"CREDENTIALS_DIRECTORY": str(credentials)}, lambda: None)).record == record
    with pytest.raises(KeyFileError):
        await open_keys(named, {}, lambda: None)


async def test_two_first_starts_at_once_make_one_key(options: Options) -> None:
    backend = MemoryKeyring()
    opened = await asyncio.gather(*(open_keys(options, {}, lambda: backend) for _ in range(8)))
    assert len({keys.record.to_json() for keys in opened}) == 1
    assert len(backend.entries) == 1


async def test_two_data_folders_have_a_key_each(options: Options, tmp_path: Path) -> None:
    backend = MemoryKeyring()
    first = await open_keys(options, {}, lambda: backend)
    second = await open_keys(replace(options, data_dir=tmp_path / "other"), {}, lambda: backend)
    assert first.record != second.record
    assert len(backend.entries) == 2


async def test_a_kill_between_anchor_and_key_heals(options: Options) -> None:
    backend = ForgetfulKeyring()
    with pytest.raises(KeyringUnavailableError, match="not there when read again"):
        await open_keys(options, {}, lambda: backend)
    healthy = MemoryKeyring()
    await open_keys(options, {}, lambda: healthy)
    anchor = await anchor_of(options)
    assert anchor.backend == MEMORY
    assert len(healthy.entries) == 1


async def test_a_locked_keyring_is_told_and_goes_on_when_unlocked(options: Options) -> None:
    backend = MemoryKeyring()
    backend.locked = True
    with pytest.raises(KeyringLockedError):
        await open_keys(options, {}, lambda: backend)
    assert not backend.entries
    backend.locked = False
    await open_keys(options, {}, lambda: backend)


async def test_a_key_in_the_environment_is_refused(options: Options) -> None:
    with pytest.raises(PlainKeyRefusedError) as caught:
        await open_keys(options, {"TORRENT_KEY": "c2VjcmV0"}, MemoryKeyring)
    assert "c2VjcmV0" not in str(caught.value)
    assert not options.data_dir.exists()


# --- where a database is: the key is found, or the start fails and nothing changes


@pytest.fixture
async def used(options: Options) -> tuple[Options, MemoryKeyring]:
    backend = MemoryKeyring()
    await open_keys(options, {}, lambda: backend)
    make_database(options)
    return options, backend


async def refused(options: Options, backend: SecretBackend | None, error: type[StartError]) -> str:
    before = contents(options.data_dir.parent)
    with pytest.raises(error) as caught:
        await open_keys(options, {}, lambda: backend)
    assert contents(options.data_dir.parent) == before
    return caught.value.detail


async def test_no_entry(used: tuple[Options, MemoryKeyring]) -> None:
    options, backend = used
    backend.entries.clear()
    assert "no key" in await refused(options, backend, KeyMissingError)
    assert not backend.entries


async def test_locked(used: tuple[Options, MemoryKeyring]) -> None:
    options, backend = used
    backend.locked = True
    await refused(options, backend, KeyringLockedError)
    backend.locked = False
    await open_keys(options, {}, lambda: backend)


async def test_failing(used: tuple[Options, MemoryKeyring]) -> None:
    class Failing(BrokenKeyring):
        __module__ = MemoryKeyring.__module__
        __qualname__ = MemoryKeyring.__qualname__

    await refused(used[0], Failing(), KeyringUnavailableError)


async def test_another_kind_of_keyring_is_named_with_the_former(used: tuple[Options, MemoryKeyring]) -> None:
    detail = await refused(used[0], OtherKeyring(), KeyringChangedError)
    assert MEMORY in detail
    assert "fakes.keyring.OtherKeyring" in detail


async def test_no_keyring_in_this_session(used: tuple[Options, MemoryKeyring]) -> None:
    assert MEMORY in await refused(used[0], None, KeyringUnavailableError)


async def test_an_entry_that_is_no_key(used: tuple[Options, MemoryKeyring]) -> None:
    options, backend = used
    for name in backend.entries:
        backend.entries[name] = "something else"
    await refused(options, backend, KeyWrongError)


async def test_no_anchor(used: tuple[Options, MemoryKeyring]) -> None:
    options, backend = used
    (options.data_dir / "vault.json").unlink()
    assert "vault.json" in await refused(options, backend, KeyMissingError)


@pytest.mark.parametrize("text", ["", "{}", '{"version":2}', '{"version":1,"id":"../../x","backend":"file"}', "\xff"])
async def test_a_damaged_anchor(used: tuple[Options, MemoryKeyring], text: str) -> None:
    options, backend = used
    (options.data_dir / "vault.json").write_text(text, "latin-1")
    assert "vault.json" in await refused(options, backend, KeyMissingError)


async def test_a_named_key_file_opens_what_the_keyring_can_not(
    used: tuple[Options, MemoryKeyring], tmp_path: Path
) -> None:
    options, backend = used
    (text,) = backend.entries.values()
    path = tmp_path / "saved.json"
    named = replace(options, key_file=path)
    await refused(named, backend, KeyMissingError)
    path.write_text(text)
    path.chmod(0o600)
    assert (await open_keys(named, {}, lambda: None)).record.to_json() == text

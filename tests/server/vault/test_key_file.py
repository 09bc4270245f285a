from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from server.errors import KeyFileError
from server.vault.key_file import KeyFileStore, default_key_file

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has access lists instead of modes")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_keeps_one_line_for_its_owner_only(tmp_path: Path) -> None:
    store = KeyFileStore(tmp_path / "keys" / "one.json")
    assert await store.read() is None
    await store.write("first")
    await store.write("second")
    assert await store.read() == "second"
    assert mode(store.path) == 0o600
    assert mode(store.path.parent) == 0o700
    assert [path.name for path in store.path.parent.iterdir()] == ["one.json"]


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o660, 0o602])
async def test_refuses_a_file_others_can_touch(tmp_path: Path, bits: int) -> None:
    store = KeyFileStore(tmp_path / "key")
    await store.write("key")
    store.path.chmod(bits)
    with pytest.raises(KeyFileError, match="chmod 600"):
        await store.read()


async def test_a_credential_may_be_open_to_its_group_but_not_to_all(tmp_path: Path) -> None:
    store = KeyFileStore(tmp_path / "torrent-key", managed=True)
    await store.write("key")
    store.path.chmod(0o440)
    assert await store.read() == "key"
    store.path.chmod(0o444)
    with pytest.raises(KeyFileError):
        await store.read()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
async def test_refuses_a_file_of_another_user(tmp_path: Path) -> None:
    store = KeyFileStore(tmp_path / "key")
    await store.write("key")
    os.chown(store.path, 12345, -1)
    with pytest.raises(KeyFileError, match="another user"):
        await store.read()


@pytest.mark.parametrize("content", [b"x" * 5000, b"\xff\xfe\x00"])
async def test_refuses_what_can_be_no_key(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match="not a key file"):
        await KeyFileStore(path).read()


async def test_says_what_stands_in_the_way(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="can't be read"):
        await KeyFileStore(tmp_path).read()
    (tmp_path / "file").touch()
    with pytest.raises(KeyFileError, match="can't be written"):
        await KeyFileStore(tmp_path / "file" / "key").write("key")


def test_default_lies_in_the_configuration_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert default_key_file("some-id").name == "some-id.json"
    if sys.platform == "linux":
        assert default_key_file("some-id") == tmp_path / "miauflix" / "keys" / "some-id.json"

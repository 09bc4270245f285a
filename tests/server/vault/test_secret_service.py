"""Keys in a real Secret Service."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform == "linux":
    from fakes import secret_service
else:
    pytest.skip("other systems have other keyrings", allow_module_level=True)

from server.errors import KeyMissingError, KeyringLockedError
from server.settings import Options, Settings
from server.vault.keys import open_keys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [*secret_service.marks, pytest.mark.usefixtures("session")]


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with secret_service.session(tmp_path, monkeypatch):
        yield


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(Settings(), tmp_path / "data", tmp_path)


async def test_a_key_is_made_kept_locked_and_lost(options: Options) -> None:
    first = await open_keys(options, {})
    assert "SecretService" in first.store.kind
    assert list(secret_service.entries().values()) == [first.record.to_json().encode()]
    options.database_path.write_bytes(b"ciphertext")
    assert (await open_keys(options, {})).record == first.record

    secret_service.lock()
    with pytest.raises(KeyringLockedError):
        await open_keys(options, {})
    secret_service.unlock()
    assert (await open_keys(options, {})).record == first.record

    secret_service.delete_entry()
    for _ in range(2):
        with pytest.raises(KeyMissingError):
            await open_keys(options, {})
    assert secret_service.entries() == {}
    assert options.database_path.read_bytes() == b"ciphertext"

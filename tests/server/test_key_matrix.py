"""Every state of the keyring against every state of the database: each pair starts, or is refused unchanged."""

from __future__ import annotations

import functools
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fakes.keyring import MemoryKeyring, OtherKeyring

from server.bootstrap import ignore
from server.errors import (
    DatabaseDamagedError,
    KeyMissingError,
    KeyringChangedError,
    KeyringLockedError,
    KeyringUnavailableError,
    KeyWrongError,
    StartError,
)
from server.records import open_records
from server.settings import Options, Settings
from server.storage import crypto_meta
from server.vault.keyring_store import find_backend
from server.vault.keys import open_keys
from server.vault.record import KeyRecord, key_check_values

STARTS = None
MADE = "a new key is made"
PAGE = 4096

OUTCOMES: dict[str, dict[str, type[StartError] | str | None]] = {
    "right": {
        "absent": STARTS,
        "ok": STARTS,
        "rotating": STARTS,
        "corrupt": DatabaseDamagedError,
        "plaintext": DatabaseDamagedError,
    },
    "wrong": {
        "absent": STARTS,
        "ok": KeyWrongError,
        "rotating": KeyWrongError,
        "corrupt": KeyWrongError,
        "plaintext": DatabaseDamagedError,
    },
    "absent": {
        "absent": MADE,
        "ok": KeyMissingError,
        "rotating": KeyMissingError,
        "corrupt": KeyMissingError,
        "plaintext": KeyMissingError,
    },
    "locked": dict.fromkeys(["absent", "ok", "rotating", "corrupt", "plaintext"], KeyringLockedError),
    "null": dict.fromkeys(["absent", "ok", "rotating", "corrupt", "plaintext"], KeyringUnavailableError),
    "other": {
        "absent": MADE,
        "ok": KeyringChangedError,
        "rotating": KeyringChangedError,
        "corrupt": KeyringChangedError,
        "plaintext": KeyringChangedError,
    },
}
WAYS_OUT = {
    DatabaseDamagedError: ("Put back a copy", "Move it away"),
    KeyWrongError: ("key restore",),
    KeyMissingError: ("key restore",),
    KeyringLockedError: ("Unlock it",),
    KeyringUnavailableError: ("--key-file",),
    KeyringChangedError: ("key restore",),
}
PAIRS = [(keyring, database) for keyring, row in OUTCOMES.items() for database in row]


@pytest.fixture
def options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Options:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return Options(Settings(), tmp_path / "data", tmp_path)


async def prepare(options: Options, backend: MemoryKeyring, database: str) -> None:
    """Bring the database into its state, with its key in the keyring."""
    async with open_records(options, {}, ignore) as records:
        if database == "rotating":
            keys = await open_keys(options, {}, lambda: backend)
            pending = keys.record.with_pending_kid()
            await keys.store.write(pending.to_json())
            check = key_check_values(pending.torrent_keys)[2]
            await crypto_meta.begin_rotation(records.rotation._database, 2, check)
    path = options.database_path
    if database == "absent":
        path.unlink()
    elif database == "corrupt":
        with path.open("r+b") as file:
            file.seek(PAGE)
            file.write(random.Random(1).randbytes(path.stat().st_size - PAGE))
    elif database == "plaintext":
        path.unlink()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE t (c)")


def turn(backend: MemoryKeyring, keyring: str) -> MemoryKeyring | None:
    """Bring the keyring into its state; None stands for the one that the environment names."""
    match keyring:
        case "wrong":
            backend.entries = dict.fromkeys(backend.entries, KeyRecord.generate().to_json())
        case "absent":
            backend.entries.clear()
        case "locked":
            backend.locked = True
        case "other":
            return OtherKeyring()
        case "null":
            return None
    return backend


def use(monkeypatch: pytest.MonkeyPatch, backend: MemoryKeyring | None) -> None:
    find = find_backend if backend is None else lambda: backend
    monkeypatch.setattr("server.records.open_keys", functools.partial(open_keys, find_backend=find))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}


def test_there_are_thirty_pairs() -> None:
    assert len(PAIRS) == 30


@pytest.mark.parametrize(("keyring", "database"), PAIRS)
async def test_pair(keyring: str, database: str, options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    right = MemoryKeyring()
    use(monkeypatch, right)
    await prepare(options, right, database)
    entries = dict(right.entries)
    backend = turn(right, keyring)
    before, stored = contents(options.data_dir.parent), dict(backend.entries) if backend else {}
    use(monkeypatch, backend)

    expected = OUTCOMES[keyring][database]
    if isinstance(expected, type):
        for _ in range(2):
            with pytest.raises(StartError) as caught:
                async with open_records(options, {}, ignore):
                    pass
            assert type(caught.value) is expected
            assert any(way in caught.value.detail for way in WAYS_OUT[expected]), caught.value.detail
        assert contents(options.data_dir.parent) == before
        assert backend is None or backend.entries == stored
        return
    async with open_records(options, {}, ignore) as records:
        await records.rotation.resume()
        assert await records.sources.count() == 0
        assert records.rotation.record.active_kid == (2 if database == "rotating" else 1)
    assert backend
    made = backend.entries.keys() - stored.keys()
    assert len(made) == (expected == MADE)
    assert not made or set(backend.entries.values()).isdisjoint(entries.values())
    async with open_records(options, {}, ignore):
        pass

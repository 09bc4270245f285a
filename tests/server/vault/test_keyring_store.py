from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import keyring.backend
import pytest
from fakes.keyring import BrokenKeyring, MemoryKeyring, SilentKeyring

from server.errors import KeyringLockedError, KeyringUnavailableError
from server.vault.keyring_store import ALLOWED, KeyringStore, find_backend

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def answered() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join(10)


@pytest.fixture(autouse=True)
def no_session_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration of the person who runs the tests, and no keyring of theirs either."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/absent")
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)


async def test_keeps_an_entry() -> None:
    backend = MemoryKeyring()
    store = KeyringStore("memory", backend, "id")
    assert await store.read() is None
    await store.write("text")
    assert await store.read() == "text"
    assert backend.entries == {("Miauflix", "id"): "text"}


async def test_locked_is_a_state() -> None:
    backend = MemoryKeyring()
    backend.locked = True
    store = KeyringStore("memory", backend, "id")
    with pytest.raises(KeyringLockedError, match="Unlock it"):
        await store.read()
    with pytest.raises(KeyringLockedError):
        await store.write("text")
    backend.locked = False
    await store.write("text")


async def test_an_unanswered_prompt_ends(answered: threading.Event) -> None:
    store = KeyringStore("silent", SilentKeyring(answered), "id", timeout=0.05)
    with pytest.raises(KeyringLockedError, match="did not answer"):
        await store.read()
    blocked = [thread for thread in threading.enumerate() if thread.name == "keyring"]
    assert blocked
    assert all(thread.daemon for thread in blocked)


async def test_failures_are_told_by_kind_only(caplog: pytest.LogCaptureFixture) -> None:
    store = KeyringStore("broken", BrokenKeyring(), "id")
    with pytest.raises(KeyringUnavailableError, match="ConnectionError") as caught:
        await store.read()
    assert "secret" not in str(caught.value) + caplog.text


@pytest.mark.parametrize(
    "name", ["keyring.backends.null.Keyring", "keyring.backends.chainer.ChainerBackend", "fakes.keyring.MemoryKeyring"]
)
def test_insecure_keyrings_are_refused_by_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryKeyring, "priority", 9, raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    with pytest.raises(KeyringUnavailableError, match=name):
        find_backend()


def test_keyrings_switched_off_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    assert find_backend() is None


@pytest.mark.skipif("sys.platform != 'linux'", reason="other systems always have a keyring")
def test_no_session_bus_means_no_keyring() -> None:
    assert find_backend() is None


def test_allowed_names_are_those_of_the_library() -> None:
    for name in ALLOWED:
        module, _, kind = name.rpartition(".")
        imported = pytest.importorskip(module)
        assert issubclass(getattr(imported, kind), keyring.backend.KeyringBackend)

"""The keyring that Linux desktops have, for real: gnome-keyring on a session bus of its own, without a screen."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if sys.platform == "linux":
    import secretstorage
    from secretstorage.defines import SS_PATH
    from secretstorage.util import DBusAddressWrapper, format_secret, open_session
else:
    pytest.skip("other systems have other keyrings", allow_module_level=True)

from server.errors import KeyMissingError, KeyringLockedError
from server.settings import Options, Settings
from server.vault.keys import open_keys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOOLS = ("dbus-run-session", "gnome-keyring-daemon")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]

pytestmark = [
    pytest.mark.keyring,
    pytest.mark.usefixtures("session"),
    pytest.mark.skipif(bool(MISSING) and os.environ.get("CI") != "true", reason=f"not installed: {', '.join(MISSING)}"),
    # the library drops its connection to a locked keyring without closing it
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

# The daemon must be up before anything calls it: a call would start a second, locked one through the bus.
SESSION = """
printf %s "$PASSPHRASE" | gnome-keyring-daemon --unlock --components=secrets >/dev/null
echo "$DBUS_SESSION_BUS_ADDRESS"
read -r end
"""
PASSPHRASE = "only for this test"


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, folder in {"HOME": "home", "XDG_RUNTIME_DIR": "run"}.items():
        (tmp_path / folder).mkdir(mode=0o700)
        monkeypatch.setenv(name, str(tmp_path / folder))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "PYTHON_KEYRING_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    with subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", SESSION],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PASSPHRASE": PASSPHRASE},
    ) as bus:
        assert bus.stdout is not None
        address = bus.stdout.readline().strip()
        assert address, "the session bus did not start"
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield
        gc.collect()
        bus.communicate("end\n", timeout=30)


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(Settings(), tmp_path / "data", tmp_path)


def lock() -> None:
    with closing(secretstorage.dbus_init()) as connection:
        secretstorage.get_default_collection(connection).lock()


def unlock() -> None:
    """Do what the prompt does once the pass phrase was typed."""
    with closing(secretstorage.dbus_init()) as connection:
        secret = format_secret(open_session(connection), PASSPHRASE.encode(), "text/plain")
        DBusAddressWrapper(SS_PATH, "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface", connection).call(
            "UnlockWithMasterPassword", "o(oayays)", f"{SS_PATH}/collection/login", secret
        )


def delete_entry() -> None:
    with closing(secretstorage.dbus_init()) as connection:
        (item,) = secretstorage.get_default_collection(connection).search_items({"service": "Miauflix"})
        item.delete()


async def test_a_key_is_made_kept_locked_and_lost(options: Options) -> None:
    first = await open_keys(options, {})
    assert "SecretService" in first.store.kind
    options.database_path.write_bytes(b"ciphertext")
    assert (await open_keys(options, {})).record == first.record

    lock()
    with pytest.raises(KeyringLockedError):
        await open_keys(options, {})
    unlock()
    assert (await open_keys(options, {})).record == first.record

    delete_entry()
    for _ in range(2):
        with pytest.raises(KeyMissingError):
            await open_keys(options, {})
    assert options.database_path.read_bytes() == b"ciphertext"

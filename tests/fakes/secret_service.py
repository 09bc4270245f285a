"""The keyring that Linux desktops have, for real: gnome-keyring on a session bus of its own, without a screen."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import secretstorage
from secretstorage.defines import SS_PATH
from secretstorage.util import DBusAddressWrapper, format_secret, open_session

TOOLS = ("dbus-run-session", "gnome-keyring-daemon")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]

marks = [
    pytest.mark.keyring,
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


@contextlib.contextmanager
def session(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Log somebody in, with a home in the folder and an unlocked keyring, as far as the environment tells."""
    for name, place in {"HOME": "home", "XDG_RUNTIME_DIR": "run"}.items():
        (folder / place).mkdir(mode=0o700, exist_ok=True)
        monkeypatch.setenv(name, str(folder / place))
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


def entries() -> dict[str, bytes]:
    """Return our entries in the keyring, by user name."""
    with closing(secretstorage.dbus_init()) as connection:
        found = secretstorage.get_default_collection(connection).search_items({"service": "Miauflix"})
        return {item.get_attributes()["username"]: item.get_secret() for item in found}


def delete_entry() -> None:
    with closing(secretstorage.dbus_init()) as connection:
        (item,) = secretstorage.get_default_collection(connection).search_items({"service": "Miauflix"})
        item.delete()

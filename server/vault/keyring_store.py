"""The operating system's keyring: which kinds are trusted, and calls to them that can't hang the server."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

import keyring.core
import keyring.errors

from server.errors import KeyringLockedError, KeyringUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

T = TypeVar("T")
_log = logging.getLogger(__name__)

SERVICE = "Miauflix"
TIMEOUT = 10.0
"""Seconds to wait for a keyring: the prompt of a locked one may never be answered."""

ALLOWED = (
    "keyring.backends.macOS.Keyring",
    "keyring.backends.Windows.WinVaultKeyring",
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
    "keyring.backends.kwallet.DBusKeyringKWallet4",
    "keyring.backends.libsecret.Keyring",
)
"""Keyrings that encrypt what they keep; others (``null``, those of ``keyrings.alt``) lose it or keep it in clear."""

_NONE = "keyring.backends.fail.Keyring"


class SecretBackend(Protocol):
    """What is used of a backend of the ``keyring`` library."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return the entry, None when there is none."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Make or replace the entry."""


@dataclass(frozen=True, slots=True)
class KeyringStore:
    """The key record in one entry of the keyring: service ``Miauflix``, user name the data folder's vault id."""

    kind: str
    """The backend's class, with its module."""
    backend: SecretBackend
    entry: str
    timeout: float = TIMEOUT

    @property
    def place(self) -> str:
        """Return the keyring's kind and the entry's name."""
        return f"the keyring ({self.kind}), entry {SERVICE} / {self.entry}"

    async def read(self) -> str | None:
        """Return the entry, None when there is none. Raises KeyringLockedError, KeyringUnavailableError."""
        return await call_keyring(lambda: self.backend.get_password(SERVICE, self.entry), self.timeout)

    async def write(self, text: str) -> None:
        """Make or replace the entry. Raises KeyringLockedError, KeyringUnavailableError."""
        await call_keyring(lambda: self.backend.set_password(SERVICE, self.entry, text), self.timeout)

    def beside(self, label: str) -> KeyringStore:
        """Return the entry of the same keyring whose name ends with the label."""
        return replace(self, entry=f"{self.entry}.{label}")


def find_backend() -> SecretBackend | None:
    """Return the configured keyring, else the best of the allowed ones that run here; None when none does. Blocks.

    Backends are looked up by name rather than through ``keyring.get_keyring``, which remembers a failure for the life
    of the process, chains keyrings, and loads any plug-in it finds. Raises KeyringUnavailableError when an insecure
    keyring is configured (``PYTHON_KEYRING_BACKEND``, ``keyringrc.cfg``).
    """
    configured = keyring.core.load_env() or keyring.core.load_config()
    if configured is None:
        return max((backend for name in ALLOWED if (backend := _load(name))), key=lambda b: b.priority, default=None)
    kind = kind_of(configured)
    if kind == _NONE:
        return None
    if kind not in ALLOWED:
        raise KeyringUnavailableError(
            f"The configured keyring {kind} does not keep secrets safely. Choose another in keyringrc.cfg or "
            "PYTHON_KEYRING_BACKEND, or use a key file (--key-file)."
        )
    return configured


def kind_of(backend: SecretBackend) -> str:
    """Return the name under which a backend's class can be loaded."""
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


async def call_keyring(function: Callable[[], T], seconds: float = TIMEOUT) -> T:
    """Run a blocking keyring call on a thread of its own, which may stay behind when nobody answers the prompt.

    Raises KeyringLockedError when locked or not answered in time, KeyringUnavailableError when the keyring fails.
    """
    outcome: concurrent.futures.Future[T] = concurrent.futures.Future()
    outcome.set_running_or_notify_cancel()

    def work() -> None:
        try:
            outcome.set_result(function())
        except BaseException as error:  # noqa: BLE001 - the boundary to another thread: it is raised where awaited
            outcome.set_exception(error)

    # a daemon, so that an open prompt can't keep the process from ending
    threading.Thread(target=work, name="keyring", daemon=True).start()
    try:
        return await asyncio.wait_for(asyncio.wrap_future(outcome), seconds)
    except KeyringUnavailableError:
        raise
    except TimeoutError:
        raise KeyringLockedError(
            f"The keyring did not answer within {seconds:g} seconds. Unlock it and try again, "
            "or use a key file (--key-file)."
        ) from None
    except keyring.errors.KeyringLocked as error:
        raise KeyringLockedError(
            "The keyring is locked. Unlock it and try again, or use a key file (--key-file)."
        ) from error
    except Exception as error:
        # the boundary to plug-ins and desktop services; the text may hold anything, so only the kind is told
        _log.warning("The keyring failed: %s", type(error).__name__)
        raise KeyringUnavailableError(
            f"The keyring failed ({type(error).__name__}). Check that it runs, or use a key file (--key-file)."
        ) from error


def _load(name: str) -> KeyringBackend | None:
    try:
        return keyring.core.load_keyring(name)
    except (RuntimeError, ImportError, AttributeError, OSError):
        return None  # made for another system, or its service does not run

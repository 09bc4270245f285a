"""Keyrings that do what real ones do on a good or a bad day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keyring.errors

if TYPE_CHECKING:
    import threading


class MemoryKeyring:
    """Keeps entries in memory."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")
        self.entries[service, username] = password


class OtherKeyring(MemoryKeyring):
    """Another kind of keyring."""


class ForgetfulKeyring(MemoryKeyring):
    """Accepts a secret and forgets it, as the ``null`` backend does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class SilentKeyring(MemoryKeyring):
    """Shows a prompt that nobody answers until ``answered`` is set."""

    def __init__(self, answered: threading.Event) -> None:
        super().__init__()
        self.answered = answered

    def get_password(self, service: str, username: str) -> str | None:
        self.answered.wait()
        return super().get_password(service, username)


class BrokenKeyring(MemoryKeyring):
    """Fails with an error of its own that holds what it was given."""

    def get_password(self, service: str, username: str) -> str | None:
        raise ConnectionError(f"{service} {username} secret")

"""Keys on offer that belong to one user (a person or profile): PBKDF2-HMAC-SHA256 with the user's salt.

The salt is 16 random bytes that lie beside the user's data: without it, and without the key record, the key is gone.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from server.vault.record import KEY_BYTES, derive

if TYPE_CHECKING:
    from server.vault.record import KeyRecord

ROUNDS: Final = 600_000
SALT_BYTES: Final = 16


def new_salt() -> bytes:
    """Return a salt for a user."""
    return secrets.token_bytes(SALT_BYTES)


class UserKeys:
    """Derives each user's key once, about a tenth of a second, and remembers it. Belongs to one event loop."""

    def __init__(self, record: KeyRecord) -> None:
        self._secret = derive(record.root, "user-keys")
        self._keys: dict[tuple[str, bytes], asyncio.Task[bytes]] = {}

    async def get(self, user_id: str, salt: bytes) -> bytes:
        """Return the 32 bytes for a user. Raises ValueError for a salt shorter than 16 bytes."""
        if len(salt) < SALT_BYTES:
            raise ValueError(f"A salt has at least {SALT_BYTES} bytes.")
        task = self._keys.get((user_id, salt))
        if task is None:
            task = self._keys[user_id, salt] = asyncio.create_task(asyncio.to_thread(self._derive, user_id, salt))
        return await asyncio.shield(task)  # others may wait for the same key

    def _derive(self, user_id: str, salt: bytes) -> bytes:
        password = derive(self._secret, user_id)
        return PBKDF2HMAC(algorithm=SHA256(), length=KEY_BYTES, salt=salt, iterations=ROUNDS).derive(password)

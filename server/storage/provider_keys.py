"""The API keys of providers, encrypted once more inside the database."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from server.storage import audit
from server.storage.schema import provider_keys
from server.vault.cipher import DecryptionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.storage.database import Database
    from server.vault.cipher import FieldCipher

_log = logging.getLogger(__name__)

_TABLE: Final = provider_keys.name
_COLUMN: Final = "key"


class ProviderKeyRepository:
    """Keeps one key a provider."""

    def __init__(self, database: Database, cipher: FieldCipher) -> None:
        self._database = database
        self._cipher = cipher

    async def names(self) -> Sequence[str]:
        """Return the providers that have a key, sorted."""
        query = sa.select(provider_keys.c.id).order_by(provider_keys.c.id)
        return await self._database.run(lambda connection: connection.execute(query).scalars().all())

    async def load(self) -> Mapping[str, str]:
        """Return the keys by provider, without those that can't be decrypted, which is reported."""
        return await self._database.run(self._load)

    async def save(self, provider: str, key: str) -> None:
        """Keep a provider's key in place of the one it had. Raises SafeModeError, DiskFullError."""
        await self._database.run(lambda connection: self._save(connection, provider, key))

    async def delete(self, provider: str) -> bool:
        """Forget a provider's key; return whether there was one."""
        statement = provider_keys.delete().where(provider_keys.c.id == provider)
        return await self._database.run(lambda connection: connection.execute(statement).rowcount > 0)

    def _load(self, connection: sa.Connection) -> Mapping[str, str]:
        keys = {}
        for row in connection.execute(sa.select(provider_keys)):
            try:
                keys[row.id] = self._cipher.decrypt(_TABLE, _COLUMN, row.id, row.key).decode()
            except DecryptionError as error:
                _log.error("Security alert: the API key of %s can't be decrypted. %s", row.id, error)
                audit.append(connection, "decrypt-provider-key", "failed")
        return keys

    def _save(self, connection: sa.Connection, provider: str, key: str) -> None:
        envelope = self._cipher.encrypt(_TABLE, _COLUMN, provider, key.encode())
        connection.execute(provider_keys.delete().where(provider_keys.c.id == provider))
        connection.execute(provider_keys.insert().values(id=provider, key=envelope))

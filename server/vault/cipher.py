"""Field encryption: AES-256-GCM envelopes bound to their place, and the blind index to find info hashes by.

An envelope is ``version(1) kid(4, big-endian) iv(12) ciphertext tag(16)``. The additional data bind version, key id,
table, column and row, so a value moved to another place is rejected. Each table and column has a key of its own,
derived from the field key that the envelope names.
"""

from __future__ import annotations

import functools
import hmac
import secrets
import struct
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.vault.info_hash import normalise
from server.vault.record import KeyRecord, derive, key_check_values

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = 1
_HEADER: Final = struct.Struct(">BI")
_IV_BYTES: Final = 12
_TAG_BYTES: Final = 16
OVERHEAD: Final = _HEADER.size + _IV_BYTES + _TAG_BYTES
"""Bytes that an envelope is longer than what it holds."""


class DecryptionError(Exception):
    """The envelope was changed, cut, moved from another place, or is no envelope at all."""


class UnknownKidError(DecryptionError):
    """The envelope names a key that the record does not hold."""

    def __init__(self, kid: int) -> None:
        super().__init__(f"No key has the id {kid}.")
        self.kid = kid


class FieldCipher:
    """Encrypts and decrypts single values of the database. Safe to use from any thread."""

    def __init__(self, record: KeyRecord) -> None:
        self._index_key = derive(record.root, "index/info-hash")
        self._keys = _FieldKeys(record)

    def adopt(self, record: KeyRecord) -> None:
        """Use the field keys of this record, which is a later state of the same one, from the next call on."""
        self._keys = _FieldKeys(record)

    @property
    def active_kid(self) -> int:
        """Return the id of the key that new values are encrypted with."""
        return self._keys.active_kid

    def key_check_values(self) -> dict[int, bytes]:
        """Return 8 bytes a key id that tell whether two keys are equal, and nothing else about them."""
        return key_check_values(self._keys.by_kid)

    def encrypt(self, table: str, column: str, row_id: str, plaintext: bytes) -> bytes:
        """Return an envelope for this table, column and row, under the active key and a random IV."""
        keys = self._keys
        iv = secrets.token_bytes(_IV_BYTES)
        additional = _additional_data(keys.active_kid, table, column, row_id)
        sealed = keys.column_cipher(keys.active_kid, table, column).encrypt(iv, plaintext, additional)
        return _HEADER.pack(VERSION, keys.active_kid) + iv + sealed

    def decrypt(self, table: str, column: str, row_id: str, envelope: bytes) -> bytes:
        """Return what ``encrypt`` was given for the same place. Raises DecryptionError, UnknownKidError."""
        kid = kid_of(envelope)
        # views, because a copy of a torrent file costs more than its decryption
        body = memoryview(envelope)[_HEADER.size :]
        iv, sealed = body[:_IV_BYTES], body[_IV_BYTES:]
        additional = _additional_data(kid, table, column, row_id)
        try:
            return self._keys.column_cipher(kid, table, column).decrypt(iv, sealed, additional)
        except InvalidTag:
            raise DecryptionError("The value is damaged or belongs to another place.") from None

    def blind_index(self, info_hash: str) -> bytes:
        """Return 32 bytes that are equal for equal info hashes, however spelled: HMAC-SHA256 of the normalised form.

        Raises ValueError when the text is not an info hash.
        """
        return hmac.digest(self._index_key, normalise(info_hash).encode("ascii"), "sha256")


class _FieldKeys:
    """The field keys of one record, and the keys derived from them for each column."""

    def __init__(self, record: KeyRecord) -> None:
        self.by_kid: Mapping[int, bytes] = dict(record.torrent_keys)
        self.active_kid = record.active_kid
        self.column_cipher = functools.lru_cache(maxsize=None)(self._make_column_cipher)

    def _make_column_cipher(self, kid: int, table: str, column: str) -> AESGCM:
        key = self.by_kid.get(kid)
        if key is None:
            raise UnknownKidError(kid)
        return AESGCM(derive(key, f"field/{table}.{column}"))


def kid_of(envelope: bytes) -> int:
    """Return the id of the key an envelope was made with. Raises DecryptionError when it is no envelope."""
    if len(envelope) < OVERHEAD:
        raise DecryptionError("The value is too short to be encrypted.")
    version, kid = _HEADER.unpack_from(envelope)
    if version != VERSION:
        raise DecryptionError("The value is encrypted in an unknown form.")
    return int(kid)


def _additional_data(kid: int, table: str, column: str, row_id: str) -> bytes:
    """Return header and place with each part's length before it, so that no two places read the same."""
    parts = (table.encode(), column.encode(), row_id.encode())
    return _HEADER.pack(VERSION, kid) + b"".join(struct.pack(">H", len(part)) + part for part in parts)

"""Deterministic encryption on offer, for values that are looked up by equality and read back too: AES-SIV (RFC 5297).

Equal values give equal ciphertexts within a column, which tells how often each occurs: info hashes, which are only ever
looked up, have the blind index instead. An envelope is ``version(1) kid(4, big-endian) synthetic IV(16) ciphertext``.
"""

from __future__ import annotations

import functools
import struct
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from server.vault.cipher import DecryptionError, UnknownKidError
from server.vault.record import derive

if TYPE_CHECKING:
    from server.vault.record import KeyRecord

VERSION: Final = 1
_HEADER: Final = struct.Struct(">BI")
_TAG_BYTES: Final = 16
_KEY_BYTES: Final = 64


class DeterministicCipher:
    """Encrypts values so that they can be compared. Safe to use from any thread."""

    def __init__(self, record: KeyRecord) -> None:
        self._keys = dict(record.torrent_keys)
        self._active_kid = record.active_kid
        self._column_cipher = functools.lru_cache(maxsize=None)(self._make_column_cipher)

    def encrypt(self, table: str, column: str, plaintext: bytes) -> bytes:
        """Return an envelope under the active key: the same one for the same value in this column.

        Raises ValueError for an empty value, which has no place to hide.
        """
        if not plaintext:
            raise ValueError("There is nothing to encrypt.")
        header = _HEADER.pack(VERSION, self._active_kid)
        return header + self._column_cipher(self._active_kid, table, column).encrypt(plaintext, [header])

    def decrypt(self, table: str, column: str, envelope: bytes) -> bytes:
        """Return what ``encrypt`` was given for the same column. Raises DecryptionError, UnknownKidError."""
        header, sealed = envelope[: _HEADER.size], envelope[_HEADER.size :]
        if len(sealed) <= _TAG_BYTES:
            raise DecryptionError("The value is too short to be encrypted.")
        version, kid = _HEADER.unpack(header)
        if version != VERSION:
            raise DecryptionError("The value is encrypted in an unknown form.")
        try:
            return self._column_cipher(kid, table, column).decrypt(sealed, [header])
        except InvalidTag:
            raise DecryptionError("The value is damaged or belongs to another place.") from None

    def _make_column_cipher(self, kid: int, table: str, column: str) -> AESSIV:
        key = self._keys.get(kid)
        if key is None:
            raise UnknownKidError(kid)
        return AESSIV(derive(key, f"deterministic/{table}.{column}", _KEY_BYTES))

"""Reads values that the legacy Miauflix encrypted: AES-256-GCM under ``TORRENT_KEY``, without additional data.

Its versions joined the parts in different ways. The tag tells which way is right, so all are tried.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import re
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.errors import KeyWrongError
from server.vault.cipher import DecryptionError

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY_BYTES: Final = 32
_TAG_BYTES: Final = 16
_IV_BYTES: Final = (12, 16)
_PARTS: Final = 3
_HEX: Final = re.compile(rb"(?:[0-9a-fA-F]{2})+")


class LegacyCipher:
    """Decrypts single values; without a key it tells that one is wanted."""

    def __init__(self, key: bytes | None) -> None:
        self._cipher = None if key is None else AESGCM(key)

    def decrypt(self, value: bytes | str) -> bytes:
        """Return what was encrypted. Raises DecryptionError."""
        if self._cipher is None:
            raise DecryptionError("is encrypted, and its key was not given")
        for iv, sealed in _readings(value.encode() if isinstance(value, str) else value):
            try:
                return self._cipher.decrypt(iv, sealed, None)
            except InvalidTag:
                continue
        raise DecryptionError("can't be decrypted: it is damaged, or was encrypted with another key")


def parse_legacy_key(text: str) -> bytes:
    """Read a ``TORRENT_KEY``: 32 bytes in base64. Raises KeyWrongError, which does not repeat it."""
    key = _base64(text.strip().encode())
    if key is None or len(key) != _KEY_BYTES:
        raise KeyWrongError("That is not a key of the legacy Miauflix: TORRENT_KEY holds 32 bytes in base64.")
    return key


def _readings(value: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give every way to read a value as IV and ciphertext with its tag at the end."""
    parts = re.split(rb"[:.]", value)
    if len(parts) == _PARTS:
        for read in (_unhex, _base64):
            iv, second, third = (read(part) for part in parts)
            if iv and second is not None and third is not None and len(iv) in _IV_BYTES:
                yield iv, second + third
                yield iv, third + second
    bodies = (body for body in (value, _unhex(value), _base64(value)) if body)
    for body, length in itertools.product(bodies, _IV_BYTES):
        iv, rest = body[:length], body[length:]
        if len(rest) >= _TAG_BYTES:
            yield iv, rest
            yield iv, rest[_TAG_BYTES:] + rest[:_TAG_BYTES]


def _unhex(text: bytes) -> bytes | None:
    return bytes.fromhex(text.decode("ascii")) if _HEX.fullmatch(text) else None


def _base64(text: bytes) -> bytes | None:
    """Return what base64 text stands for, of either alphabet and with or without padding; None when it is not."""
    standard = text.translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    try:
        return base64.b64decode(standard + b"=" * (-len(standard) % 4), validate=True)
    except binascii.Error:
        return None

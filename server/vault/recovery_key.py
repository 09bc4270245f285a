"""The recovery key: the key record as text to be printed, typed again or scanned.

RFC 4648 base32 in rows of seven groups of four characters. Six groups hold 15 bytes, the seventh is a checksum of the
row and its number, so that a mistake is found in its row. The bytes are version (1), number of field keys (1), each as
key id (4) and key (32), the active one first, then database key, root, and a SHA-256 cut to fill the last row.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from typing import TYPE_CHECKING

from server.errors import RecoveryKeyError
from server.vault.record import KEY_BYTES, KeyRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION = 1
_FIELD_KEY = struct.Struct(f">I{KEY_BYTES}s")
_HEAD = struct.Struct(">BB")
_ROW_BYTES = 15
_GROUP = 4
_ROW_CHARACTERS = 28
_MIN_CHECK = 3
_MISREAD = str.maketrans("018", "OIB")


def encode_recovery_key(record: KeyRecord) -> str:
    """Return the recovery key, a row a line. Raises RecoveryKeyError while a key is being changed."""
    if record.pending_database_key is not None:
        raise RecoveryKeyError("The database key is being changed. Start Miauflix once, then print the recovery key.")
    kids = sorted(record.torrent_keys, key=lambda kid: (kid != record.active_kid, kid))
    payload = _HEAD.pack(_VERSION, len(kids))
    payload += b"".join(_FIELD_KEY.pack(kid, record.torrent_keys[kid]) for kid in kids)
    payload += record.database_key + record.root
    check = (-len(payload) - _MIN_CHECK) % _ROW_BYTES + _MIN_CHECK
    payload += hashlib.sha256(payload).digest()[:check]
    rows = [payload[start : start + _ROW_BYTES] for start in range(0, len(payload), _ROW_BYTES)]
    return "\n".join(_encode_row(number, row) for number, row in enumerate(rows, 1))


def decode_recovery_key(text: str) -> KeyRecord:
    """Return the record of a typed or scanned recovery key; case, blanks and dashes don't matter.

    Raises RecoveryKeyError, which names the row that holds the mistake.
    """
    characters = "".join(filter(str.isalnum, text)).upper().translate(_MISREAD)
    payload = b"".join(_rows(characters))
    if not payload:
        raise RecoveryKeyError("This is no recovery key: there are no letters in it.")
    version, count = _HEAD.unpack_from(payload)
    size = _HEAD.size + count * _FIELD_KEY.size + 2 * KEY_BYTES
    body, check = payload[:size], payload[size:]
    if version != _VERSION or not count:
        raise RecoveryKeyError("This recovery key was made by a newer Miauflix. Install that version or a later one.")
    if len(check) < _MIN_CHECK or hashlib.sha256(body).digest()[: len(check)] != check:
        raise RecoveryKeyError("Rows of the recovery key are missing, or are of two different ones. Type all of one.")
    field_keys = dict(_FIELD_KEY.iter_unpack(body[_HEAD.size : -2 * KEY_BYTES]))
    return KeyRecord(
        database_key=body[-2 * KEY_BYTES : -KEY_BYTES],
        torrent_keys=field_keys,
        active_kid=next(iter(field_keys)),
        root=body[-KEY_BYTES:],
    )


def _rows(characters: str) -> Iterator[bytes]:
    for number, start in enumerate(range(0, len(characters), _ROW_CHARACTERS), 1):
        row = characters[start : start + _ROW_CHARACTERS]
        try:
            data = base64.b32decode(row[:-_GROUP])
        except ValueError:
            data = b""
        if len(row) != _ROW_CHARACTERS or _checksum(number, data) != row[-_GROUP:]:
            raise RecoveryKeyError(f"There is a mistake in row {number} of the recovery key. Compare it again.")
        yield data


def _encode_row(number: int, row: bytes) -> str:
    text = base64.b32encode(row).decode("ascii") + _checksum(number, row)
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def _checksum(number: int, row: bytes) -> str:
    digest = hashlib.sha256(bytes([number]) + row).digest()
    return base64.b32encode(digest).decode("ascii")[:_GROUP]

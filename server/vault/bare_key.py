"""A key that was made elsewhere: 32 bytes as base64 or hexadecimal, or a whole key file."""

from __future__ import annotations

import base64
import re
from dataclasses import replace

from server.errors import BackupForeignError
from server.vault.record import KEY_BYTES, KeyRecord

_HEX = re.compile(rf"[0-9a-fA-F]{{{2 * KEY_BYTES}}}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{43}=?")


def is_bare(text: str) -> bool:
    """Return whether the text is anything but a whole key record."""
    return not text.lstrip().startswith("{")


def parse_key(text: str) -> KeyRecord:
    """Return the record in a key file's text, or one with this field key and fresh ones for all else.

    Raises BackupForeignError, and KeyWrongError for a broken record; neither repeats the text.
    """
    stripped = text.strip()
    if not is_bare(stripped):
        return KeyRecord.from_json(stripped)
    if _HEX.fullmatch(stripped):
        key = bytes.fromhex(stripped)
    elif _BASE64.fullmatch(plain := stripped.replace("-", "+").replace("_", "/")):
        key = base64.b64decode(plain.rstrip("=") + "=")
    else:
        raise BackupForeignError("This is neither a key of 32 bytes, as base64 or hexadecimal, nor a key file's text.")
    return replace(KeyRecord.generate(), torrent_keys={1: key}, active_kid=1)

"""Every page of an SQLCipher database in clear, free ones and those in the write-ahead log too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

PAGE, IV, RESERVED, SALT = 4096, 16, 80, 16
WAL_HEADER, FRAME_HEADER = 32, 24


def plain_bytes(database: Path, key: bytes) -> bytes:
    """Return all pages of the database and of its log, decrypted, one after the other."""
    return b"".join([*_pages(database, key), *_frames(database.with_name(f"{database.name}-wal"), key)])


def _pages(path: Path, key: bytes) -> Iterator[bytes]:
    content = path.read_bytes()
    for start in range(0, len(content), PAGE):
        yield _decrypt(content[start : start + PAGE], key, first=start == 0)


def _frames(path: Path, key: bytes) -> Iterator[bytes]:
    content = path.read_bytes() if path.exists() else b""
    step = FRAME_HEADER + PAGE
    for start in range(WAL_HEADER, len(content) - step + 1, step):
        number = int.from_bytes(content[start : start + 4], "big")
        yield _decrypt(content[start + FRAME_HEADER : start + step], key, first=number == 1)


def _decrypt(page: bytes, key: bytes, *, first: bool) -> bytes:
    body, iv = page[SALT if first else 0 : -RESERVED], page[-RESERVED : -RESERVED + IV]
    decryptor = Cipher(AES256(key), CBC(iv)).decryptor()
    return decryptor.update(body) + decryptor.finalize()

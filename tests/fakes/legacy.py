"""Databases as the legacy Miauflix left them: some rows in clear, some encrypted, some beyond reading."""

from __future__ import annotations

import base64
import contextlib
import random
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

LONG = ("magnet", "infoHash", "torrentFile")
SHORT = ("ml", "ih", "file")


@dataclass(frozen=True, slots=True)
class LegacyTitle:
    """What one row says, in clear."""

    imdb: str
    title: str
    info_hash: str
    magnet: str


def make_legacy_titles(count: int, seed: int = 1) -> list[LegacyTitle]:
    numbers = random.Random(seed)
    hashes = [numbers.randbytes(20).hex() for _ in range(count)]
    return [
        LegacyTitle(f"tt{n:07}", f"Film {n}", info_hash, f"magnet:?xt=urn:btih:{info_hash}&dn=Release.{n}")
        for n, info_hash in enumerate(hashes)
    ]


def encrypt(key: bytes, plain: bytes, numbers: random.Random) -> str:
    """Encrypt as the legacy system did: base64 of IV, ciphertext and tag."""
    iv = numbers.randbytes(12)
    return base64.b64encode(iv + AESGCM(key).encrypt(iv, plain, None)).decode()


def write_legacy(
    path: Path,
    titles: Sequence[LegacyTitle],
    key: bytes,
    *,
    encrypted: Callable[[int], bool] = lambda number: number % 2 == 1,
    unreadable: frozenset[int] = frozenset(),
    columns: tuple[str, str, str] = LONG,
) -> None:
    """Write a legacy file; row ``number + 1`` holds ``titles[number]``."""
    numbers = random.Random(2)
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE movies (id INTEGER PRIMARY KEY, imdbId TEXT, title TEXT)")
        connection.execute(
            "CREATE TABLE movie_sources (id INTEGER PRIMARY KEY, movieId INTEGER, {} TEXT, {} TEXT, {} BLOB, "
            "quality TEXT, resolution TEXT, size INTEGER, seeders INTEGER)".format(*columns)
        )
        for number, title in enumerate(titles):
            magnet, info_hash = title.magnet, title.info_hash
            if encrypted(number):
                magnet, info_hash = (encrypt(key, text.encode(), numbers) for text in (magnet, info_hash))
            if number in unreadable:
                magnet = encrypt(numbers.randbytes(32), b"magnet:?of another key", numbers)
            connection.execute("INSERT INTO movies VALUES (?, ?, ?)", (number, title.imdb, title.title))
            connection.execute(
                "INSERT INTO movie_sources VALUES (?, ?, ?, ?, NULL, 'WEB', '1080p', 1000, 12)",
                (number + 1, number, magnet, info_hash),
            )


def write_key(path: Path, key: bytes) -> None:
    """Write the legacy ``TORRENT_KEY`` as its owner should keep it."""
    path.touch(mode=0o600)
    path.write_text(base64.b64encode(key).decode() + "\n", encoding="ascii")

"""Reads the plain SQLite file of a legacy Miauflix, whatever its version called the columns."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from server.errors import LegacyFileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_TABLE: Final = "movie_sources"
_TITLES: Final = "movies"

_NAMES: Final = {
    "id": ("id",),
    "magnet": ("magnet", "ml", "magnetLink", "magnet_link"),
    "info_hash": ("infoHash", "ih", "info_hash", "hash"),
    "torrent_file": ("torrentFile", "file", "torrent_file"),
    "item": ("itemId", "item_id", "imdbId", "imdb_id"),
    "movie": ("movieId", "movie_id"),
    "title": ("title", "name"),
    "provider": ("provider", "source"),
    "quality": ("quality",),
    "resolution": ("resolution",),
    "size": ("sizeBytes", "size_bytes", "size"),
    "seeders": ("seeders", "seeds"),
    "file_index": ("fileIndex", "file_index"),
    "created_at": ("createdAt", "created_at"),
}
"""What is read, and the columns it may stand in; upper and lower case don't matter."""

_IDENTIFYING: Final = ("magnet", "info_hash", "torrent_file")


@dataclass(frozen=True, slots=True)
class LegacyRow:
    """One row as it is: values may be missing, of any type, in clear or encrypted."""

    number: int
    """SQLite's number of the row; rises."""
    values: dict[str, Any] = field(repr=False)
    """By the names of ``_NAMES``."""


class LegacyFile:
    """The sources in a legacy file. Made by ``LegacyFile.open``; every call blocks."""

    def __init__(self, connection: sqlite3.Connection, select: str) -> None:
        self._connection = connection
        self._select = select

    @classmethod
    @contextlib.contextmanager
    def open(cls, path: Path) -> Iterator[LegacyFile]:
        """Open a file that nobody else writes; it is not changed. Raises LegacyFileError."""
        # immutable: no lock and no side file, whatever journal mode the file is in
        uri = f"{path.absolute().as_uri()}?immutable=1"
        try:
            with contextlib.closing(sqlite3.connect(uri, uri=True, check_same_thread=False)) as connection:
                connection.row_factory = sqlite3.Row
                connection.text_factory = _text
                yield cls(connection, _query(connection, path))
        except sqlite3.Error as error:
            raise LegacyFileError(f"{path} is not a plain SQLite database, or it is damaged.") from error

    def count(self) -> int:
        """Return how many rows there are."""
        (rows,) = self._connection.execute(f"SELECT count(*) FROM {_TABLE}").fetchone()  # noqa: S608 - a constant
        return int(rows)

    def rows(self, after: int, limit: int) -> Sequence[LegacyRow]:
        """Return the next rows behind number ``after``."""
        found = self._connection.execute(self._select, (after, limit)).fetchall()
        return [LegacyRow(row["number"], {name: row[name] for name in _NAMES}) for row in found]


def _query(connection: sqlite3.Connection, path: Path) -> str:
    """Return the statement that gives rows under our names. Raises LegacyFileError."""
    columns = _columns(connection, _TABLE)
    found = {name: _first(columns, names) for name, names in _NAMES.items()}
    if not any(found[name] for name in _IDENTIFYING):
        raise LegacyFileError(
            f"{path} has no table {_TABLE} with magnet links, info hashes or torrent files: it is no database of a "
            "legacy Miauflix."
        )
    terms = {name: f"s.{_quoted(column)}" if column else "NULL" for name, column in found.items()}
    tables = f"{_TABLE} AS s"
    titles = _columns(connection, _TITLES)
    if found["movie"] and "id" in titles:
        tables += f" LEFT JOIN {_TITLES} AS m ON m.id = {terms['movie']}"
        for name in ("item", "title"):
            if column := _first(titles, _NAMES[name]):
                terms[name] = f"coalesce({terms[name]}, m.{_quoted(column)})"
    chosen = ", ".join(f"{term} AS {name}" for name, term in terms.items())
    return f"SELECT s.rowid AS number, {chosen} FROM {tables} WHERE s.rowid > ? ORDER BY s.rowid LIMIT ?"  # noqa: S608 - names that the file itself has, quoted


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """Return a table's columns by their name in lower case; empty when there is no such table."""
    rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    return {row["name"].lower(): row["name"] for row in rows}


def _first(columns: dict[str, str], names: Sequence[str]) -> str | None:
    return next((columns[name.lower()] for name in names if name.lower() in columns), None)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(data: bytes) -> str | bytes:
    """Take text that is none as the bytes it is."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data

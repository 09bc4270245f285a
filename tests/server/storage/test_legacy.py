from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fakes.legacy import LONG, SHORT, make_legacy_titles, write_legacy

from server.errors import LegacyFileError
from server.storage.legacy import LegacyFile

KEY = bytes(32)
TITLES = make_legacy_titles(25)


def make(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("columns", [LONG, SHORT, ("MAGNET", "info_hash", "torrent_file")])
def test_reads_rows_whatever_the_columns_are_called(tmp_path: Path, columns: tuple[str, str, str]) -> None:
    path = tmp_path / "with ? and # in it.sqlite"
    write_legacy(path, TITLES, KEY, encrypted=lambda _: False, columns=columns)
    before = path.read_bytes()
    with LegacyFile.open(path) as legacy:
        assert legacy.count() == 25
        rows = [*legacy.rows(0, 20), *legacy.rows(20, 20)]
        assert legacy.rows(25, 20) == []
    assert [row.number for row in rows] == list(range(1, 26))
    for row, title in zip(rows, TITLES, strict=True):
        assert row.values["magnet"] == title.magnet
        assert row.values["info_hash"] == title.info_hash
        assert (row.values["item"], row.values["title"]) == (title.imdb, title.title)
        assert (row.values["quality"], row.values["size"]) == ("WEB", 1000)
    assert path.read_bytes() == before
    assert title.magnet not in repr(rows[-1])


def test_missing_columns_are_none(tmp_path: Path) -> None:
    path = tmp_path / "small.sqlite"
    make(path, "CREATE TABLE movie_sources (hash TEXT)", "INSERT INTO movie_sources VALUES ('x')")
    with LegacyFile.open(path) as legacy:
        (row,) = legacy.rows(0, 5)
    assert row.values["info_hash"] == "x"
    assert row.values["magnet"] is None
    assert row.values["title"] is None


def test_text_that_is_none_comes_as_bytes(tmp_path: Path) -> None:
    path = tmp_path / "odd.sqlite"
    make(path, "CREATE TABLE movie_sources (ml TEXT)", "INSERT INTO movie_sources VALUES (CAST(x'FF00' AS TEXT))")
    with LegacyFile.open(path) as legacy:
        assert legacy.rows(0, 5)[0].values["magnet"] == b"\xff\x00"


def test_refuses_other_databases(tmp_path: Path) -> None:
    for number, table in enumerate(("movies (id, title)", "movie_sources (id, quality)")):
        path = tmp_path / f"{number}.sqlite"
        make(path, f"CREATE TABLE {table}")
        with pytest.raises(LegacyFileError, match="no database of a legacy Miauflix"), LegacyFile.open(path):
            pytest.fail("opened")


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_refuses_what_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(content)
    with pytest.raises(LegacyFileError, match="not a plain SQLite database"), LegacyFile.open(path):
        pytest.fail("opened")

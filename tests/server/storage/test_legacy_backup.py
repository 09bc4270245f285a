from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from fakes.legacy import make_legacy_titles, write_legacy

from server.errors import LegacyFileError
from server.storage.legacy import LegacyFile
from server.storage.legacy_backup import back_up


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "miauflix.db"
    write_legacy(path, make_legacy_titles(30), bytes(32))
    return path


def names(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir()}


def test_copies_byte_for_byte_for_the_owner_only(path: Path) -> None:
    backup = back_up(path)
    assert backup.name == "miauflix_before_encrypt.sqlite"
    assert backup.read_bytes() == path.read_bytes()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert names(path) == {path.name, backup.name}


def test_a_copy_that_says_the_same_is_taken_as_it_is(path: Path) -> None:
    backup = back_up(path)
    before = backup.stat()
    assert back_up(path) == backup
    assert (backup.stat().st_ino, backup.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_never_overwrites_another_copy(path: Path) -> None:
    backup = path.with_name("miauflix_before_encrypt.sqlite")
    backup.write_bytes(b"dear to somebody")
    with pytest.raises(LegacyFileError, match="Move it away"):
        back_up(path)
    assert backup.read_bytes() == b"dear to somebody"
    assert names(path) == {path.name, backup.name}


def test_what_an_interrupted_copy_left_is_replaced(path: Path) -> None:
    path.with_name("miauflix_before_encrypt.sqlite.tmp").write_bytes(b"half")
    assert back_up(path).read_bytes() == path.read_bytes()
    assert len(names(path)) == 2


def test_rows_that_are_in_the_log_only_are_copied_too(path: Path) -> None:
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        with writer:
            writer.execute("INSERT INTO movie_sources (id, magnet) VALUES (99, 'late')")
        before = path.read_bytes()
        backup = back_up(path)
        assert path.read_bytes() == before
        with LegacyFile.open(backup) as legacy:
            assert legacy.count() == 31
        assert back_up(path) == backup
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert names(path) == {path.name, backup.name}


def test_says_what_can_not_be_copied(tmp_path: Path) -> None:
    with pytest.raises(LegacyFileError, match="no file"):
        back_up(tmp_path / "absent.sqlite")
    with pytest.raises(LegacyFileError, match="can't be copied"):
        back_up(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"SQLite format", b"root:x:0:0:root:/root:/bin/bash\n"])
def test_what_is_no_database_is_refused_by_its_name_and_not_copied(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(LegacyFileError, match=r"notes\.txt is not a plain SQLite database"):
        back_up(path)
    assert names(path) == {path.name}

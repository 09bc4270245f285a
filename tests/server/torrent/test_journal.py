from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from server.torrent.journal import PieceJournal, read

ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pieces"


def test_no_journal_reads_as_nothing(path: Path) -> None:
    assert read(path) == b""


def test_a_fresh_journal_promises_no_piece(path: Path) -> None:
    PieceJournal(path, 5).close()
    assert read(path) == bytes(5)


def test_noted_pieces_are_there_after_reopening(path: Path) -> None:
    for piece in (4, 0, 4):
        journal = PieceJournal(path, 5)
        journal.note(piece)
        journal.close()
    assert read(path) == b"\1\0\0\0\1"


def test_a_noted_piece_is_seen_at_once(path: Path) -> None:
    journal = PieceJournal(path, 3)
    journal.note(1)
    assert read(path) == b"\0\1\0"
    journal.close()


@pytest.mark.parametrize("left_behind", [b"", b"\1" * 4, b"\1" * 6, b"x" * 1000])
def test_a_file_of_another_length_is_emptied(path: Path, left_behind: bytes) -> None:
    path.write_bytes(left_behind)
    PieceJournal(path, 5).close()
    assert read(path) == bytes(5)


@pytest.mark.parametrize("piece", [5, 1000, -6])
def test_there_is_no_place_for_a_piece_beyond_the_torrent(path: Path, piece: int) -> None:
    journal = PieceJournal(path, 5)
    with pytest.raises(IndexError):
        journal.note(piece)
    journal.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_what_was_noted_outlives_a_killed_process(path: Path) -> None:
    program = (
        "import os, pathlib, signal, sys\n"
        "from server.torrent.journal import PieceJournal\n"
        "journal = PieceJournal(pathlib.Path(sys.argv[1]), 5000)\n"
        "journal.note(0); journal.note(4999)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(path)], cwd=ROOT, check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert read(path) == b"\1" + bytes(4998) + b"\1"

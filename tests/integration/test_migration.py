"""``migrate-encrypt`` as its users see it: the numbers, the files it leaves, and a title that plays."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import random
import sqlite3
import stat
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from fakes.legacy import SHORT, make_legacy_titles, write_key, write_legacy
from fakes.pages import plain_bytes
from fakes.server_process import ROOT, Household
from fakes.swarm import MIB, make_film, seeded

from server.vault.record import KeyRecord

KEY = random.Random(4).randbytes(32)


@pytest.fixture
def household(tmp_path: Path) -> Household:
    household = Household(tmp_path / "home")
    household.prepare()
    write_key(tmp_path / "legacy.key", KEY)
    return household


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    return ["migrate-encrypt", str(tmp_path / "legacy.sqlite"), "--legacy-key-file", str(tmp_path / "legacy.key")]


def record_of(household: Household) -> KeyRecord:
    return KeyRecord.from_json((household.folder / "key.json").read_text("ascii"))


def pages_of(household: Household) -> bytes:
    return plain_bytes(household.data / "miauflix.db", record_of(household).database_key)


def test_five_thousand_rows_half_of_them_encrypted(household: Household, tmp_path: Path, words: list[str]) -> None:
    legacy, backup = tmp_path / "legacy.sqlite", tmp_path / "legacy_before_encrypt.sqlite"
    titles = make_legacy_titles(5000)
    unreadable = frozenset({1, 2, 4999})
    write_legacy(legacy, titles, KEY, unreadable=unreadable)
    original = legacy.read_bytes()
    assert b"magnet:?" in original
    first = household.run(*words, "--yes")
    assert first == {"processed": 5000, "encrypted": 4997, "skipped": 0, "failed": 3, "backup": str(backup)}
    assert legacy.read_bytes() == backup.read_bytes() == original
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    listed = household.run("sources", "list")
    wanted = [title for number, title in enumerate(titles) if number not in unreadable]
    assert sorted((s["itemId"], s["title"]) for s in listed) == [(t.imdb, t.title) for t in wanted]
    assert {s["quality"] for s in listed} == {"WEB"}
    pages = pages_of(household)
    assert b"Film 17" in pages, "the test looks in the wrong place"
    assert b"magnet:?" not in pages
    assert not [title for title in titles if title.info_hash.encode() in pages]
    database = (household.data / "miauflix.db").read_bytes()
    assert household.run(*words, "--yes") == first | {"encrypted": 0, "skipped": 4997}
    assert (household.data / "miauflix.db").read_bytes() == database
    assert household.run("sources", "list") == listed


async def test_a_migrated_source_streams(household: Household, tmp_path: Path, words: list[str]) -> None:
    film = make_film(tmp_path / "in", 2 * MIB)
    with seeded(film.folder, piece_length=64 << 10) as magnet:
        info_hash = magnet.partition("btih:")[2][:40]
        title = replace(make_legacy_titles(1)[0], magnet=magnet, info_hash=info_hash)
        write_legacy(tmp_path / "legacy.sqlite", [title], KEY, encrypted=lambda _: True, columns=SHORT)
        with household.serving() as url:  # the command works beside a server, which takes notice
            summary = await asyncio.to_thread(household.run, *words, "--yes")
            assert summary["encrypted"] == 1
            device = await asyncio.to_thread(household.run, "devices", "add", "A TV")
            headers = {"Authorization": f"Bearer {device['accessToken']}"}
            async with aiohttp.ClientSession(url, headers=headers) as client:
                async with client.get("/api/sources") as reply:
                    (source,) = await reply.json()
                assert (source["itemId"], source["title"]) == (title.imdb, title.title)
                async with client.get(f"/api/stream/{source['id']}") as reply:
                    assert await reply.read() == film.data


def test_rows_that_wait_for_the_key_come_later(household: Household, tmp_path: Path, words: list[str]) -> None:
    write_legacy(tmp_path / "legacy.sqlite", make_legacy_titles(40), KEY)
    without_key = words[:2]
    assert household.run(*without_key, "--yes")["failed"] == 20
    summary = household.run(*words, "--yes")
    assert (summary["encrypted"], summary["skipped"], summary["failed"]) == (20, 20, 0)


def test_nothing_is_written_before_somebody_agrees(household: Household, tmp_path: Path, words: list[str]) -> None:
    write_legacy(tmp_path / "legacy.sqlite", make_legacy_titles(4), KEY)
    assert "--yes" in household.refusal(*words)
    assert answered(household, words, b"n\n") == 1
    assert not (tmp_path / "legacy_before_encrypt.sqlite").exists()
    assert {file.name for file in household.data.iterdir()} == {"settings.toml"}


def test_the_copy_in_clear_goes_when_somebody_says_so(household: Household, tmp_path: Path, words: list[str]) -> None:
    write_legacy(tmp_path / "legacy.sqlite", make_legacy_titles(4), KEY)
    backup = tmp_path / "legacy_before_encrypt.sqlite"
    assert answered(household, words, b"y\nn\n") == 0
    assert backup.exists()
    assert answered(household, words, b"y\ny\n") == 0
    assert not backup.exists()
    assert (tmp_path / "legacy.sqlite").exists()


def answered(household: Household, words: list[str], answers: bytes) -> int:
    """Run a command on a terminal where these answers are typed; return its exit status."""
    terminal, side = pty.openpty()
    try:
        with subprocess.Popen(
            household.command(*words), cwd=ROOT, stdin=side, stderr=side, stdout=subprocess.DEVNULL
        ) as process:
            os.write(terminal, answers)
            return process.wait(60)
    finally:
        os.close(terminal)
        os.close(side)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "no database of a legacy"), (b"no database" * 99, "not a plain SQLite"), (None, "There is no file")],
)
def test_files_that_are_none(
    household: Household, tmp_path: Path, words: list[str], content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / "legacy.sqlite").write_bytes(content)
    assert says in household.refusal(*words, "--yes")
    assert {file.name for file in household.data.iterdir()} == {"settings.toml"}


def test_keys_that_are_none(household: Household, tmp_path: Path, words: list[str]) -> None:
    write_legacy(tmp_path / "legacy.sqlite", make_legacy_titles(4), KEY)
    (tmp_path / "legacy.key").write_text("no key\n")
    assert "TORRENT_KEY" in household.refusal(*words, "--yes")
    (tmp_path / "legacy.key").chmod(0o644)
    assert "chmod 600" in household.refusal(*words, "--yes")


def test_the_own_database_is_no_legacy_file(household: Household, words: list[str]) -> None:
    household.run("devices", "add", "TV")
    assert "not a plain SQLite" in household.refusal(words[0], str(household.data / "miauflix.db"), "--yes")


def test_a_rotation_from_the_command_line(household: Household, tmp_path: Path, words: list[str]) -> None:
    assert "has no key yet" in household.refusal("key", "rotate")
    write_legacy(tmp_path / "legacy.sqlite", make_legacy_titles(30), KEY, encrypted=lambda _: False)
    household.run(*words, "--yes")
    before = record_of(household)
    listed = household.run("sources", "list")
    assert household.run("key", "rotate") == {"activeKid": 2, "rows": 30, "damaged": 0}
    assert household.run("key", "rotate", "--database") == {"sources": 30}
    after = record_of(household)
    assert after.active_kid == 2
    assert after.database_key != before.database_key
    assert household.run("sources", "list") == listed
    with household.serving():
        assert "or stop it first" in household.refusal("key", "rotate")
        assert "or stop it first" in household.refusal("key", "rotate", "--database")
    assert record_of(household) == after


def test_the_decrypted_dump_shows_ciphertext_only(household: Household, tmp_path: Path, words: list[str]) -> None:
    """As somebody with the database's key would look: export it in clear and read every column."""
    titles = make_legacy_titles(20)
    write_legacy(tmp_path / "legacy.sqlite", titles, KEY)
    household.run(*words, "--yes")
    plain = tmp_path / "plain.sqlite"
    export(household, plain)
    with closing(sqlite3.connect(plain)) as connection:
        dump = "\n".join(connection.iterdump())
        rows = connection.execute("SELECT ml, ih, file FROM movie_sources").fetchall()
    assert len(rows) == 20
    assert all(ml[:5] == ih[:5] == b"\1\0\0\0\1" and file is None for ml, ih, file in rows)
    assert titles[0].title in dump
    assert "magnet:" not in dump
    for title in titles:
        assert title.info_hash not in dump
        assert title.magnet.encode().hex().upper() not in dump
        assert title.info_hash.encode().hex().upper() not in dump


def export(household: Household, path: Path) -> None:
    from sqlcipher3 import dbapi2 as sqlcipher  # noqa: PLC0415 - what only this test needs

    with closing(sqlcipher.connect(household.data / "miauflix.db")) as connection:
        connection.execute(f"PRAGMA key = \"x'{record_of(household).database_key.hex()}'\"")
        connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(path),))
        connection.execute("SELECT sqlcipher_export('plain')").fetchall()


def test_the_summary_is_json(household: Household, tmp_path: Path, words: list[str]) -> None:
    write_legacy(tmp_path / "legacy.sqlite", make_legacy_titles(2), KEY, unreadable=frozenset({0}))
    done = subprocess.run(
        household.command(*words, "--yes"), cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout)["failed"] == 1
    assert "Row 1 stays behind: its magnet link can't be decrypted" in done.stderr
    assert "magnet:?" not in done.stderr

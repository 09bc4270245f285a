from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from fakes.appliance import make_options
from fakes.pages import plain_bytes
from fakes.titles import make_titles

from server.bootstrap import ignore
from server.errors import KeyFileError, RotationError, SourceUnavailableError
from server.models import Source
from server.records import Records, open_records
from server.rotation import Stage
from server.settings import Options
from server.storage.database import Database
from server.storage.reencryption import TABLES, Pass, Progress, verify
from server.storage.schema import crypto_meta, movie_sources
from server.vault.cipher import FieldCipher, kid_of
from server.vault.record import KeyRecord

TITLES = make_titles(450)


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return make_options(tmp_path)


@pytest.fixture
async def records(options: Options) -> AsyncIterator[Records]:
    async with open_records(options, {}, ignore) as records:
        await fill(records, TITLES)
        yield records


@asynccontextmanager
async def reopened(options: Options) -> AsyncIterator[Records]:
    async with open_records(options, {}, ignore) as records:
        yield records


async def fill(records: Records, titles: Sequence[Source]) -> None:
    await records.sources.add_new(titles)
    for title in titles[:20]:
        await records.downloads.open(title.identifiers.info_hash)
        await records.downloads.save_resume(title.identifiers.info_hash, title.id.encode())


async def check(records: Records, titles: Sequence[Source] = TITLES) -> None:
    """See that everything decrypts, by id and by info hash, under the active key alone."""
    for title in titles:
        assert await records.sources.get(title.id) == title
    assert await records.sources.find(titles[-1].identifiers.info_hash.upper()) == titles[-1]
    for title in titles[:20]:
        assert (await records.downloads.open(title.identifiers.info_hash)).resume_data == title.id.encode()
    assert {kid_of(envelope) for envelope in await envelopes(records)} == {records.rotation.record.active_kid}


async def envelopes(records: Records) -> list[bytes]:
    def read(connection: sa.Connection) -> list[bytes]:
        found: list[bytes] = []
        for table, columns in TABLES.items():
            for row in connection.execute(sa.select(*(table.c[name] for name in columns))):
                found += [value for value in row if value is not None]
        return found

    return await records.rotation._database.run(read)


async def states(records: Records) -> dict[int, str]:
    query = sa.select(crypto_meta.c.kid, crypto_meta.c.state)
    rows = await records.rotation._database.run(lambda connection: connection.execute(query).all())
    return {row.kid: row.state for row in rows}


async def verify_backup(records: Records) -> None:
    """Do what follows from verifying a backup of the present keys."""
    record = records.rotation.record
    await records.backups.note_verified(record.check, record.active_kid, TITLES[0].created_at, 20)


async def test_everything_is_under_a_new_key_and_the_former_one_is_kept(records: Records, options: Options) -> None:
    former = records.rotation.record
    seen: list[tuple[Stage, int, int]] = []
    outcome = await records.rotation.rotate_torrent_key(lambda *step: seen.append(step))
    assert (outcome.kid, outcome.rows, outcome.damaged) == (2, 470, 0)
    assert await states(records) == {1: "retired", 2: "active"}
    assert seen[0] == (Stage.ENCRYPT, 0, 470)
    assert seen[-1] == (Stage.VERIFY, 470, 470)
    assert [step for step in seen if step[0] is Stage.ENCRYPT][-1] == (Stage.ENCRYPT, 470, 470)
    await check(records)
    async with reopened(options) as later:
        record = later.rotation.record
        assert record.torrent_keys.keys() == {1, 2}
        assert record.torrent_keys[1] == former.torrent_keys[1]
        assert (record.active_kid, record.pending_kid, record.database_key) == (2, None, former.database_key)
        await check(later)
        logged = [(entry.operation, entry.outcome, entry.kid, entry.count) for entry in await later.audit.latest()]
        assert logged[:2] == [("rotation-ended", "ok", 2, 470), ("rotation-begun", "ok", 2, 1)]


async def test_the_former_ciphertext_is_gone_from_every_page(records: Records, options: Options) -> None:
    key = records.rotation.record.database_key
    # a row that was deleted, and one whose values moved to other pages, leave traces in free pages
    await records.sources.delete(TITLES[7].id)
    await records.sources.replace_identifiers(TITLES[8].id, replace(TITLES[8].identifiers, torrent_file=b"x" * 9000))
    former = await envelopes(records)
    parts = [envelope[5:29] for envelope in former]  # what is random in it: IV and some ciphertext
    before = plain_bytes(options.database_path, key)
    assert all(part in before for part in parts), "the test looks in the wrong place"
    await records.rotation.rotate_torrent_key()
    after = plain_bytes(options.database_path, key)
    assert not [part for part in parts if part in after]
    assert all(envelope[5:29] in after for envelope in await envelopes(records))


async def test_no_identifier_is_in_the_pages_in_clear(records: Records, options: Options) -> None:
    content = plain_bytes(options.database_path, records.rotation.record.database_key)
    assert TITLES[3].title.encode() in content, "the test looks in the wrong place"
    for title in TITLES[:50]:
        identifiers = title.identifiers
        assert identifiers.info_hash.encode() not in content
        assert bytes.fromhex(identifiers.info_hash) not in content
    assert b"magnet:" not in content
    assert b"d4:info" not in content


async def test_what_another_process_adds_before_the_check_is_encrypted_anew(
    records: Records, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = make_titles(1, seed=9)
    async with reopened(options) as other:

        async def verify_after_adding(database: Database, cipher: FieldCipher, progress: Progress) -> Pass:
            await other.sources.add_new(late)
            return await verify(database, cipher, progress)

        monkeypatch.setattr("server.rotation.verify", verify_after_adding)
        assert (await records.rotation.rotate_torrent_key()).rows == 471
    await check(records, [*TITLES, *late])


async def test_what_another_process_adds_later_is_encrypted_anew_before_its_key_goes(
    records: Records, options: Options
) -> None:
    late = make_titles(1, seed=9)
    async with reopened(options) as other:
        await records.rotation.rotate_torrent_key()
        await other.sources.add_new(late)
    await verify_backup(records)
    async with reopened(options) as later:
        await later.rotation.resume()
        assert later.rotation.record.torrent_keys.keys() == {2}
        await check(later, [*TITLES, *late])


class PowerCutError(Exception):
    """Everything ends here."""


STEPS = ["record is amended", "batches begin", "a batch is done", "verifying begins", "verified", "record is active"]


@pytest.mark.parametrize("step", STEPS)
async def test_an_interrupted_rotation_is_completed(records: Records, options: Options, step: str) -> None:
    rotation = records.rotation
    amended = 0
    amend = rotation._amend

    async def cut_after_amending(change: Callable[[KeyRecord], KeyRecord]) -> None:
        nonlocal amended
        await amend(change)
        amended += 1
        if (step, amended) in {("record is amended", 1), ("record is active", 2)}:
            raise PowerCutError

    def cut(stage: Stage, done: int, total: int) -> None:
        where = {
            (Stage.ENCRYPT, 0): "batches begin",
            (Stage.ENCRYPT, 200): "a batch is done",
            (Stage.VERIFY, 0): "verifying begins",
            (Stage.VERIFY, total): "verified",
        }
        if where.get((stage, done)) == step:
            raise PowerCutError

    rotation._amend = cut_after_amending  # type: ignore[method-assign] # as a kill at this very moment
    with pytest.raises(PowerCutError):
        await rotation.rotate_torrent_key(cut)
    async with reopened(options) as later:
        for title in TITLES[::50]:
            assert await later.sources.get(title.id) == title
        await later.rotation.resume()
        record = later.rotation.record
        assert (record.active_kid, record.pending_kid, set(record.torrent_keys)) == (2, None, {1, 2})
        assert await states(later) == {1: "retired", 2: "active"}
        await check(later)


async def test_rotating_again_completes_what_was_begun(records: Records) -> None:
    def cut(stage: Stage, _done: int, _total: int) -> None:
        if stage is Stage.VERIFY:
            raise PowerCutError

    with pytest.raises(PowerCutError):
        await records.rotation.rotate_torrent_key(cut)
    assert (await records.rotation.rotate_torrent_key()).kid == 2
    assert (await records.rotation.rotate_torrent_key()).kid == 3
    await check(records)


async def test_former_keys_go_once_the_present_one_has_a_verified_backup(records: Records, options: Options) -> None:
    await records.rotation.rotate_torrent_key()
    await records.rotation.resume()
    assert records.rotation.record.torrent_keys.keys() == {1, 2}
    await verify_backup(records)
    async with reopened(options) as later:
        await later.rotation.resume()
        assert later.rotation.record.torrent_keys.keys() == {2}
        assert await states(later) == {2: "active"}
        await check(later)
        await later.rotation.rotate_torrent_key()
        assert later.rotation.record.torrent_keys.keys() == {2, 3}


async def test_keys_without_a_backup_do_not_pile_up_for_ever(records: Records) -> None:
    for _ in range(7):
        await records.rotation.rotate_torrent_key()
    with pytest.raises(RotationError, match="key backup"):
        await records.rotation.rotate_torrent_key()
    assert records.rotation.record.active_kid == 8
    await verify_backup(records)
    await records.rotation.rotate_torrent_key()
    assert records.rotation.record.torrent_keys.keys() == {8, 9}


async def test_a_damaged_row_stays_as_it_is_and_is_counted(records: Records) -> None:
    statement = movie_sources.update().where(movie_sources.c.id == TITLES[0].id).values(ml=b"\1" + b"\0" * 60)
    await records.rotation._database.run(lambda connection: connection.execute(statement))
    outcome = await records.rotation.rotate_torrent_key()
    assert outcome.damaged == 1
    with pytest.raises(SourceUnavailableError):
        await records.sources.get(TITLES[0].id)
    assert await records.sources.get(TITLES[1].id) == TITLES[1]
    failed = [entry for entry in await records.audit.latest() if entry.outcome == "failed"]
    assert ("rotation-ended", 1) in [(entry.operation, entry.count) for entry in failed]


async def test_an_index_that_is_off_is_made_right(records: Records) -> None:
    statement = movie_sources.update().where(movie_sources.c.id == TITLES[0].id).values(ih_index=b"\0" * 32)
    await records.rotation._database.run(lambda connection: connection.execute(statement))
    assert await records.sources.find(TITLES[0].identifiers.info_hash) is None
    await records.rotation.rotate_torrent_key()
    assert await records.sources.find(TITLES[0].identifiers.info_hash) == TITLES[0]


async def test_large_torrent_files_come_in_small_batches(options: Options) -> None:
    titles = make_titles(12, file_bytes=4 << 20)
    async with open_records(options, {}, ignore) as records:
        await records.sources.add_new(titles)
        seen: list[int] = []
        await records.rotation.rotate_torrent_key(lambda _stage, done, _total: seen.append(done))
        assert max(later - sooner for sooner, later in itertools.pairwise(seen)) <= 8
        for title in titles:
            assert await records.sources.get(title.id) == title


async def test_a_key_that_can_not_be_stored_changes_nothing(
    records: Records, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await envelopes(records)

    async def refuse(*_: object) -> None:
        raise KeyFileError("The key file can't be written.")

    monkeypatch.setattr("server.vault.amendment.keep", refuse)
    assert options.key_file
    stored = options.key_file.read_bytes()
    for rotate in (records.rotation.rotate_torrent_key, records.rotation.rotate_database_key):
        with pytest.raises(KeyFileError):
            await rotate()
    assert options.key_file.read_bytes() == stored
    assert await envelopes(records) == before
    await check(records)


async def test_the_database_gets_a_new_key(records: Records, options: Options) -> None:
    former = records.rotation.record
    seen: list[tuple[Stage, int, int]] = []
    await records.rotation.rotate_database_key(lambda *step: seen.append(step))
    assert seen == [(Stage.COPY, 0, 1), (Stage.COPY, 1, 1)]
    await check(records)
    async with reopened(options) as later:
        record = later.rotation.record
        assert record.database_key != former.database_key
        assert record.pending_database_key is None
        assert record.torrent_keys == former.torrent_keys
        assert (await later.audit.latest())[0].operation == "database-key-changed"
        await check(later)


@pytest.mark.parametrize("swapped", [False, True])
async def test_an_interrupted_exchange_of_the_database_key_is_completed(
    records: Records, options: Options, *, swapped: bool
) -> None:
    rotation = records.rotation
    former = rotation.record.database_key
    await rotation._amend(KeyRecord.with_pending_database_key)
    pending = rotation.record.pending_database_key
    assert pending
    if swapped:
        await rotation._database.change_key(pending)
    async with reopened(options) as later:
        assert later.rotation._database.key == (pending if swapped else former)
        await check(later)


async def test_resuming_exchanges_the_pending_database_key(options: Options) -> None:
    async with open_records(options, {}, ignore) as records:
        await fill(records, TITLES)
        await records.rotation._amend(KeyRecord.with_pending_database_key)
        pending = records.rotation.record.pending_database_key
    async with open_records(options, {}, ignore) as records:
        await records.rotation.resume()
        record = records.rotation.record
        assert (record.database_key, record.pending_database_key) == (pending, None)
        await check(records)


async def test_what_can_not_be_completed_does_not_keep_the_server_from_starting(
    options: Options, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_records(options, {}, ignore) as records:
        await fill(records, TITLES)
        await records.rotation._amend(KeyRecord.with_pending_database_key)
    async with open_records(options, {}, ignore) as records:

        async def fail(_: bytes) -> None:
            raise RotationError("No room.")

        monkeypatch.setattr(records.rotation._database, "change_key", fail)
        await records.rotation.resume()
        assert "No room." in caplog.text
        await check(records)


async def test_nothing_is_rotated_without_all_keys(options: Options) -> None:
    async with open_records(options, {}, ignore) as records:
        await fill(records, TITLES)
        older = records.rotation.record
        await records.rotation.rotate_torrent_key()
    assert options.key_file
    options.key_file.write_text(older.to_json() + "\n", encoding="ascii")
    stored = options.key_file.read_bytes()
    async with open_records(options, {}, ignore) as records:
        for rotate in (records.rotation.rotate_torrent_key, records.rotation.rotate_database_key):
            with pytest.raises(RotationError, match="key restore"):
                await rotate()
        await records.rotation.resume()
    assert options.key_file.read_bytes() == stored


def test_a_running_cipher_takes_the_keys_it_is_given() -> None:
    record = KeyRecord.generate()
    cipher = FieldCipher(record)
    before = cipher.encrypt("t", "c", "r", b"x")
    cipher.adopt(record.with_pending_kid().with_active_kid(2))
    after = cipher.encrypt("t", "c", "r", b"x")
    assert [kid_of(before), kid_of(after)] == [1, 2]
    assert cipher.decrypt("t", "c", "r", before) == cipher.decrypt("t", "c", "r", after) == b"x"


def test_a_record_with_as_many_keys_as_allowed_fits_into_a_keyring() -> None:
    record = KeyRecord.generate().with_pending_database_key()
    for _ in range(8):
        record = record.with_pending_kid()
        record = record.with_active_kid(record.pending_kid or 0)
    assert KeyRecord.from_json(record.to_json()) == record

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from server.errors import (
    BackupDamagedError,
    BackupError,
    BackupForeignError,
    BackupNewerError,
    BackupTruncatedError,
    WeakPassphraseError,
    WrongPassphraseError,
)
from server.vault import backup
from server.vault.backup import SavedKeys, read_header, seal, unseal
from server.vault.record import KeyRecord

PASSPHRASE = "correct horse battery staple"
VAULT_ID = "a1b2c3d4-0000-4000-8000-000000000001"
RECORD = KeyRecord.generate()
MARK = b'"miauflix-key-backup"'


@pytest.fixture(scope="module")
def data() -> bytes:
    return asyncio.run(seal(RECORD, PASSPHRASE, VAULT_ID, datetime.now(UTC)))


def resealed(data: bytes, change: Callable[[dict[str, object]], None]) -> bytes:
    """Change the header and make the checksum right again, as an attacker can."""
    content = json.loads(data)
    change(content["header"])
    del content["checksum"]
    body = json.dumps(content, separators=(",", ":"))[:-1].encode() + b","
    return body + f'"checksum":"{hashlib.sha256(body).hexdigest()}"}}'.encode()


async def test_gives_back_what_was_saved(data: bytes) -> None:
    assert await unseal(data, PASSPHRASE) == SavedKeys(RECORD, VAULT_ID)


async def test_shows_its_header_and_no_key(data: bytes) -> None:
    header = read_header(data)
    assert (header.vault_id, header.active_kid, list(header.key_check_values)) == (VAULT_ID, 1, [1])
    assert header.derivation.memory_kib == 64 << 10
    for key in (RECORD.database_key, RECORD.root, RECORD.torrent_keys[1]):
        assert key.hex().encode() not in data
        assert json.dumps(RECORD.to_json()).encode() not in data


async def test_no_two_backups_are_alike(data: bytes) -> None:
    other = await seal(RECORD, PASSPHRASE, VAULT_ID, datetime.now(UTC))
    first, second = json.loads(data), json.loads(other)
    assert first["iv"] != second["iv"]
    assert first["header"]["derivation"]["salt"] != second["header"]["derivation"]["salt"]


async def test_a_wrong_pass_phrase(data: bytes) -> None:
    with pytest.raises(WrongPassphraseError, match="does not open"):
        await unseal(data, PASSPHRASE.title())


async def test_a_pass_phrase_is_what_people_see() -> None:
    composed, decomposed = "caf\u00e9 au lait glac\u00e9", "cafe\u0301 au lait glace\u0301"
    data = await seal(RECORD, composed, None, datetime.now(UTC))
    assert (await unseal(data, decomposed)).record == RECORD


async def test_a_short_pass_phrase() -> None:
    with pytest.raises(WeakPassphraseError, match="10 characters"):
        await seal(RECORD, "password ", None, datetime.now(UTC))


def test_every_cut_is_told(data: bytes) -> None:
    begins = data.index(MARK) + len(MARK)
    for length in range(len(data.rstrip())):
        with pytest.raises(BackupTruncatedError if length >= begins else BackupForeignError):
            read_header(data[:length])


def test_every_flipped_bit_is_told_without_the_pass_phrase(data: bytes) -> None:
    marked = range(data.index(MARK), data.index(MARK) + len(MARK))
    end = data.rindex(b'"checksum"')
    for bit in range(len(data.rstrip()) * 8):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        if b"".join(bytes(changed).split()) == b"".join(data.split()):
            continue  # one kind of white space for another
        expected = BackupForeignError if bit // 8 in marked else BackupError if bit // 8 >= end else BackupDamagedError
        with pytest.raises(expected):
            read_header(bytes(changed))


def test_other_line_ends_and_indents_are_no_damage(data: bytes) -> None:
    assert read_header(data.replace(b"\n", b"\r\n")) == read_header(data)
    assert read_header(b"".join(data.split())) == read_header(data)


@pytest.mark.parametrize(
    "foreign", [b"", b"{}", b"\xff" * 999, b"magnet:?xt=urn:btih:", b"[" * 100_000, b"{" + b" " * (70 << 10)]
)
def test_something_else(foreign: bytes) -> None:
    with pytest.raises(BackupForeignError, match="not a key backup"):
        read_header(foreign)


def test_random_files() -> None:
    source = random.Random(1)
    for _ in range(200):
        with pytest.raises(BackupError):
            read_header(source.randbytes(source.randrange(3000)) + MARK + source.randbytes(source.randrange(3000)))


def test_a_newer_form(data: bytes) -> None:
    with pytest.raises(BackupNewerError, match="newer Miauflix"):
        read_header(resealed(data, lambda header: header.update(version=2, extra="x")))


@pytest.mark.parametrize(
    "change",
    [
        {"memoryKib": 1 << 30},
        {"memoryKib": 8},
        {"iterations": 0},
        {"iterations": 1 << 20},
        {"lanes": 255},
        {"salt": "c2hvcnQ="},
        {"name": "scrypt"},
    ],
)
def test_no_file_makes_this_machine_work_without_bounds_or_too_little(data: bytes, change: dict[str, object]) -> None:
    def apply(header: dict[str, object]) -> None:
        derivation = header["derivation"]
        assert isinstance(derivation, dict)
        derivation.update(change)

    started = time.monotonic()
    with pytest.raises(BackupForeignError):
        read_header(resealed(data, apply))
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    "change",
    [
        {"vaultId": "a1b2c3d4-0000-4000-8000-000000000002"},
        {"activeKid": 2},
        {"createdAt": "2020-01-01T00:00:00Z"},
        {"keyCheckValues": {"1": "AAAAAAAAAAA="}},
    ],
)
async def test_a_header_with_a_right_checksum_but_another_content_opens_nothing(
    data: bytes, change: dict[str, object]
) -> None:
    with pytest.raises(WrongPassphraseError):
        await unseal(resealed(data, lambda header: header.update(change)), PASSPHRASE)


def test_a_vault_id_can_not_lead_out_of_the_folder(data: bytes) -> None:
    with pytest.raises(BackupForeignError):
        read_header(resealed(data, lambda header: header.update(vaultId="../../x")))


def test_secrets_do_not_show(data: bytes) -> None:
    shown = repr(SavedKeys(RECORD, VAULT_ID)) + repr(backup._read(data))
    assert repr(RECORD.root)[2:-1] not in shown

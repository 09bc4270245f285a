"""The key backup: one JSON file that holds the key record, sealed under a pass phrase.

The header (form, derivation, key ids and key check values) can be read by anyone and is bound to the sealed part as its
additional data. The last field is a checksum of all that stands before it, white space left out, so that damage can be
told from a wrong pass phrase. It is no secret and proves nothing; AES-GCM does.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

import argon2.low_level
import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.errors import (
    BackupDamagedError,
    BackupForeignError,
    BackupNewerError,
    BackupTruncatedError,
    WeakPassphraseError,
    WrongPassphraseError,
)
from server.vault.anchor import VaultId
from server.vault.record import KeyRecord, key_check_values

MAX_BYTES: Final = 64 << 10
"""A backup is a few kilobytes; larger files are not looked into."""
MIN_CHARACTERS: Final = 10
"""The shortest pass phrase that a backup is made with."""

_FORMAT = "miauflix-key-backup"
_VERSION: Final = 1
_IV_BYTES = 12
_CHECKSUM = re.compile(rb'(.*)"checksum":"([0-9a-f]{64})"}', re.DOTALL)


@dataclass(frozen=True, slots=True)
class SavedKeys:
    """A key record that comes from outside of the key store, and the vault it was made for where that is known."""

    record: KeyRecord
    vault_id: str | None = None


class Derivation(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Argon2id (RFC 9106) and its parameters, within what a file may ask of this machine."""

    salt: Annotated[bytes, msgspec.Meta(min_length=16, max_length=64)]
    memory_kib: Annotated[int, msgspec.Meta(ge=19 << 10, le=1 << 20)] = 64 << 10
    iterations: Annotated[int, msgspec.Meta(ge=1, le=16)] = 3
    lanes: Annotated[int, msgspec.Meta(ge=1, le=16)] = 4
    name: Literal["argon2id"] = "argon2id"

    def key(self, passphrase: str) -> bytes:
        """Return the 32 bytes that seal the record; equal texts count as equal however they are composed. Slow."""
        return argon2.low_level.hash_secret_raw(
            unicodedata.normalize("NFKC", passphrase).encode(),
            self.salt,
            time_cost=self.iterations,
            memory_cost=self.memory_kib,
            parallelism=self.lanes,
            hash_len=32,
            type=argon2.low_level.Type.ID,
        )


class Header(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What a backup says of itself without the pass phrase."""

    format: Literal["miauflix-key-backup"]
    version: Literal[1]
    created_at: datetime
    vault_id: VaultId | None
    active_kid: int
    key_check_values: dict[int, bytes]
    """By key id: 8 bytes that tell whether two keys are equal."""
    derivation: Derivation


class _Content(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    header: Header
    iv: Annotated[bytes, msgspec.Meta(min_length=_IV_BYTES, max_length=_IV_BYTES)]
    sealed: bytes
    checksum: str


class _Version(msgspec.Struct, frozen=True):
    version: int


class _Versioned(msgspec.Struct, frozen=True):
    header: _Version


async def seal(record: KeyRecord, passphrase: str, vault_id: str | None, now: datetime) -> bytes:
    """Return the backup file. Raises WeakPassphraseError."""
    if len(passphrase.strip()) < MIN_CHARACTERS:
        raise WeakPassphraseError(
            f"A pass phrase has at least {MIN_CHARACTERS} characters: whoever finds the file can try as many as they "
            "like. Four or five random words are good."
        )
    header = Header(
        format="miauflix-key-backup",
        version=_VERSION,
        created_at=now.astimezone(UTC).replace(microsecond=0),
        vault_id=vault_id,
        active_kid=record.active_kid,
        key_check_values=key_check_values(record.torrent_keys),
        derivation=Derivation(salt=secrets.token_bytes(16)),
    )
    key = await asyncio.to_thread(header.derivation.key, passphrase)
    iv = secrets.token_bytes(_IV_BYTES)
    sealed = AESGCM(key).encrypt(iv, record.to_json().encode(), _additional_data(header))
    unsigned = msgspec.json.encode(_Content(header, iv, sealed, checksum="0" * 64))
    return msgspec.json.format(_with_checksum(unsigned), indent=2) + b"\n"


def read_header(data: bytes) -> Header:
    """Return what the file says of itself, after all checks that need no pass phrase.

    Raises BackupForeignError, BackupTruncatedError, BackupDamagedError, BackupNewerError.
    """
    return _read(data).header


async def unseal(data: bytes, passphrase: str) -> SavedKeys:
    """Return the keys in a backup file.

    Raises BackupForeignError, BackupTruncatedError, BackupDamagedError, BackupNewerError, WrongPassphraseError, and
    KeyWrongError when somebody sealed something else in a file of this form.
    """
    content = _read(data)
    key = await asyncio.to_thread(content.header.derivation.key, passphrase)
    try:
        text = AESGCM(key).decrypt(content.iv, content.sealed, _additional_data(content.header))
    except InvalidTag:
        raise WrongPassphraseError(
            "This pass phrase does not open the backup. Mind capital letters and the keyboard's language."
        ) from None
    return SavedKeys(KeyRecord.from_json(text.decode("utf-8", "replace")), content.header.vault_id)


def _read(data: bytes) -> _Content:
    compact = b"".join(data.split())
    if len(data) > MAX_BYTES or f'"{_FORMAT}"'.encode() not in compact:
        raise BackupForeignError("This file is not a key backup of Miauflix. Choose the file that `key backup` wrote.")
    if b'"checksum":"' not in compact or not compact.endswith(b"}"):
        raise BackupTruncatedError(
            "The end of this key backup is missing: it was not copied whole. Copy it again, or use another copy."
        )
    found = _CHECKSUM.fullmatch(compact)
    if found is None or hashlib.sha256(found[1]).hexdigest().encode() != found[2]:
        raise BackupDamagedError("This key backup is damaged: it is not as it was written. Use another copy.")
    return _decode(compact)


def _decode(compact: bytes) -> _Content:
    try:
        if msgspec.json.decode(compact, type=_Versioned).header.version > _VERSION:
            raise BackupNewerError("This key backup was made by a newer Miauflix. Install that version or a later one.")
        return msgspec.json.decode(compact, type=_Content)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise BackupForeignError(
            "This file has the form of a key backup, but not the content of one that Miauflix makes."
        ) from None


def _with_checksum(unsigned: bytes) -> bytes:
    body, field, _ = unsigned.rpartition(b'"checksum":"')
    return body + field + hashlib.sha256(body).hexdigest().encode() + b'"}'


def _additional_data(header: Header) -> bytes:
    return msgspec.json.encode(header)

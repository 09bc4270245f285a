"""The key record: every secret of one data folder, and the keys derived from them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.errors import KeyWrongError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

KEY_BYTES = 32
MAX_CHARACTERS = 1000
"""Windows refuses credentials above 1280 characters."""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """All keys of one data folder; each is 32 random bytes."""

    database_key: bytes = field(repr=False)
    torrent_keys: Mapping[int, bytes] = field(repr=False)
    """Field keys by key id. Rows name the one they were encrypted with, so retired keys stay."""
    active_kid: int
    """The field key that new values are encrypted with."""
    root: bytes = field(repr=False)
    """What keys for other purposes are derived from, see ``derive``."""
    pending_database_key: bytes | None = field(default=None, repr=False)
    """The database's next key, from before its file is swapped until after."""
    pending_kid: int | None = None
    """The next field key's id, from before the first row is encrypted with it until the last one was verified."""

    @property
    def database_keys(self) -> tuple[bytes, ...]:
        """The keys that may open the database, the likelier one first."""
        pending = self.pending_database_key
        return (self.database_key,) if pending is None else (self.database_key, pending)

    @classmethod
    def generate(cls) -> KeyRecord:
        """Return a record of fresh random keys, its first field key under id 1."""
        return cls(
            database_key=secrets.token_bytes(KEY_BYTES),
            torrent_keys={1: secrets.token_bytes(KEY_BYTES)},
            active_kid=1,
            root=secrets.token_bytes(KEY_BYTES),
        )

    @classmethod
    def from_json(cls, text: str) -> KeyRecord:
        """Read what ``to_json`` wrote. Raises KeyWrongError for anything else, without repeating any of it."""
        try:
            stored = msgspec.json.decode(text, type=_StoredRecord)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise KeyWrongError("What is stored as the key is not a key of this version of Miauflix.") from None
        if not {stored.active_kid, stored.pending_kid or stored.active_kid} <= stored.torrent_keys.keys():
            raise KeyWrongError("The stored key is incomplete: one of the keys it names is missing.")
        return cls(
            database_key=stored.database_key,
            torrent_keys=stored.torrent_keys,
            active_kid=stored.active_kid,
            root=stored.root,
            pending_database_key=stored.pending_database_key,
            pending_kid=stored.pending_kid,
        )

    def with_pending_kid(self) -> KeyRecord:
        """Return the record with a fresh field key pending; as it is when one is pending already."""
        if self.pending_kid is not None:
            return self
        kid = max(self.torrent_keys) + 1
        return replace(self, torrent_keys={**self.torrent_keys, kid: secrets.token_bytes(KEY_BYTES)}, pending_kid=kid)

    def with_active_kid(self, kid: int) -> KeyRecord:
        """Return the record with this field key as the active one, and none pending."""
        return replace(self, active_kid=kid, pending_kid=None)

    def with_kids(self, kids: Collection[int]) -> KeyRecord:
        """Return the record without any field keys but these, the active one and the pending one."""
        kept = {*kids, self.active_kid, self.pending_kid}
        return replace(self, torrent_keys={kid: key for kid, key in self.torrent_keys.items() if kid in kept})

    def with_pending_database_key(self) -> KeyRecord:
        """Return the record with a fresh database key pending; as it is when one is pending already."""
        return replace(self, pending_database_key=self.pending_database_key or secrets.token_bytes(KEY_BYTES))

    def with_database_key(self, key: bytes) -> KeyRecord:
        """Return the record with this database key, and none pending."""
        return replace(self, database_key=key, pending_database_key=None)

    def to_json(self) -> str:
        """Return the record as one line of JSON, under 1000 characters. Raises ValueError when it grew beyond."""
        stored = _StoredRecord(
            version=1,
            database_key=self.database_key,
            torrent_keys=dict(self.torrent_keys),
            active_kid=self.active_kid,
            root=self.root,
            pending_database_key=self.pending_database_key,
            pending_kid=self.pending_kid,
        )
        text = msgspec.json.encode(stored).decode("ascii")
        if len(text) > MAX_CHARACTERS:
            raise ValueError("The key record holds more keys than a keyring entry has room for.")
        return text

    @property
    def check(self) -> bytes:
        """16 bytes that are equal as long as the keys in use are, and tell nothing else about them."""
        used = self.database_key + self.active_kid.to_bytes(4, "big") + self.torrent_keys[self.active_kid] + self.root
        return derive(used, "record-check", 16)


def key_check_values(torrent_keys: Mapping[int, bytes]) -> dict[int, bytes]:
    """Return 8 bytes a key id that tell whether two field keys are equal, and nothing else about them."""
    return {kid: derive(key, "key-check-value", 8) for kid, key in torrent_keys.items()}


def derive(root: bytes, label: str, length: int = KEY_BYTES) -> bytes:
    """Return ``length`` bytes for the purpose ``label``: HKDF-SHA256 (RFC 5869) without salt.

    The info is ``miauflix/1/`` and the label.
    """
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=b"miauflix/1/" + label.encode()).derive(root)


_Key = Annotated[bytes, msgspec.Meta(min_length=KEY_BYTES, max_length=KEY_BYTES)]
_Kid = Annotated[int, msgspec.Meta(ge=1, lt=1 << 32)]


class _StoredRecord(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The record as JSON; bytes are base64."""

    version: Literal[1]
    database_key: _Key
    torrent_keys: dict[_Kid, _Key]
    active_kid: _Kid
    root: _Key
    pending_database_key: _Key | None = None
    pending_kid: _Kid | None = None

    def __repr__(self) -> str:
        return "_StoredRecord(…)"

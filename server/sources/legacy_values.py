"""What one row of a legacy database means: a source that plays, or the reason why it can't be read."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from server.errors import InvalidSourceError
from server.models import ItemId, Quality, Source, SourceId, TorrentIdentifiers
from server.sources.library import PROVIDER, UNTITLED, presentable
from server.torrent.metainfo import parse_magnet, parse_torrent_file
from server.vault.cipher import DecryptionError
from server.vault.info_hash import normalise

if TYPE_CHECKING:
    from server.storage.legacy import LegacyRow
    from server.vault.legacy_cipher import LegacyCipher

_NAMESPACE: Final = uuid.UUID("7d0c8c5e-2f0b-4f4e-9a51-6d1f6a3b9b1e")  # of the items that had no IMDb id
_IMDB: Final = re.compile(r"tt\d{5,10}")
_RESOLUTION: Final = re.compile(r"\d{3,4}[pi]|[248]k", re.IGNORECASE)
_RAW_HASH_BYTES: Final = (20, 32)
_MILLISECONDS_FROM: Final = 100_000_000_000  # as seconds, that is the year 5138
_YEARS: Final = range(1990, 2200)


class UnreadableRowError(Exception):
    """The row can't be taken over; the text says why and holds nothing that identifies a torrent."""


def read_source(row: LegacyRow, cipher: LegacyCipher) -> Source:
    """Return the row as a source whose identifiers belong together. Raises UnreadableRowError."""
    identifiers, name, size = _identifiers(row.values, cipher)
    return Source(
        id=_id(row.values["id"]),
        item_id=_item(row.values),
        title=presentable(_text(row.values["title"])) or presentable(name) or UNTITLED,
        provider=_text(row.values["provider"]) or PROVIDER,
        identifiers=identifiers,
        created_at=_moment(row.values["created_at"]),
        file_index=_number(row.values["file_index"]),
        quality=_quality(row.values["quality"]),
        resolution=_resolution(row.values),
        size_bytes=_number(row.values["size"]) or size,
        seeders=_number(row.values["seeders"]),
    )


def _identifiers(values: dict[str, Any], cipher: LegacyCipher) -> tuple[TorrentIdentifiers, str, int | None]:
    """Return identifiers, the torrent's name and its size, as far as they are known."""
    magnet = _read("magnet link", values["magnet"], _as_magnet, cipher)
    torrent_file = _read("torrent file", values["torrent_file"], _as_torrent_file, cipher)
    info_hash = _read("info hash", values["info_hash"], _as_info_hash, cipher)
    try:
        parsed = [parse_torrent_file(torrent_file)] if torrent_file else []
        parsed += [parse_magnet(magnet)] if magnet else []
    except InvalidSourceError as error:
        raise UnreadableRowError(f"it can't be played: {error.detail}") from error
    hashes = {found.identifiers.info_hash for found in parsed} | ({info_hash} if info_hash else set())
    if not hashes:
        raise UnreadableRowError("it names no torrent")
    if len(hashes) > 1:
        raise UnreadableRowError("its parts belong to different torrents")
    (only,) = hashes
    if not parsed:
        magnet = f"magnet:?xt=urn:bt{'ih' if len(only) == 2 * _RAW_HASH_BYTES[0] else 'mh'}:{_tagged(only)}"
    name = next((found.name for found in parsed if found.name), "")
    size = next((found.size for found in parsed if found.size), None)
    return TorrentIdentifiers(only, magnet, torrent_file), name, size


def _read(what: str, value: Any, parse: Any, cipher: LegacyCipher) -> Any:
    """Return what the value says, in clear or encrypted; None when there is none. Raises UnreadableRowError."""
    if value is None or value in ("", b""):
        return None
    if not isinstance(value, str | bytes):
        raise UnreadableRowError(f"its {what} is a number")
    if (plain := parse(value)) is not None:
        return plain
    try:
        plain = parse(cipher.decrypt(value))
    except DecryptionError as error:
        raise UnreadableRowError(f"its {what} {error}") from None
    if plain is None:
        raise UnreadableRowError(f"its {what}, decrypted, is none")
    return plain


def _as_magnet(value: str | bytes) -> str | None:
    text = _decoded(value).strip()
    return text if text.lower().startswith("magnet:?") else None


def _as_info_hash(value: str | bytes) -> str | None:
    if isinstance(value, bytes) and len(value) in _RAW_HASH_BYTES:
        return value.hex()
    try:
        return normalise(_decoded(value))
    except ValueError:
        return None


def _as_torrent_file(value: str | bytes) -> bytes | None:
    """Return a torrent file: bytes as they are, or in base64."""
    data = value.encode() if isinstance(value, str) else value
    if _is_dictionary(data):
        return data
    try:
        decoded = base64.b64decode(data, validate=True)
    except binascii.Error:
        return None
    return decoded if _is_dictionary(decoded) else None


def _is_dictionary(data: bytes) -> bool:
    """Say whether the bytes look like a bencoded dictionary: a key's length follows its opening."""
    return re.match(rb"d[1-9]\d?:", data) is not None and data.endswith(b"e")


def _decoded(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


def _tagged(info_hash: str) -> str:
    return info_hash if len(info_hash) == 2 * _RAW_HASH_BYTES[0] else f"1220{info_hash}"


def _id(value: Any) -> SourceId:
    try:
        return SourceId(str(uuid.UUID(str(value))))
    except ValueError:
        return SourceId(str(uuid.uuid4()))


def _item(values: dict[str, Any]) -> ItemId:
    """Return the title's id: what the row has, or one that is equal for all sources of one legacy title."""
    item = _text(values["item"])
    if _IMDB.fullmatch(item) or item.startswith("local:"):
        return ItemId(item)
    known = item or _text(values["movie"])
    if not known:
        return ItemId(f"local:{uuid.uuid4()}")
    return ItemId(f"local:{uuid.uuid5(_NAMESPACE, known + '/' + _text(values['title']))}")


def _quality(value: Any) -> Quality:
    text = _text(value).lower()
    return next((quality for quality in Quality if quality.value.lower() == text), Quality.UNKNOWN)


def _resolution(values: dict[str, Any]) -> str | None:
    texts = (_text(values[name]) for name in ("resolution", "quality"))
    return next((text for text in texts if _RESOLUTION.fullmatch(text)), None)


def _text(value: Any) -> str:
    return "" if value is None else _decoded(value if isinstance(value, bytes) else str(value)).strip()


def _number(value: Any) -> int | None:
    try:
        number = int(value)
    except (TypeError, ValueError):
        return None
    return number if 0 <= number < 1 << 63 else None


def _moment(value: Any) -> datetime:
    """Return when the row was made: seconds or milliseconds since 1970 or ISO 8601; else this moment."""
    try:
        if isinstance(value, int | float):
            seconds = value / 1000 if value > _MILLISECONDS_FROM else value
            moment = datetime.fromtimestamp(seconds, UTC)
        else:
            moment = datetime.fromisoformat(_text(value))
    except (ValueError, OverflowError, OSError):
        return datetime.now(UTC)
    if moment.year not in _YEARS:
        return datetime.now(UTC)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

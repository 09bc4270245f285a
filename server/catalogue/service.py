"""What a catalogue service is asked and answers; the adapters are the other modules of this room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import msgspec

from server.errors import CatalogueUnavailableError
from server.http.errors import HttpError
from server.http.polite import Pace, PoliteClient, Service
from server.models import ItemId, TitleKind
from server.titles import Title, TitleDetails

_PACE: Final = Pace(20, 1)  # a person that types asks often
_SECONDS: Final = 6.0
_LONGEST_TEXT: Final = 5000
_NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of titles."""

    titles: tuple[Title, ...] = ()
    more: bool = False
    """Whether there is another page behind it."""


class CatalogueService(Protocol):
    """Knows titles. What it can't do it answers empty, or None."""

    @property
    def name(self) -> str:
        """Return its name in the settings."""

    async def titles(self, query: str, kind: TitleKind, page: int) -> Listing:
        """Search, or browse when there is no query; pages count from 1. Raises CatalogueUnavailableError."""

    async def details(self, title_id: ItemId) -> TitleDetails | None:
        """Return all that it knows of a title. Raises CatalogueUnavailableError."""


class JsonService:
    """Gets JSON from one server; anything else counts as being out of reach."""

    def __init__(self, client: PoliteClient, url: str, *, typed: bool) -> None:
        """``typed``: whether the user entered the URL."""
        self._client = client
        self._service = Service(url.rstrip("/"), typed=typed, seconds=_SECONDS, pace=_PACE, key="catalogue")

    async def get(self, path: str, params: dict[str, str] | None = None, **headers: str) -> Any:
        """Return what the JSON holds; None for 404. Raises CatalogueUnavailableError, whose text is for people."""
        try:
            reply = await self._client.get(self._service, path, params=params, headers=headers)
        except HttpError as error:
            raise CatalogueUnavailableError(str(error)) from error
        if reply.status == _NOT_FOUND:
            return None
        try:
            return msgspec.json.decode(reply.body)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise CatalogueUnavailableError(f"{self._service.host} answered something that is no catalogue.") from error


def text(value: Any) -> str:
    """Return text from JSON, cleaned of tags and of what is too long; lists give their first."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if not isinstance(value, str | int):
        return ""
    plain = re.sub(r"<[^<>]*>", " ", str(value)).encode(errors="replace").decode()
    return " ".join(plain.split())[:_LONGEST_TEXT]


def number(value: Any) -> int | None:
    """Return the first whole number in a value: ``"117 min"``, ``"2005-2013"``, ``1982``."""
    found = re.search(r"\d{1,9}", text(value))
    return int(found[0]) if found else None


def texts(value: Any) -> tuple[str, ...]:
    """Return a list of texts, of which JSON may have one alone, or several with commas between."""
    values: Sequence[Any] = value if isinstance(value, list) else str(value or "").replace(";", ",").split(",")
    return tuple(dict.fromkeys(cleaned for item in values if (cleaned := text(item))))


def moment(value: Any) -> datetime | None:
    """Return an ISO date or time in UTC; None for anything else."""
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def web_address(value: Any) -> str | None:
    """Return an address of the web; None for anything else."""
    address = text(value)
    return address if re.fullmatch(r"https?://[^\s/]+/\S*", address) else None


def rows(value: Any) -> list[dict[str, Any]]:
    """Return the objects in a list."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def member(value: Any, name: str) -> Any:
    """Return a member of an object; None when it is none, or has none of this name."""
    return value.get(name) if isinstance(value, dict) else None

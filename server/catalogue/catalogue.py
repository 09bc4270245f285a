"""The use case: search, browse and look up titles. What was seen is kept, and shown when nothing can be reached."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

import msgspec

from server.catalogue.merging import merge_details, merge_lists
from server.catalogue.service import CatalogueService, Listing
from server.errors import CatalogueUnavailableError, DomainError, ItemNotFoundError
from server.models import Episode, Item, ItemId, TitleKind
from server.titles import Title, TitleDetails

DEADLINE: Final = 4.0
"""Seconds for an answer, whoever is late."""
DESCRIBE_WITHIN: Final = 2.5
"""Seconds that looking for sources waits to learn a title's name."""
LISTED_FOR: Final = timedelta(hours=1)
"""How long a list counts."""

_DETAILED_FOR: Final = {TitleKind.MOVIE: timedelta(days=7), TitleKind.SHOW: timedelta(hours=12)}
_IMDB: Final = re.compile(r"tt\d{5,10}")
_PAGE: Final = 50  # titles from storage
_LISTS: Final = 200  # in memory
_UNREACHABLE: Final = "The catalogue can't be reached. Check the internet connection."
_FROM_BEFORE: Final = "The catalogue can't be reached: these are titles from before."
_NONE_ENABLED: Final = "No catalogue is turned on. Turn one on in the settings."

_log = logging.getLogger(__name__)

T = TypeVar("T")


class TitleStore(Protocol):
    """Where titles are kept."""

    async def put(self, found: Sequence[Title], posters_by_key: Mapping[str, str], seen_at: datetime) -> None:
        """Remember titles and where their posters are."""

    async def put_details(self, title: Title, details: bytes, at: datetime) -> None:
        """Remember a title's details."""

    async def get(self, title_id: ItemId) -> Title | None:
        """Return a title as it was last seen."""

    async def details(self, title_id: ItemId) -> tuple[bytes, datetime] | None:
        """Return a title's details and when they were put."""

    async def search(self, query: str, kind: TitleKind | None, first: int, most: int) -> Sequence[Title]:
        """Return titles that hold the words."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of titles, for people."""

    titles: tuple[Title, ...]
    page: int
    more: bool = False
    notice: str | None = None
    """Why it is not what it could be, and what to do."""


class Catalogue:
    """Knows what there is to watch, from all services that are turned on."""

    def __init__(
        self,
        services: Sequence[CatalogueService],
        titles: TitleStore,
        key_of: Callable[[str], str],
        *,
        deadline: float = DEADLINE,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``key_of`` gives the key under which the picture at an address is shown."""
        self._services = tuple(services)
        self._titles = titles
        self.key_of = key_of
        self._deadline = deadline
        self._now = now
        self._lists: OrderedDict[tuple[str, TitleKind | None, int], tuple[datetime, Page]] = OrderedDict()

    async def titles(self, query: str = "", kind: TitleKind | None = None, page: int = 1) -> Page:
        """Search, or browse when there is no query; pages count from 1. Never fails: see ``Page.notice``."""
        query = " ".join(query.split())
        if _IMDB.fullmatch(query):
            return await self._one(ItemId(query), page)
        known = self._lists.get((query.casefold(), kind, page))
        if known and self._now() - known[0] < LISTED_FOR:
            return known[1]
        kinds = [kind] if kind else list(TitleKind)
        calls = [service.titles(query, each, page) for each in kinds for service in self._services]
        answers = [answer for answer in await self._within(calls) if isinstance(answer, Listing)]
        found = merge_lists([answer.titles for answer in answers], query)
        if not answers or (not found and len(answers) < len(calls)):  # who knows nothing does not speak for the others
            return await self._from_before(query, kind, page)
        result = Page(tuple(found), page, any(answer.more for answer in answers))
        if len(answers) == len(calls):
            self._remember((query.casefold(), kind, page), result)
        await self._keep(found)
        return result

    async def details(self, title_id: ItemId) -> TitleDetails:
        """Return all that is known of a film or show. Raises ItemNotFoundError, CatalogueUnavailableError."""
        known, at = await self._known(title_id)
        if known and at and self._now() - at < _DETAILED_FOR[known.title.kind]:
            return known
        answers = await self._within([service.details(title_id) for service in reversed(self._services)])
        complete = bool(answers) and not any(isinstance(answer, BaseException) for answer in answers)
        found = merge_details([answer for answer in answers if isinstance(answer, TitleDetails)] + [known])
        if found and complete:
            await self._keep([found.title], found)
        if found:
            return found
        if not complete:
            raise CatalogueUnavailableError(_UNREACHABLE if answers else _NONE_ENABLED)
        raise ItemNotFoundError

    async def item(self, item_id: ItemId) -> Item:
        """Return what it takes to look for an item's sources, as far as it is known within a moment.

        Raises ItemNotFoundError.
        """
        episode = Episode.of(item_id)
        title_id = ItemId(item_id.partition(":")[0]) if episode else item_id
        imdb_id = title_id if title_id.startswith("tt") and title_id[2:].isdigit() else None
        if imdb_id is None and not title_id.startswith("archive:"):
            raise ItemNotFoundError
        try:
            async with asyncio.timeout(DESCRIBE_WITHIN):
                details = await self.details(title_id)
        except (CatalogueUnavailableError, TimeoutError):
            title = await self._titles.get(title_id)
            return Item(item_id, title.title if title else "", title.year if title else None, imdb_id)
        item = Item(item_id, details.title.title, details.title.year, imdb_id, details.released)
        if episode is None:
            return item
        season = [each for each in details.episodes if each.season == episode.season]
        released = next((each.released for each in season if each.episode == episode.number), None)
        return replace(item, released_at=released, season_length=len(season) or None)

    async def _within(self, calls: Sequence[Coroutine[Any, Any, T]]) -> list[T | BaseException]:
        """Return what the calls answer by the deadline, in their order; errors in place of what fails or is late."""
        tasks = [asyncio.ensure_future(call) for call in calls]
        try:
            if tasks:
                await asyncio.wait(tasks, timeout=self._deadline)
        finally:
            for task in tasks:
                task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, DomainError):
                _log.error("A catalogue failed on an answer: %s", type(result).__name__)
        return results

    async def _one(self, title_id: ItemId, page: int) -> Page:
        """Return the title that somebody names by its IMDb id."""
        try:
            return Page(((await self.details(title_id)).title,) if page == 1 else (), page)
        except ItemNotFoundError:
            return Page((), page)
        except CatalogueUnavailableError as error:
            return Page((), page, notice=error.detail)

    async def _from_before(self, query: str, kind: TitleKind | None, page: int) -> Page:
        found = await self._titles.search(query, kind, (page - 1) * _PAGE, _PAGE + 1)
        reason = _NONE_ENABLED if not self._services else _FROM_BEFORE if found else _UNREACHABLE
        return Page(tuple(found[:_PAGE]), page, len(found) > _PAGE, reason)

    async def _known(self, title_id: ItemId) -> tuple[TitleDetails | None, datetime | None]:
        stored = await self._titles.details(title_id)
        if stored is None:
            return None, None
        try:
            return msgspec.json.decode(stored[0], type=TitleDetails), stored[1]
        except msgspec.MsgspecError:  # of another version
            return None, None

    async def _keep(self, titles: Sequence[Title], details: TitleDetails | None = None) -> None:
        now = self._now()
        pictures = [title.poster for title in titles] + ([details.background] if details else [])
        try:
            await self._titles.put(titles, {self.key_of(url): url for url in pictures if url}, now)
            if details:
                await self._titles.put_details(details.title, msgspec.json.encode(details), now)
        except DomainError as error:  # read-only, or no room: what was found is shown all the same
            _log.warning("Titles could not be kept: %s", error.code)

    def _remember(self, place: tuple[str, TitleKind | None, int], page: Page) -> None:
        self._lists[place] = self._now(), page
        while len(self._lists) > _LISTS:
            self._lists.popitem(last=False)

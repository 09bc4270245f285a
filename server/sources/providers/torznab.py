"""Torznab, as Jackett and Prowlarr speak it: any indexer that the user has set up there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from xml.etree.ElementTree import Element

from server.clock import Clock, utc_now
from server.http.polite import PoliteClient, Service
from server.models import Episode
from server.sources import values
from server.sources.names import filled_in, fitting_in, parse
from server.sources.provider import (
    Answer,
    EpisodeQuery,
    MovieQuery,
    ProviderBlockedError,
    ProviderError,
    ProviderMalformedError,
    ProviderRefusedError,
    Release,
)
from server.sources.providers.asking import Asker, quoted
from server.sources.providers.capabilities import Capabilities, configured_indexers
from server.sources.providers.rows import Finish, off_loop, readable
from server.sources.providers.swarms import identified
from server.sources.resolving import Resolver

_ALL: Final = re.compile(r"/indexers/all/")
_CAPS_LAST: Final = timedelta(hours=24)
_KEY_ERRORS: Final = range(100, 200)
_DISABLED: Final = frozenset({410, 910})
_LIMITED: Final = frozenset({429, 500})

LoadKeys = Callable[[], Awaitable[Mapping[str, str]]]
"""Loads the API keys, by the providers' names."""


class TorznabProvider:
    """Searches one Torznab server; Jackett's address of all indexers is taken apart into each of them."""

    def __init__(
        self, name: str, client: PoliteClient, service: Service, load_keys: LoadKeys, clock: Clock = utc_now
    ) -> None:
        """``name`` is the one in settings; ``service`` has the address that Jackett or Prowlarr gives to copy.

        ``load_keys`` is asked for each search, since a key may be set at any time.
        """
        self.name = f"torznab.{name}"
        self._client = client
        self._service = replace(service, url=api_url(service.url))
        self._load_keys = load_keys
        self._clock = clock
        self._indexers: tuple[datetime, tuple[_Indexer, ...]] | None = None

    async def search_movie(self, query: MovieQuery) -> Answer:
        """Find torrents of a film. Raises ProviderError."""

        def fitting(release: Release) -> Release | None:
            name = parse(release.name)
            is_episode = bool(release.season or (name.seasons and name.episodes))
            return None if is_episode else filled_in(release)

        return await self._ask_all(lambda indexer, key: indexer.film(query, key, fitting), insist=query.insist)

    async def search_episode(self, query: EpisodeQuery) -> Answer:
        """Find torrents of an episode, and packs that hold it. Raises ProviderError."""
        fitting = partial(fitting_in, Episode(query.season, query.episode))
        return await self._ask_all(lambda indexer, key: indexer.episode(query, key, fitting), insist=query.insist)

    async def _ask_all(self, ask: Callable[[_Indexer, str], Coroutine[Any, Any, Answer]], *, insist: bool) -> Answer:
        """Ask the indexers at once; who fails takes nothing away unless all do."""
        key = (await self._load_keys()).get(self.name, "")
        indexers = await self._listed(key, insist=insist)
        answers = await asyncio.gather(*(ask(indexer, key) for indexer in indexers), return_exceptions=True)
        good = [answer for answer in answers if isinstance(answer, Answer)]
        for failure in answers:
            if isinstance(failure, BaseException) and (not good or not isinstance(failure, ProviderError)):
                raise failure
        releases = (release for answer in good for release in answer.releases)
        return Answer(tuple(_distinct(releases)), sum(answer.dropped for answer in good))

    async def _listed(self, key: str, *, insist: bool) -> tuple[_Indexer, ...]:
        if self._indexers is None or self._clock() >= self._indexers[0] + _CAPS_LAST:
            services = [self._service]
            if _ALL.search(self._service.url):
                services = [self._service_of(name) for name in await self._configured(key, insist=insist)]
            made = tuple(_Indexer(self.name, self._client, service) for service in services)
            self._indexers = self._clock(), made
        return self._indexers[1]

    async def _configured(self, key: str, *, insist: bool) -> list[str]:
        asker = Asker(self._client, self._service)
        params = {"t": "indexers", "configured": "true", **_keyed(key)}
        elements, _ = await asker.xml(self._service.url, params, "indexer", "indexers", "error", insist=insist)
        _check(asker, elements, "indexers")
        return configured_indexers(element for element in elements if element.tag == "indexer")

    def _service_of(self, indexer: str) -> Service:
        return replace(self._service, url=_ALL.sub(f"/indexers/{indexer}/", self._service.url), key=indexer)


class _Indexer:
    """One indexer: what it can be asked, its questions and answers."""

    def __init__(self, provider: str, client: PoliteClient, service: Service) -> None:
        self._provider = provider
        self._asker = Asker(client, service)
        self._resolver = Resolver(client, service)
        self._capabilities: Capabilities | None = None

    async def film(self, query: MovieQuery, key: str, fits: Finish) -> Answer:
        """Find torrents of a film. Raises ProviderError."""
        capabilities = await self._known_capabilities(key, insist=query.insist)
        answer = Answer()
        for question in capabilities.film_questions(query):
            answer = await self._ask([question], key, fits, insist=query.insist)
            if answer.releases:
                break
        return answer

    async def episode(self, query: EpisodeQuery, key: str, fits: Finish) -> Answer:
        """Find torrents of an episode. Raises ProviderError."""
        capabilities = await self._known_capabilities(key, insist=query.insist)
        answer = Answer()
        for questions in capabilities.episode_questions(query):
            answer = await self._ask(questions, key, fits, insist=query.insist)
            if answer.releases:
                break
        return answer

    async def _known_capabilities(self, key: str, *, insist: bool) -> Capabilities:
        if self._capabilities is None:
            params = {"t": "caps", **_keyed(key)}
            elements, _ = await self._asker.xml(self._asker.service.url, params, "caps", "error", insist=insist)
            _check(self._asker, elements, "caps")
            self._capabilities = Capabilities.of(elements[-1])
        return self._capabilities

    async def _ask(self, questions: Iterable[dict[str, str]], key: str, fits: Finish, *, insist: bool) -> Answer:
        """Put questions that belong together, and find out what links lead to."""
        found: list[Release] = []
        dropped = 0
        for question in questions:
            params = {**question, **_keyed(key)}
            async with self._asker.minding_limits():
                elements, whole = await self._asker.xml(
                    self._asker.service.url, params, "item", "channel", "error", insist=insist
                )
                _check(self._asker, elements, "channel" if whole else "item")
            items = [element for element in elements if element.tag == "item"]
            answer = await off_loop(partial(self._answer, items, fits))
            found += answer.releases
            dropped += answer.dropped + (not whole)
        resolved = await self._resolver.resolve_all(_distinct(found))
        return Answer(tuple(resolved), dropped)

    def _answer(self, items: list[Element], fits: Finish) -> Answer:
        releases, dropped = readable(items, self._release)
        return Answer(tuple(fitting for release in releases if (fitting := fits(release))), dropped)

    def _release(self, item: Element) -> Release:
        """Return an item as a release. Raises ValueError when it can't be read."""
        attributes = _attributes(item)
        enclosure = item.find("enclosure")
        link = "" if enclosure is None else enclosure.get("url", "")
        links = [text for text in (link, item.findtext("link", ""), item.findtext("guid", "")) if text]
        magnet = next((text for text in [attributes.get("magneturl", ""), *links] if _is(text, "magnet:")), None)
        url = next((text.strip() for text in links[:2] if _is(text, "http")), None)
        name = values.text(item.findtext("title"))
        identifiers = identified(magnet, attributes.get("infohash"), name)
        if not name or (identifiers is None and (url is None or magnet)):
            raise ValueError("There is no name, or nothing that leads to a torrent.")
        seeders, peers = values.people(attributes.get("seeders")), values.people(attributes.get("peers"))
        size = values.size(item.findtext("size")) or values.size(attributes.get("size"))
        if size is None and enclosure is not None:
            size = values.size(enclosure.get("length"))
        return Release(
            provider=self._provider,
            name=name,
            identifiers=identifiers,
            torrent_url=None if identifiers else url,
            size_bytes=size,
            seeders=values.seeders(seeders),
            leechers=None if seeders is None or peers is None else max(peers - seeders, 0),
            published_at=values.moment(item.findtext("pubDate")),
            imdb_id=values.imdb_id(attributes.get("imdbid") or attributes.get("imdb")),
            season=values.whole(attributes.get("season")) or None,
            episode=values.whole(attributes.get("episode")) or None,
        )


def api_url(url: str) -> str:
    """Return where the API is, from the address that people copy: with or without ``/api`` and slashes at its end."""
    bare = url.rstrip("/")
    return bare if bare.endswith("/api") else f"{bare}/api"


def _check(asker: Asker, elements: list[Element], wanted: str) -> None:
    """Raise what an ``error`` element says, and refuse answers without what was wanted."""
    host = asker.service.host
    for element in elements:
        if element.tag == "error":
            raise _error(host, values.whole(element.get("code")), element.get("description"))
    if not any(element.tag == wanted for element in elements):
        raise ProviderMalformedError(f"{host} does not answer as Torznab does. Is its address right?")


def _error(host: str, code: int | None, description: str | None) -> ProviderError:
    if code in _KEY_ERRORS:
        return ProviderRefusedError(f"{host} refuses the API key.")
    if code in _DISABLED:
        return ProviderRefusedError(f"{host} has this indexer switched off.")
    if code in _LIMITED:
        return ProviderBlockedError(f"{host} wants to be asked less.")
    return ProviderRefusedError(f"{host} says {quoted(description)} (error {code}).")


def _attributes(item: Element) -> dict[str, str]:
    """Return the ``attr`` elements, of whatever namespace, by name in lower case; of several the first."""
    found: dict[str, str] = {}
    for element in item:
        if element.tag.rpartition("}")[2] == "attr":
            found.setdefault(element.get("name", "").lower(), element.get("value", ""))
    return found


def _distinct(releases: Iterable[Release]) -> list[Release]:
    """Return the releases without those that lead to the same torrent."""
    found: dict[str | None, Release] = {}
    for release in releases:
        info_hash = release.identifiers.info_hash if release.identifiers else release.torrent_url
        found.setdefault(info_hash, release)
    return list(found.values())


def _is(text: str, scheme: str) -> bool:
    return text.strip().lower().startswith(scheme)


def _keyed(key: str) -> dict[str, str]:
    return {"apikey": key} if key else {}

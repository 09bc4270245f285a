from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from fakes.cinemeta import JPEG, CinemetaSite

from server.catalogue.posters import LIMIT, Posters, key_of
from server.errors import NotFoundError
from server.http.client import HttpClient
from server.http.polite import Backoff, PoliteClient
from server.storage.database import Database
from server.storage.host_rests import HostRestRepository
from server.storage.titles import TitleRepository

KEY = partial(key_of, b"secret")


@pytest.fixture
async def site() -> AsyncIterator[CinemetaSite]:
    async with CinemetaSite.running() as site:
        yield site


@pytest.fixture
async def titles(tmp_path: Path) -> AsyncIterator[TitleRepository]:
    async with Database.open(tmp_path / "miauflix.db", b"k" * 32) as database:
        yield TitleRepository(database)


@pytest.fixture
async def client(titles: TitleRepository) -> AsyncIterator[PoliteClient]:
    async with HttpClient.running() as http:
        rests = HostRestRepository(titles._database)
        yield await PoliteClient.remembering(http, rests, backoff=Backoff(first=0.001, longest=0.001, jitter=0))


async def put(titles: TitleRepository, url: str) -> str:
    await titles.put([], {KEY(url): url}, datetime(2026, 11, 25, tzinfo=UTC))
    return KEY(url)


async def test_a_picture_is_fetched_once_and_kept_under_a_name_that_says_nothing(
    client: PoliteClient, titles: TitleRepository, site: CinemetaSite, tmp_path: Path
) -> None:
    posters = Posters(client, titles, tmp_path / "posters", [site.url])
    key = await put(titles, f"{site.url}/pictures/tt0083658")
    found = await asyncio.gather(*(posters.get(key) for _ in range(10)))
    assert {(picture.data, picture.media_type) for picture in found} == {(JPEG, "image/jpeg")}
    assert site.requests == ["/pictures/tt0083658"]
    (file,) = (tmp_path / "posters").iterdir()
    assert file.name == key
    assert key_of(b"other", f"{site.url}/pictures/tt0083658") != key
    site.broken = True
    assert (await Posters(client, titles, tmp_path / "posters").get(key)).data == JPEG


@pytest.mark.parametrize(
    "data", [b"<svg onload='alert(1)'/>", b"", JPEG + bytes(LIMIT)], ids=["no picture", "nothing", "too large"]
)
async def test_what_is_no_picture_or_too_large_is_not_shown(
    client: PoliteClient, titles: TitleRepository, site: CinemetaSite, tmp_path: Path, data: bytes
) -> None:
    site.pictures["x"] = data
    posters = Posters(client, titles, tmp_path / "posters", [site.url])
    with pytest.raises(NotFoundError, match="no picture"):
        await posters.get(await put(titles, f"{site.url}/pictures/x"))
    assert not (tmp_path / "posters").exists()


async def test_unknown_keys_and_pictures_out_of_reach(
    client: PoliteClient, titles: TitleRepository, site: CinemetaSite, tmp_path: Path
) -> None:
    posters = Posters(client, titles, tmp_path / "posters", [site.url])
    with pytest.raises(NotFoundError, match="no such picture"):
        await posters.get("0" * 32)
    site.broken = True
    with pytest.raises(NotFoundError, match="at present"):
        await posters.get(await put(titles, f"{site.url}/pictures/y"))


async def test_pictures_of_the_own_network_come_only_from_addresses_that_the_user_typed(
    client: PoliteClient, titles: TitleRepository, site: CinemetaSite, tmp_path: Path
) -> None:
    key = await put(titles, f"{site.url}/pictures/tt1")
    with pytest.raises(NotFoundError):
        await Posters(client, titles, tmp_path / "posters").get(key)
    assert site.requests == []


async def test_the_oldest_pictures_make_room(
    client: PoliteClient, titles: TitleRepository, site: CinemetaSite, tmp_path: Path
) -> None:
    folder = tmp_path / "posters"
    for number in range(3):  # each looks at the room before it writes its first
        posters = Posters(client, titles, folder, [site.url], room=len(JPEG))
        await posters.get(await put(titles, f"{site.url}/pictures/tt{number}"))
    assert {file.name for file in folder.iterdir()} == {KEY(f"{site.url}/pictures/tt{n}") for n in (1, 2)}


async def test_what_is_being_fetched_ends_with_the_rest(
    client: PoliteClient, titles: TitleRepository, site: CinemetaSite, tmp_path: Path
) -> None:
    site.silent = True
    posters = Posters(client, titles, tmp_path / "posters", [site.url])
    waiting = asyncio.ensure_future(posters.get(await put(titles, f"{site.url}/pictures/tt9")))
    await site.asked.wait()
    await posters.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting

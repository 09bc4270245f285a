from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from fakes.clock import FakeClock
from fakes.resolver import PUBLIC, FakeResolver, plays_public
from fakes.rests import MemoryRests
from fakes.sites.site import Trouble
from fakes.sites.yts import YtsSite

from server.errors import SafeModeError
from server.http.client import HttpClient
from server.http.errors import AddressRefusedError, HostBlockedError, HostRestingError, HostUnreachableError
from server.http.polite import Backoff, Pace, PoliteClient, Service, parse_retry_after
from server.models import HostRest

SWIFT = Backoff(first=0.001, longest=0.01, jitter=0.001)
PATH = "/api/v2/list_movies.json"


@dataclass
class World:
    http: HttpClient
    client: PoliteClient
    site: YtsSite
    rests: MemoryRests
    clock: FakeClock

    @property
    def service(self) -> Service:
        return Service(f"http://public.example:{self.site.port}", seconds=5)

    @property
    def host(self) -> str:
        return f"public.example:{self.site.port}"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(YtsSite.running(host=PUBLIC))
        resolver = FakeResolver({f"{name}.example": [PUBLIC] for name in ("public", "other", "third")})
        http = await stack.enter_async_context(HttpClient.running(is_allowed=plays_public, resolver=resolver))
        rests, clock = MemoryRests(), FakeClock()
        yield World(http, await PoliteClient.remembering(http, rests, clock, SWIFT), site, rests, clock)


async def test_a_path_below_the_services_url(world: World) -> None:
    service = replace(world.service, url=f"{world.service.url}/api/")
    assert (await world.client.get(service, "/v2/list_movies.json", params={"limit": "50"})).status == 200
    assert world.site.requests == [f"{PATH}?limit=50"]


async def test_5xx_twice_then_well(world: World) -> None:
    world.site.trouble(Trouble.ERROR, times=2)
    assert (await world.client.get(world.service, PATH)).status == 200
    assert len(world.site.requests) == 3
    assert world.rests.rests == {}


@pytest.mark.parametrize("trouble", [Trouble.ERROR, Trouble.DROP], ids=str)
async def test_three_attempts_then_a_rest(world: World, trouble: Trouble) -> None:
    world.site.trouble(trouble)
    with pytest.raises(HostUnreachableError):
        await world.client.get(world.service, PATH)
    asked = len(world.site.requests)
    assert asked == 3 or trouble is Trouble.DROP  # after which aiohttp connects once more by itself
    with pytest.raises(HostRestingError) as resting:
        await world.client.get(world.service, PATH)
    assert resting.value.retry_at == world.clock.now + timedelta(minutes=1)
    assert world.client.resting_until(world.service) == resting.value.retry_at
    assert len(world.site.requests) == asked


async def test_after_the_rest_one_attempt_is_the_probe(world: World) -> None:
    world.site.trouble(Trouble.ERROR)
    for asked in (3, 4, 5):
        with pytest.raises(HostUnreachableError):
            await world.client.get(world.service, PATH)
        assert len(world.site.requests) == asked
        world.clock.advance(hours=1)
    world.site.well()
    assert (await world.client.get(world.service, PATH)).status == 200
    assert world.rests.rests[world.host] == HostRest(2)


async def test_only_one_asks_while_it_is_a_probe(world: World) -> None:
    world.rests.rests[world.host] = HostRest(1, world.clock.now)
    client = await PoliteClient.remembering(world.http, world.rests, world.clock, SWIFT)
    world.site.trouble(Trouble.SLOW, seconds=30)
    probe = asyncio.ensure_future(client.get(world.service, PATH))
    await world.site.asked()
    with pytest.raises(HostRestingError):
        await client.get(world.service, PATH)
    world.site.go.set()
    assert (await probe).status == 200
    assert world.rests.rests[world.host] == HostRest()


async def test_a_probe_that_is_cancelled_does_not_count(world: World) -> None:
    world.rests.rests[world.host] = HostRest(1, world.clock.now)
    client = await PoliteClient.remembering(world.http, world.rests, world.clock, SWIFT)
    world.site.trouble(Trouble.HANG, times=1)
    probe = asyncio.ensure_future(client.get(world.service, PATH))
    await world.site.asked()
    probe.cancel()
    await asyncio.gather(probe, return_exceptions=True)
    assert (await client.get(world.service, PATH)).status == 200


@pytest.mark.parametrize(
    ("trouble", "rest"),
    [(Trouble.CHALLENGE, timedelta(minutes=1)), (Trouble.LIMITED, timedelta(minutes=10))],
)
async def test_who_turns_us_away_is_left_alone_at_once(world: World, trouble: Trouble, rest: timedelta) -> None:
    world.site.trouble(trouble, seconds=600)
    with pytest.raises(HostBlockedError):
        await world.client.get(world.service, PATH)
    assert len(world.site.requests) == 1
    assert world.client.resting_until(world.service) == world.clock.now + rest


async def test_search_anyway(world: World) -> None:
    world.rests.rests[world.host] = HostRest(4, world.clock.now + timedelta(minutes=30))
    client = await PoliteClient.remembering(world.http, world.rests, world.clock, SWIFT)
    with pytest.raises(HostRestingError):
        await client.get(world.service, PATH)
    assert (await client.get(world.service, PATH, insist=True)).status == 200
    assert client.resting_until(world.service) is None


async def test_a_rest_survives_a_restart(world: World) -> None:
    world.site.trouble(Trouble.CHALLENGE)
    with pytest.raises(HostBlockedError):
        await world.client.get(world.service, PATH)
    restarted = await PoliteClient.remembering(world.http, world.rests, world.clock, SWIFT)
    with pytest.raises(HostRestingError):
        await restarted.get(world.service, PATH)


async def test_all_hosts_down_at_once_punishes_nobody(world: World) -> None:
    dead = [Service(f"http://{name}.example:1") for name in ("public", "other", "third")]
    for service in [*dead, *dead]:
        with pytest.raises(HostUnreachableError):
            await world.client.get(service, "/")
    assert [world.client.resting_until(service) for service in dead] == [None] * 3
    assert set(world.rests.rests.values()) <= {HostRest()}


async def test_one_host_down_among_others(world: World) -> None:
    dead = Service("http://other.example:1")
    with pytest.raises(HostUnreachableError):
        await world.client.get(dead, "/")
    await world.client.get(world.service, PATH)
    assert world.client.resting_until(dead)
    assert world.rests.rests["other.example:1"] == HostRest(1, world.clock.now + timedelta(minutes=1))


async def test_an_answer_of_status_404_is_an_answer(world: World) -> None:
    world.site.trouble(Trouble.NOT_FOUND)
    assert (await world.client.get(world.service, PATH)).status == 404
    assert world.client.resting_until(world.service) is None


async def test_a_redirect_into_the_own_network_is_refused_and_nobodys_fault(world: World) -> None:
    world.site.trouble(Trouble.REDIRECT, to=f"http://127.0.0.1:{world.site.port}/")
    with pytest.raises(AddressRefusedError):
        await world.client.get(world.service, PATH)
    assert world.client.resting_until(world.service) is None


async def test_the_pace_is_kept(world: World) -> None:
    service = replace(world.service, pace=Pace(1, 0.2))
    loop = asyncio.get_running_loop()
    started = loop.time()
    await asyncio.gather(*(world.client.get(service, PATH) for _ in range(3)))
    assert loop.time() - started >= 0.39


async def test_rests_that_cannot_be_kept_take_no_answer_away(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def refuse(*_: object) -> None:
        raise SafeModeError

    monkeypatch.setattr(world.rests, "save", refuse)
    world.site.trouble(Trouble.CHALLENGE)
    with pytest.raises(HostBlockedError):
        await world.client.get(world.service, PATH)
    assert "can't be remembered" in caplog.text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Wed, 25 Nov 2026 12:01:00 GMT", 60.0),
        ("Wed, 25 Nov 2026 11:00:00 GMT", 0.0),
        ("9" * 400, 999999999.0),
        *[(text, None) for text in ("", "soon", "-5", "1.5", "٣", "Wed, 99 Nov 2026")],
    ],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    assert parse_retry_after(text, datetime(2026, 11, 25, 12, 0, tzinfo=UTC)) == seconds


async def test_a_short_retry_after_is_waited_for_and_a_long_one_is_not(world: World) -> None:
    world.site.trouble(Trouble.ERROR, times=1)
    world.site.error_headers = {"Retry-After": "0"}
    assert (await world.client.get(world.service, PATH)).status == 200
    world.site.trouble(Trouble.ERROR, times=1)
    world.site.error_headers = {"Retry-After": "300"}
    with pytest.raises(HostUnreachableError):
        await world.client.get(world.service, PATH)
    assert world.client.resting_until(world.service) == world.clock.now + timedelta(minutes=5)

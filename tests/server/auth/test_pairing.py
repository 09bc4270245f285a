from __future__ import annotations

import asyncio

import pytest
from fakes.door import Door

from server.auth.pairing import ALPHABET, PairingDesk
from server.errors import (
    AccessDeniedError,
    AuthorizationPendingError,
    InvalidGrantError,
    PairingExpiredError,
    PairingNotFoundError,
    SlowDownError,
    TooManyPairingsError,
)
from server.events import PairingRequested
from server.models import Scope


async def test_a_device_waits_is_approved_and_comes_in_once(door: Door) -> None:
    started = await door.desk.begin("Samsung TV", "192.168.1.40")
    with pytest.raises(AuthorizationPendingError):
        await door.desk.poll(started.device_code)
    await door.desk.approve(started.user_code)
    tokens = await door.desk.poll(started.device_code)
    device = await door.sessions.authenticate(tokens.access_token)
    assert (device.name, device.scope) == ("Samsung TV", Scope.VIEWER)
    with pytest.raises(InvalidGrantError):
        await door.desk.poll(started.device_code)


async def test_listeners_are_told_who_asks(door: Door) -> None:
    started = await door.desk.begin("Samsung TV", "192.168.1.40")
    assert door.events == [PairingRequested(started.user_code, "Samsung TV", "192.168.1.40")]
    [pairing] = await door.desk.pending()
    assert (pairing.user_code, pairing.device_name) == (started.user_code, "Samsung TV")


async def test_the_code_can_be_read_from_a_sofa(door: Door) -> None:
    code = (await door.desk.begin("TV", "192.168.1.40")).user_code
    assert len(code) == 4
    assert set(code) <= set(ALPHABET)
    assert not set("IO01") & set(ALPHABET)


async def test_another_process_may_approve(door: Door) -> None:
    started = await door.desk.begin("TV", "192.168.1.40")
    elsewhere = PairingDesk(door.pairings, door.sessions, door.events.append, door.clock)
    code = started.user_code
    await elsewhere.approve(f" {code[:2].lower()}-{code[2:].lower()} ")
    await door.desk.poll(started.device_code)


async def test_a_denied_device_is_told(door: Door) -> None:
    started = await door.desk.begin("TV", "192.168.1.40")
    await door.desk.deny(started.user_code)
    with pytest.raises(AccessDeniedError):
        await door.desk.poll(started.device_code)
    with pytest.raises(PairingNotFoundError):
        await door.desk.approve(started.user_code)


async def test_after_five_minutes_it_is_too_late(door: Door) -> None:
    started = await door.desk.begin("TV", "192.168.1.40")
    door.clock.advance(minutes=5)
    with pytest.raises(PairingNotFoundError):
        await door.desk.approve(started.user_code)
    with pytest.raises(PairingExpiredError):
        await door.desk.poll(started.device_code)
    assert list(await door.desk.pending()) == []


async def test_an_approved_pairing_expires_as_well(door: Door) -> None:
    started = await door.desk.begin("TV", "192.168.1.40")
    await door.desk.approve(started.user_code)
    door.clock.advance(minutes=5)
    with pytest.raises(PairingExpiredError):
        await door.desk.poll(started.device_code)


async def test_asking_too_often_is_slowed_down(door: Door) -> None:
    started = await door.desk.begin("TV", "192.168.1.40")
    expected: list[tuple[float, type[Exception]]] = [
        (0, AuthorizationPendingError),
        (0.9, SlowDownError),
        (0.9, SlowDownError),
        (1, AuthorizationPendingError),
        (started.interval, AuthorizationPendingError),
    ]
    for pause, error in expected:
        door.clock.advance(seconds=pause)
        with pytest.raises(error):
            await door.desk.poll(started.device_code)


async def test_two_devices_do_not_slow_each_other_down(door: Door) -> None:
    for address in ("192.168.1.40", "192.168.1.41"):
        started = await door.desk.begin("TV", address)
        with pytest.raises(AuthorizationPendingError):
            await door.desk.poll(started.device_code)


async def test_one_waits_per_address_and_the_older_one_gives_way(door: Door) -> None:
    older = await door.desk.begin("TV", "192.168.1.40")
    newer = await door.desk.begin("TV", "192.168.1.40")
    assert [pairing.user_code for pairing in await door.desk.pending()] == [newer.user_code]
    with pytest.raises(AccessDeniedError):
        await door.desk.poll(older.device_code)


async def test_an_address_can_not_flood_the_desk(door: Door) -> None:
    for _ in range(5):
        await door.desk.begin("TV", "192.168.1.40")
    with pytest.raises(TooManyPairingsError):
        await door.desk.begin("TV", "192.168.1.40")
    assert len(door.events) == 5
    door.clock.advance(minutes=1)
    await door.desk.begin("TV", "192.168.1.40")


async def test_five_wait_at_most_even_when_they_come_at_once(door: Door) -> None:
    begun = await asyncio.gather(
        *(door.desk.begin("TV", f"192.168.1.{host}") for host in range(9)), return_exceptions=True
    )
    refused = [outcome for outcome in begun if isinstance(outcome, TooManyPairingsError)]
    assert len(refused) == 4
    assert len({pairing.user_code for pairing in await door.desk.pending()}) == 5
    door.clock.advance(minutes=5)
    await door.desk.begin("TV", "192.168.1.99")


async def test_an_approved_pairing_lets_one_device_in_even_when_polled_twice_at_once(door: Door) -> None:
    started = await door.desk.begin("TV", "192.168.1.40")
    await door.desk.approve(started.user_code)
    polls = await asyncio.gather(*(door.desk.poll(started.device_code) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(outcome, InvalidGrantError) for outcome in polls) == 4
    assert len(await door.devices.list()) == 1


async def test_a_link_is_good_once(door: Door) -> None:
    secret = await door.desk.link_secret()
    assert list(await door.desk.pending()) == []
    await door.sessions.authenticate((await door.desk.poll(secret)).access_token)
    with pytest.raises(InvalidGrantError):
        await door.desk.poll(secret)


async def test_a_link_is_good_for_ten_minutes(door: Door) -> None:
    secret = await door.desk.link_secret()
    door.clock.advance(minutes=9, seconds=59)
    other = await door.desk.link_secret()
    await door.desk.poll(secret)
    door.clock.advance(minutes=10)
    with pytest.raises(PairingExpiredError):
        await door.desk.poll(other)


@pytest.mark.parametrize("code", ["", "AAAA", "nonsense", "ß"])
async def test_unknown_codes_are_refused(door: Door, code: str) -> None:
    await door.desk.link_secret()
    with pytest.raises(PairingNotFoundError):
        await door.desk.approve(code)
    with pytest.raises(InvalidGrantError):
        await door.desk.poll(code)


async def test_no_repr_shows_the_secret(door: Door) -> None:
    started = await door.desk.begin("TV", "192.168.1.40")
    assert started.device_code not in repr(started)

from __future__ import annotations

import jwt
import pytest
from fakes.door import MEDIA_KEY, TOKEN_KEY, Door

from server.auth.tokens import MEDIA_LIFETIME, AccessTokens, MediaTokens
from server.errors import TokenExpiredError, UnauthorizedError
from server.models import Device, Scope, SourceId

FILM, OTHER = SourceId("film"), SourceId("other")


async def let_in(door: Door) -> Device:
    device, _ = await door.sessions.add_device("TV", Scope.VIEWER)
    return device


async def test_a_pass_opens_one_source_for_twelve_hours(door: Door) -> None:
    device = await let_in(door)
    given = door.passes.issue(device, FILM)
    assert given.expires_at == door.clock.now + MEDIA_LIFETIME
    door.clock.advance(hours=11, minutes=59)
    assert (await door.passes.authenticate(given.token, FILM)).id == device.id
    with pytest.raises(UnauthorizedError, match="another video"):
        await door.passes.authenticate(given.token, OTHER)
    door.clock.advance(minutes=1)
    with pytest.raises(TokenExpiredError, match="ask for another address"):
        await door.passes.authenticate(given.token, FILM)


async def test_a_pass_dies_with_its_device(door: Door) -> None:
    device = await let_in(door)
    given = door.passes.issue(device, FILM)
    await door.devices.revoke(device.id)
    with pytest.raises(UnauthorizedError):
        await door.passes.authenticate(given.token, FILM)


async def test_a_pass_of_an_older_generation_is_refused(door: Door) -> None:
    device = await let_in(door)
    older = Device(device.id, device.name, device.scope, device.created_at, generation=device.generation - 1)
    with pytest.raises(UnauthorizedError):
        await door.passes.authenticate(door.passes.issue(older, FILM).token, FILM)


@pytest.mark.parametrize("key", [TOKEN_KEY, MEDIA_KEY])
async def test_neither_token_serves_as_the_other_even_under_one_key(door: Door, key: bytes) -> None:
    device = await let_in(door)
    access, media = AccessTokens(key), MediaTokens(key)
    with pytest.raises(UnauthorizedError):
        media.verify(access.issue(device, door.clock.now), door.clock.now)
    with pytest.raises(UnauthorizedError):
        access.verify(media.issue(device, FILM, door.clock.now), door.clock.now)
    with pytest.raises(UnauthorizedError):
        await door.sessions.authenticate(door.passes.issue(device, FILM).token)


async def test_a_token_that_names_no_source_is_refused(door: Door) -> None:
    device = await let_in(door)
    token = door.passes.issue(device, FILM).token
    claims = jwt.decode(token, options={"verify_signature": False})
    del claims["src"]
    with pytest.raises(UnauthorizedError):
        await door.passes.authenticate(jwt.encode(claims, MEDIA_KEY, algorithm="HS256"), "None")


async def test_no_repr_shows_a_pass(door: Door) -> None:
    given = door.passes.issue(await let_in(door), FILM)
    assert given.token not in repr(given)

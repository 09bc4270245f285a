"""Pairing and tokens over HTTP."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import timedelta

import msgspec
import segno
from aiohttp import web

from server.api.bodies import json_response, read_json
from server.api.middleware import ACCESS_COOKIE, DEVICE
from server.api.operations import Operation
from server.api.schemas import DeviceCodeGrant, DeviceJson, DeviceRequest, DeviceStarted, RefreshTokenGrant, Tokens
from server.api.services import SERVICES
from server.auth.names import clean_name
from server.auth.sessions import TokenPair
from server.errors import (
    AccessDeniedError,
    AuthorizationPendingError,
    DeviceNotFoundError,
    InvalidGrantError,
    PairingExpiredError,
    SlowDownError,
    TooManyPairingsError,
)

REFRESH_COOKIE = "miauflix_refresh"

_ACCESS_PATH = "/api"
_REFRESH_PATH = "/api/auth"
_REFRESH_AGE = int(timedelta(days=400).total_seconds())
"""The longest that browsers keep a cookie; the device's row decides whether it is still good."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_DEVICE_REQUEST = msgspec.json.Decoder(DeviceRequest)
_GRANT: msgspec.json.Decoder[DeviceCodeGrant | RefreshTokenGrant] = msgspec.json.Decoder(
    DeviceCodeGrant | RefreshTokenGrant
)


async def start_pairing(request: web.Request) -> web.Response:
    """Start a pairing and tell the device what to show and what to poll with."""
    body = await read_json(request, _DEVICE_REQUEST)
    started = await request.app[SERVICES].pairing.begin(clean_name(body.name), request.remote or "")
    page = _page_url(request)
    complete = f"{page}#code={started.user_code}"
    answer = DeviceStarted(
        device_code=started.device_code,
        user_code=started.user_code,
        verification_uri=page,
        verification_uri_complete=complete,
        verification_qr=segno.make_qr(complete).svg_data_uri(scale=4, light="#fff"),
        approval_command=f"{_program()} devices approve {started.user_code}",
        expires_in=started.expires_in,
        interval=started.interval,
    )
    return json_response(answer, status=201)


async def issue_tokens(request: web.Request) -> web.Response:
    """Hand out a pair of tokens, in JSON and as cookies.

    A browser that is let in already and follows a link stays the device that it is, with what that may do.
    """
    services = request.app[SERVICES]
    grant = await read_json(request, _GRANT)
    kept = request.cookies.get(REFRESH_COOKIE)
    if isinstance(grant, DeviceCodeGrant):
        if kept:
            with suppress(InvalidGrantError):
                return _tokens_response(await services.sessions.refresh(kept))
        return _tokens_response(await services.pairing.poll(grant.device_code))
    refresh_token = grant.refresh_token or kept
    if not refresh_token:
        raise InvalidGrantError("There is no refresh token, neither in the body nor in a cookie.")
    return _tokens_response(await services.sessions.refresh(refresh_token))


async def show_session(request: web.Request) -> web.Response:
    """Show which device is asking, and what it may do."""
    return json_response(msgspec.convert(request[DEVICE], DeviceJson, from_attributes=True))


async def end_session(request: web.Request) -> web.Response:
    """Sign the calling device out: all its tokens die."""
    with suppress(DeviceNotFoundError):  # turned out this very moment
        await request.app[SERVICES].devices.revoke(request[DEVICE].id)
    response = web.Response(status=204)
    response.del_cookie(ACCESS_COOKIE, path=_ACCESS_PATH, httponly=True, samesite="Strict")
    response.del_cookie(REFRESH_COOKIE, path=_REFRESH_PATH, httponly=True, samesite="Strict")
    return response


def _tokens_response(pair: TokenPair) -> web.Response:
    tokens = Tokens(access_token=pair.access_token, refresh_token=pair.refresh_token, expires_in=pair.expires_in)
    response = json_response(tokens)
    # Not "Secure": the LAN is plain HTTP, and browsers would drop the cookies.
    response.set_cookie(
        ACCESS_COOKIE, pair.access_token, max_age=pair.expires_in, path=_ACCESS_PATH, httponly=True, samesite="Strict"
    )
    response.set_cookie(
        REFRESH_COOKIE, pair.refresh_token, max_age=_REFRESH_AGE, path=_REFRESH_PATH, httponly=True, samesite="Strict"
    )
    return response


def _program() -> str:
    """Return what people type to run Miauflix's commands: packages have a program, a checkout has a script."""
    if getattr(sys, "frozen", False):
        return "miauflix"
    return "py run" if sys.platform == "win32" else "./run"


def _page_url(request: web.Request) -> str:
    """Return the page's address as this client reaches it; for the computer itself, as the others on the LAN do."""
    if request.url.host in _LOOPBACK and (urls := request.app[SERVICES].status.current().urls):
        return f"{urls[0]}/"
    return f"{request.scheme}://{request.host}/"


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/auth/device",
        handler=start_pairing,
        summary="Ask to come in",
        needs=None,
        body=DeviceRequest,
        status=201,
        reply=DeviceStarted,
        errors=(TooManyPairingsError,),
    ),
    Operation(
        method="POST",
        path="/api/auth/token",
        handler=issue_tokens,
        summary="Get tokens for an approved pairing or for a refresh token",
        needs=None,
        body=DeviceCodeGrant | RefreshTokenGrant,
        reply=Tokens,
        errors=(
            AuthorizationPendingError,
            SlowDownError,
            AccessDeniedError,
            PairingExpiredError,
            InvalidGrantError,
        ),
    ),
    Operation(
        method="GET",
        path="/api/auth/session",
        handler=show_session,
        summary="Show which device is asking, and what it may do",
        reply=DeviceJson,
    ),
    Operation(
        method="DELETE",
        path="/api/auth/session",
        handler=end_session,
        summary="Sign out",
        status=204,
    ),
)

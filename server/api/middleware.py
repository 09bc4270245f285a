"""The door: every request passes here before its handler, from the outermost ring to the innermost.

Errors become problem+json; the host must be ours, a change must come from our own page, the caller must be known.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import struct
import sys
import traceback
from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from server.api.errors import http_problem_response, problem_response
from server.api.hosts import is_own_host
from server.api.operations import Operation
from server.api.services import SERVICES
from server.errors import (
    CrossOriginError,
    DomainError,
    ForbiddenError,
    HostNotAllowedError,
    InvalidRequestError,
    UnauthorizedError,
    UnsupportedMediaTypeError,
)
from server.models import Device, Scope

DEVICE = web.RequestKey("device", Device)
"""The device that was recognised at the door."""

ROUTE = web.RequestKey("route", str)
"""The template of the route, for the log: a URL may hold a secret."""

ACCESS_COOKIE = "miauflix_access"

_SENT = web.RequestKey("sent", web.StreamResponse)
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_BODY_TYPES = frozenset({"application/json", "multipart/form-data"})

# The page is hand-written: its scripts and styles are files of this server, and nothing else may run or load.
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Server": "Miauflix",
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""Lets closing a socket drop what was not sent: on, for no time at all."""

log = logging.getLogger(__name__)


def door(operations: Iterable[Operation]) -> list[Middleware]:
    """Return the rings of the door, outermost first, for an application with these operations."""
    return [answer_errors, check_host, check_change, _check_caller(operations)]


async def add_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on every response; a signal of aiohttp, sent just before the headers are."""
    request[_SENT] = response
    response.headers.update(SECURITY_HEADERS)
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer with problem+json whatever is raised; break the connection when the headers are out already."""
    resource = request.match_info.route.resource
    request[ROUTE] = resource.canonical if resource is not None else "-"
    try:
        return await handler(request)
    except DomainError as error:
        response = problem_response(error)
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004 - redirects are raised as well
            raise
        response = http_problem_response(error)
    except (ConnectionError, web.RequestPayloadError):
        response = problem_response(InvalidRequestError("The body did not arrive whole."))
    except asyncio.CancelledError:
        _break_off(request)
        raise
    except Exception as error:  # noqa: BLE001 - the boundary: whatever was not foreseen is logged and answered with 500
        # The message is left out: it may hold anything, even what a client sent.
        stack = "".join(traceback.format_tb(error.__traceback__))
        log.error("%s in %s %s\n%s", type(error).__name__, request.method, request[ROUTE], stack)  # noqa: TRY400 - as above
        response = problem_response(DomainError("Something unexpected happened. The log of the server says where."))
    if _SENT not in request:
        return response
    # A short answer must not look like a whole one.
    if request.transport is not None:
        request.transport.abort()
    return request[_SENT]


def _break_off(request: web.Request) -> None:
    """Reset the connection: a device that was turned out gets nothing more, not even what the kernel holds for it."""
    if request.transport is not None:
        with contextlib.suppress(OSError):  # gone already
            request.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        request.transport.abort()


@web.middleware
async def check_host(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests that were sent to a name which is not this machine's."""
    headers = request.headers.getall("Host", [])
    names = request.app[SERVICES].host_names
    if len(headers) != 1 or not is_own_host(headers[0], _local_port(request), names):
        raise HostNotAllowedError("Open Miauflix under its address, such as http://192.168.1.10:8620.")
    return await handler(request)


@web.middleware
async def check_change(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse changes that another site's page asks for, and bodies that a plain form could send."""
    if request.method in _READING:
        return await handler(request)
    origin = request.headers.get("Origin")
    own_origins = (f"http://{request.host}".lower(), f"https://{request.host}".lower())
    if origin is not None and origin.lower() not in own_origins:
        raise CrossOriginError
    if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        raise CrossOriginError
    if (request.method in _WITH_BODY or request.body_exists) and request.content_type not in _BODY_TYPES:
        raise UnsupportedMediaTypeError("Send JSON, with Content-Type: application/json.")
    return await handler(request)


def _check_caller(operations: Iterable[Operation]) -> Middleware:
    known = {(operation.method, operation.template): operation for operation in operations}

    @web.middleware
    async def check_caller(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let in who may call the operation; a route that is no operation takes a known device."""
        if request.match_info.http_exception is not None:
            return await handler(request)
        method = "GET" if request.method == "HEAD" else request.method
        operation = known.get((method, request[ROUTE]))
        needed = operation.needs if operation else Scope.VIEWER
        if needed is None:
            return await handler(request)
        if operation and operation.by_media_token:
            names = request.match_info
            device = await request.app[SERVICES].passes.authenticate(names["mediaToken"], names["id"])
        else:
            device = await request.app[SERVICES].sessions.authenticate(_access_token(request))
        if needed is Scope.ADMIN and device.scope is not Scope.ADMIN:
            raise ForbiddenError("This needs a device with the admin scope.")
        request[DEVICE] = device
        return await handler(request)

    return check_caller


def _access_token(request: web.Request) -> str:
    header = request.headers.get("Authorization")
    if header is None:
        token = request.cookies.get(ACCESS_COOKIE, "")
    else:
        scheme, _, token = header.partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else ""
    if not token:
        raise UnauthorizedError("Send an access token: Authorization: Bearer, or the session's cookie.")
    return token


def _local_port(request: web.Request) -> int:
    address = request.get_extra_info("sockname")
    return int(address[1]) if address else 0

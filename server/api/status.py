"""The snapshot of what the server does: once, or as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import msgspec
from aiohttp import web

from server.api.bodies import json_response
from server.api.middleware import DEVICE
from server.api.operations import Operation
from server.api.schemas import Health
from server.api.services import SERVICES
from server.api.status_schemas import StatusJson
from server.events import Status

CLOSING = web.AppKey("closing", asyncio.Event)
"""Set when the server stops: answers that have no end must end then."""

_KEEP_ALIVE = 15.0
"""Seconds between two signs of life, so that a client that is gone is noticed."""


async def health(request: web.Request) -> web.Response:
    """Say that the server runs."""
    return json_response(Health(status="ok", version=request.app[SERVICES].status.current().version))


async def show_status(request: web.Request) -> web.Response:
    """Show the present snapshot."""
    return json_response(_to_json(request.app[SERVICES].status.current()))


async def send_events(request: web.Request) -> web.StreamResponse:
    """Send the snapshot now and whenever it changes, as long as the device is let in."""
    services = request.app[SERVICES]
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    changes = services.status.changes()
    await response.prepare(request)
    try:
        await response.write(_event(services.status.current()))
        async with aclosing(_until(request.app[CLOSING], changes)) as news:
            async for status in news:
                if not await services.sessions.is_valid(request[DEVICE]):
                    break
                await response.write(b": alive\n\n" if status is None else _event(status))
    except ConnectionError:
        pass  # the client went away, which is how these answers usually end
    return response


async def end_events(app: web.Application) -> None:
    """End all answers that have no end; a signal of aiohttp, sent when the server stops."""
    app[CLOSING].set()


async def _until(closing: asyncio.Event, changes: AsyncIterator[Status]) -> AsyncGenerator[Status | None, None]:
    """Yield the changes until ``closing`` is set, and None after each while without one."""
    closed = asyncio.ensure_future(closing.wait())
    change = asyncio.ensure_future(anext(changes, None))
    try:
        while True:
            await asyncio.wait({closed, change}, timeout=_KEEP_ALIVE, return_when=asyncio.FIRST_COMPLETED)
            if closed.done():
                return
            if not change.done():
                yield None
                continue
            status = change.result()
            if status is None:
                return
            # Asked for before the other is given away: cancelling a pending question is what closes ``changes``.
            change = asyncio.ensure_future(anext(changes, None))
            yield status
    finally:
        closed.cancel()
        change.cancel()
        await asyncio.gather(closed, change, return_exceptions=True)


def _to_json(status: Status) -> StatusJson:
    return msgspec.convert(status, StatusJson, from_attributes=True)


def _event(status: Status) -> bytes:
    return b"event: status\ndata: " + msgspec.json.encode(_to_json(status)) + b"\n\n"


OPERATIONS = (
    Operation(
        method="GET", path="/health", handler=health, summary="Ask whether the server runs", needs=None, reply=Health
    ),
    Operation(method="GET", path="/api/status", handler=show_status, summary="Show the snapshot", reply=StatusJson),
    Operation(
        method="GET",
        path="/api/events",
        handler=send_events,
        summary="Follow the snapshot: server-sent events named status, each with the snapshot as JSON",
        reply=StatusJson,
        media_type="text/event-stream",
    ),
)

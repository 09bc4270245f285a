"""What devices show, and what is got ready because of it."""

from __future__ import annotations

import msgspec
from aiohttp import web

from server.api.bodies import json_response, read_json
from server.api.middleware import DEVICE
from server.api.operations import Operation
from server.api.services import SERVICES
from server.api.status_schemas import PreloadBudgetJson, PreloadEntryJson, PreloadsJson
from server.api.viewport_schemas import ViewportRequest
from server.errors import PayloadTooLargeError, ViewportTooFrequentError

VIEWPORT_LIMIT = 16 * 1024
"""Bytes of the largest viewport."""

_REQUEST = msgspec.json.Decoder(ViewportRequest)


async def take_viewport(request: web.Request) -> web.Response:
    """Take note of what a device shows; one that is older than what is known changes nothing."""
    body = await read_json(request, _REQUEST, VIEWPORT_LIMIT)
    request.app[SERVICES].preloads.look(request[DEVICE], body.known())
    return web.Response(status=202)


async def show_preloads(request: web.Request) -> web.Response:
    """Show what is got ready."""
    preloads = request.app[SERVICES].preloads
    reason = preloads.pause_reason
    entries = msgspec.convert(preloads.entries(), list[PreloadEntryJson], from_attributes=True)
    budget = msgspec.convert(preloads.spent, PreloadBudgetJson, from_attributes=True)
    return json_response(PreloadsJson(reason is not None, reason, budget, entries))


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/ui/viewport",
        handler=take_viewport,
        summary="Tell what this device shows, so that it is ready when it is played",
        body=ViewportRequest,
        status=202,
        errors=(PayloadTooLargeError, ViewportTooFrequentError),
    ),
    Operation(
        method="GET",
        path="/api/preload",
        handler=show_preloads,
        summary="Show what is got ready to be played",
        reply=PreloadsJson,
    ),
)

"""Resume points: where the household left off."""

from __future__ import annotations

import msgspec
from aiohttp import web

from server.api.bodies import json_response, read_json, read_parameters
from server.api.operations import Operation
from server.api.schemas import ItemText, ProgressJson, ProgressRequest, ResumePointsJson
from server.api.services import SERVICES
from server.errors import ProgressNotFoundError
from server.models import ItemId, ResumePoint, SourceId
from server.progress import Watched

_REQUEST = msgspec.json.Decoder(ProgressRequest)


class ItemParameters(msgspec.Struct, rename="camel"):
    """Which title."""

    item_id: ItemText


class TitleParameters(msgspec.Struct, rename="camel"):
    """Which title, or show with all its episodes."""

    of: ItemText


async def list_of_title(request: web.Request) -> web.Response:
    """List how far a title, or each episode of a show, was watched."""
    item_id = ItemId(read_parameters(request, TitleParameters).of)
    points = await request.app[SERVICES].progress.of_title(item_id)
    return json_response(ResumePointsJson([_to_json(point) for point in points]))


async def show_progress(request: web.Request) -> web.Response:
    """Show where to go on with a title."""
    return json_response(_to_json(await request.app[SERVICES].progress.get(_item_id(request))))


async def note_progress(request: web.Request) -> web.Response:
    """Remember how far a title was watched."""
    item_id = _item_id(request)
    body = await read_json(request, _REQUEST)
    watched = Watched(SourceId(body.source_id), body.position, body.duration, body.title, body.poster)
    await request.app[SERVICES].progress.note(item_id, watched)
    return web.Response(status=204)


async def send_progress(request: web.Request) -> web.Response:
    """Remember how far a title was watched; for ``navigator.sendBeacon``, which only posts."""
    return await note_progress(request)


async def forget_progress(request: web.Request) -> web.Response:
    """Forget how far a title was watched."""
    await request.app[SERVICES].progress.forget(_item_id(request))
    return web.Response(status=204)


async def list_to_continue(request: web.Request) -> web.Response:
    """List what was begun and not finished."""
    points = await request.app[SERVICES].progress.to_continue()
    return json_response(ResumePointsJson([_to_json(point) for point in points]))


def _item_id(request: web.Request) -> ItemId:
    return ItemId(read_parameters(request, ItemParameters).item_id)


def _to_json(point: ResumePoint) -> ProgressJson:
    return msgspec.convert(point, ProgressJson, from_attributes=True)


_PATH = "/api/progress/{itemId}"

OPERATIONS = (
    Operation(
        method="GET",
        path="/api/progress/continue",
        handler=list_to_continue,
        summary="List what was begun and not finished, the newest first",
        reply=ResumePointsJson,
    ),
    Operation(
        method="GET",
        path="/api/progress",
        handler=list_of_title,
        summary="List how far a title, or each episode of a show, was watched, the newest first",
        parameters=TitleParameters,
        reply=ResumePointsJson,
    ),
    Operation(
        method="GET",
        path=_PATH,
        handler=show_progress,
        summary="Show where to go on with a title",
        parameters=ItemParameters,
        reply=ProgressJson,
        errors=(ProgressNotFoundError,),
    ),
    Operation(
        method="PUT",
        path=_PATH,
        handler=note_progress,
        summary="Remember how far a title was watched",
        parameters=ItemParameters,
        body=ProgressRequest,
        status=204,
    ),
    Operation(
        method="POST",
        path=_PATH,
        handler=send_progress,
        summary="Remember how far a title was watched, from a page that is being left",
        parameters=ItemParameters,
        body=ProgressRequest,
        status=204,
    ),
    Operation(
        method="DELETE",
        path=_PATH,
        handler=forget_progress,
        summary="Forget how far a title was watched",
        parameters=ItemParameters,
        status=204,
    ),
)

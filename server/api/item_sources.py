"""The sources of a title, and what the user says of them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from server.api.bodies import json_response, read_json, read_parameters
from server.api.catalog_schemas import BlockRequest, ItemSourcesJson, PinRequest
from server.api.operations import Operation
from server.api.schemas import ShowText
from server.api.services import SERVICES
from server.errors import ItemNotFoundError, SourceNotFoundError
from server.models import ItemId, SourceId

_PIN = msgspec.json.Decoder(PinRequest)
_BLOCK = msgspec.json.Decoder(BlockRequest)

Number = Annotated[int, Meta(ge=0, le=99_999)]
Flag = Annotated[int, Meta(ge=0, le=1)]


class MovieSourcesParameters(msgspec.Struct):
    """Which film; 1 for ``refresh`` asks the providers again, 1 for ``insist`` even those that rest after failures."""

    id: Annotated[str, Meta(max_length=140)]
    refresh: Flag = 0
    insist: Flag = 0


class EpisodeSourcesParameters(msgspec.Struct):
    """Which episode; ``refresh`` and ``insist`` as for films."""

    id: ShowText
    season: Number
    episode: Number
    refresh: Flag = 0
    insist: Flag = 0


async def list_movie_sources(request: web.Request) -> web.Response:
    """List the sources of a film, best first."""
    asked = read_parameters(request, MovieSourcesParameters)
    return await _sources(request, asked.id, asked)


async def list_episode_sources(request: web.Request) -> web.Response:
    """List the sources of an episode, best first."""
    asked = read_parameters(request, EpisodeSourcesParameters)
    return await _sources(request, f"{asked.id}:{asked.season}:{asked.episode}", asked)


async def pin_source(request: web.Request) -> web.Response:
    """Make a source its title's first choice, or no longer."""
    body = await read_json(request, _PIN)
    await request.app[SERVICES].choices.pin(SourceId(request.match_info["id"]), pinned=body.pinned)
    return web.Response(status=204)


async def block_source(request: web.Request) -> web.Response:
    """Never choose a source by itself, or do again."""
    body = await read_json(request, _BLOCK)
    await request.app[SERVICES].choices.block(SourceId(request.match_info["id"]), blocked=body.blocked)
    return web.Response(status=204)


async def _sources(
    request: web.Request, item_id: str, asked: MovieSourcesParameters | EpisodeSourcesParameters
) -> web.Response:
    finder = request.app[SERVICES].finder
    found = await finder.find(ItemId(item_id), refresh=bool(asked.refresh), insist=bool(asked.insist))
    return json_response(ItemSourcesJson.of(found))


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/movies/{id}/sources",
        handler=list_movie_sources,
        summary="List the sources of a film, best first",
        parameters=MovieSourcesParameters,
        reply=ItemSourcesJson,
        errors=(ItemNotFoundError,),
    ),
    Operation(
        method="GET",
        path="/api/shows/{id}/seasons/{season}/episodes/{episode}/sources",
        handler=list_episode_sources,
        summary="List the sources of an episode, best first",
        parameters=EpisodeSourcesParameters,
        reply=ItemSourcesJson,
        errors=(ItemNotFoundError,),
    ),
    Operation(
        method="PUT",
        path="/api/sources/{id}/pinned",
        handler=pin_source,
        summary="Make a source its title's first choice, or no longer",
        body=PinRequest,
        status=204,
        errors=(SourceNotFoundError,),
    ),
    Operation(
        method="PUT",
        path="/api/sources/{id}/blocked",
        handler=block_source,
        summary="Never choose a source by itself, or do again",
        body=BlockRequest,
        status=204,
        errors=(SourceNotFoundError,),
    ),
)

"""What there is to watch: lists, details and posters, all from this appliance, so that TVs talk to nobody else."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from aiohttp import web
from msgspec import Meta

from server.api.bodies import json_response, read_parameters
from server.api.catalog_schemas import CatalogJson, MovieJson, PathOf, ShowJson
from server.api.operations import Operation
from server.api.schemas import PosterKey
from server.api.services import SERVICES
from server.errors import CatalogueUnavailableError, ItemNotFoundError, NotFoundError
from server.models import ItemId, TitleKind
from server.titles import TitleDetails

_WEEK = 7 * 24 * 3600  # seconds


class CatalogParameters(msgspec.Struct):
    """What is looked for; without words, what is watched most."""

    q: Annotated[str, Meta(max_length=200)] = ""
    kind: Literal["movie", "show"] | None = None
    page: Annotated[int, Meta(ge=1, le=1000)] = 1


class TitleParameters(msgspec.Struct):
    """Which film or show."""

    id: Annotated[str, Meta(max_length=140)]


class PosterParameters(msgspec.Struct):
    """Which picture."""

    key: PosterKey


async def list_titles(request: web.Request) -> web.Response:
    """Search or browse titles."""
    asked = read_parameters(request, CatalogParameters)
    page = await request.app[SERVICES].catalogue.titles(
        asked.q, TitleKind(asked.kind) if asked.kind else None, asked.page
    )
    return json_response(CatalogJson.of(page, _path_of(request)))


async def show_movie(request: web.Request) -> web.Response:
    """Show a film."""
    return json_response(MovieJson.of(await _details(request, TitleKind.MOVIE), _path_of(request)))


async def show_show(request: web.Request) -> web.Response:
    """Show a show with its seasons."""
    return json_response(ShowJson.of(await _details(request, TitleKind.SHOW), _path_of(request)))


async def send_poster(request: web.Request) -> web.Response:
    """Send a picture."""
    key = read_parameters(request, PosterParameters).key
    picture = await request.app[SERVICES].posters.get(key)
    headers = {"Cache-Control": f"private, max-age={_WEEK}, immutable"}
    return web.Response(body=picture.data, content_type=picture.media_type, headers=headers)


async def _details(request: web.Request, kind: TitleKind) -> TitleDetails:
    details = await request.app[SERVICES].catalogue.details(ItemId(read_parameters(request, TitleParameters).id))
    if details.title.kind is not kind:
        raise ItemNotFoundError
    return details


def _path_of(request: web.Request) -> PathOf:
    key_of = request.app[SERVICES].catalogue.key_of
    return lambda url: None if url is None else f"/api/posters/{key_of(url)}"


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/catalog",
        handler=list_titles,
        summary="Search titles, or browse them when there is no q",
        parameters=CatalogParameters,
        reply=CatalogJson,
    ),
    Operation(
        method="GET",
        path="/api/movies/{id}",
        handler=show_movie,
        summary="Show a film",
        parameters=TitleParameters,
        reply=MovieJson,
        errors=(ItemNotFoundError, CatalogueUnavailableError),
    ),
    Operation(
        method="GET",
        path="/api/shows/{id}",
        handler=show_show,
        summary="Show a show with its seasons",
        parameters=TitleParameters,
        reply=ShowJson,
        errors=(ItemNotFoundError, CatalogueUnavailableError),
    ),
    Operation(
        method="GET",
        path="/api/posters/{key}",
        handler=send_poster,
        summary="Send a poster",
        parameters=PosterParameters,
        reply=bytes,
        media_type="image/*",
        errors=(NotFoundError,),
    ),
)

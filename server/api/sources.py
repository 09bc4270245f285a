"""Sources that people add, see and remove. Hash, magnet link and torrent file never leave by this way."""

from __future__ import annotations

import msgspec
from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from server.api.bodies import JSON_LIMIT, UPLOAD_WITHIN, arriving, json_response, read_json
from server.api.operations import Operation
from server.api.schemas import MagnetRequest, SourceJson, Title
from server.api.services import SERVICES
from server.errors import (
    InvalidRequestError,
    InvalidSourceError,
    NoVideoError,
    PayloadTooLargeError,
    SourceExistsError,
    SourceNotFoundError,
    SourceUnavailableError,
)
from server.models import SourceId

TORRENT_LIMIT = 4 * 1024 * 1024
"""Bytes of the largest torrent file that is taken."""

_TITLE_LIMIT = 4096
_MAGNET_REQUEST = msgspec.json.Decoder(MagnetRequest)


async def add_source(request: web.Request) -> web.Response:
    """Add a source by its magnet link (JSON) or by its torrent file (multipart)."""
    library = request.app[SERVICES].library
    if request.content_type == "multipart/form-data":
        async with arriving(UPLOAD_WITHIN):
            torrent, title = await _read_upload(request)
        source = await library.add_torrent(torrent, title)
    else:
        body = await read_json(request, _MAGNET_REQUEST)
        source = await library.add_magnet(body.magnet, body.title)
    return json_response(SourceJson.of(source), status=201)


async def list_sources(request: web.Request) -> web.Response:
    """List the sources that people added."""
    return json_response([SourceJson.of(source) for source in await request.app[SERVICES].library.list()])


async def get_source(request: web.Request) -> web.Response:
    """Show a source."""
    services = request.app[SERVICES]
    source = await services.library.get(_source_id(request))
    return json_response(SourceJson.ranked(await services.finder.ranked(source)))


async def delete_source(request: web.Request) -> web.Response:
    """Remove a source."""
    await request.app[SERVICES].library.delete(_source_id(request))
    return web.Response(status=204)


def _source_id(request: web.Request) -> SourceId:
    return SourceId(request.match_info["id"])


async def _read_upload(request: web.Request) -> tuple[bytes, str | None]:
    """Return the fields ``torrent`` and ``title`` of a multipart body, neither larger than it may be."""
    if (request.content_length or 0) > TORRENT_LIMIT + JSON_LIMIT:
        raise PayloadTooLargeError("Torrent files of up to 4 MiB are taken.")
    fields: dict[str | None, bytes] = {}
    try:
        async for part in await request.multipart():
            limit = {"torrent": TORRENT_LIMIT, "title": _TITLE_LIMIT}.get(getattr(part, "name", None) or "")
            if not isinstance(part, BodyPartReader) or limit is None or part.name in fields:
                raise InvalidRequestError("Send one file as the field torrent, and a title if you like.")
            fields[part.name] = await _read_part(part, limit)
    except (ValueError, HttpProcessingError) as error:
        raise InvalidRequestError("The multipart body is malformed.") from error
    if "torrent" not in fields:
        raise InvalidRequestError("The file is missing: send it as the field torrent.")
    return fields["torrent"], _title(fields.get("title", b""))


async def _read_part(part: BodyPartReader, limit: int) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > limit:
            raise PayloadTooLargeError("Torrent files of up to 4 MiB are taken, and titles of up to 300 characters.")
    return bytes(data)


def _title(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8").strip()
        return msgspec.convert(text, Title) if text else None
    except (UnicodeDecodeError, msgspec.ValidationError) as error:
        raise InvalidRequestError("The title is not text of at most 300 characters.") from error


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/sources",
        handler=add_source,
        summary="Add a source by hand",
        body=MagnetRequest,
        upload="torrent",
        status=201,
        reply=SourceJson,
        errors=(InvalidSourceError, NoVideoError, SourceExistsError, PayloadTooLargeError),
    ),
    Operation(
        method="GET",
        path="/api/sources",
        handler=list_sources,
        summary="List the sources that people added",
        reply=list[SourceJson],
    ),
    Operation(
        method="GET",
        path="/api/sources/{id}",
        handler=get_source,
        summary="Show a source",
        reply=SourceJson,
        errors=(SourceNotFoundError, SourceUnavailableError),
    ),
    Operation(
        method="DELETE",
        path="/api/sources/{id}",
        handler=delete_source,
        summary="Remove a source",
        status=204,
        errors=(SourceNotFoundError,),
    ),
)

"""The video's bytes, sent while the swarm still delivers them."""

from __future__ import annotations

from aiohttp import web

from server.api.middleware import DEVICE
from server.api.operations import Operation
from server.api.ranges import ByteRange, not_modified, parse_range, same_entity
from server.api.services import SERVICES
from server.errors import (
    NoVideoError,
    OverBudgetError,
    RangeNotSatisfiableError,
    SourceNotFoundError,
    SourceUnavailableError,
    TooManyStreamsError,
    TorrentFailedError,
    TorrentTimeoutError,
)
from server.models import SourceId
from server.playback import Playing


async def stream(request: web.Request) -> web.StreamResponse:
    """Send the video or a part of it; HEAD tells its size and type without asking the swarm for a single piece."""
    playback = request.app[SERVICES].playback
    async with playback.open(SourceId(request.match_info["id"]), request[DEVICE]) as playing:
        if not_modified(request.headers.get("If-None-Match"), playing.etag):
            return web.Response(status=304, headers={"ETag": playing.etag})
        if request.method == "HEAD":
            return _response(playing, None)
        part = None
        if same_entity(request.headers.get("If-Range"), playing.etag):
            part = parse_range(request.headers.get("Range"), playing.video.size)
        return await _send(request, playing, part, playback.chunk_size)


async def _send(request: web.Request, playing: Playing, part: ByteRange | None, chunk_size: int) -> web.StreamResponse:
    """Send the headers once the first bytes are there: until then a failure still has a status of its own."""
    whole = ByteRange(0, playing.video.size)
    wanted = part or whole
    async with playing.read(wanted.start, wanted.stop) as chunks:
        data = await anext(chunks)
        response = _response(playing, part)
        await response.prepare(request)
        await _write(response, data, chunk_size)
        async for data in chunks:
            await _write(response, data, chunk_size)
        await response.write_eof()
    return response


async def _write(response: web.StreamResponse, data: bytes, chunk_size: int) -> None:
    view = memoryview(data)
    for start in range(0, len(data), chunk_size):
        await response.write(view[start : start + chunk_size])


def _response(playing: Playing, part: ByteRange | None) -> web.StreamResponse:
    total = playing.video.size
    headers = {"Accept-Ranges": "bytes", "ETag": playing.etag, "Content-Type": playing.content_type}
    if part:
        headers["Content-Range"] = part.content_range(total)
    response = web.StreamResponse(status=206 if part else 200, headers=headers)
    response.content_length = part.stop - part.start if part else total
    return response


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/stream/{id}",
        handler=stream,
        summary="Send the video, or the part that a Range header names",
        reply=bytes,
        media_type="application/octet-stream",
        errors=(
            SourceNotFoundError,
            SourceUnavailableError,
            NoVideoError,
            RangeNotSatisfiableError,
            TooManyStreamsError,
            OverBudgetError,
            TorrentFailedError,
            TorrentTimeoutError,
        ),
    ),
)

"""The video's bytes, sent while the swarm still delivers them."""

from __future__ import annotations

import asyncio
import os
from functools import partial

from aiohttp import web

from server.api.middleware import DEVICE
from server.api.operations import Operation
from server.api.ranges import ByteRange, not_modified, parse_range, same_entity
from server.api.services import SERVICES
from server.errors import (
    DiskFullError,
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
from server.torrent.reader import SLICE, Reader

_READ_AHEAD = 1 << 20
"""Most bytes of a stream that are in memory at once, where they pass through here."""

_FIRST_SLICE = 512 << 10
_LEAST_SLICE = 256 << 10
_BRISK = 0.25
"""Seconds; a client that takes longer for what the kernel was given gets less at once, or nobody knows where it is."""


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
    wanted = part or ByteRange(0, playing.video.size)
    async with playing.read(wanted.start, wanted.stop, partial(_unsent, request)) as reader:
        first = await reader.read(chunk_size)
        response = _response(playing, part)
        await response.prepare(request)
        await response.write(first)
        del first  # else it would stay in memory for as long as the film is sent
        if _kernel_can_send(request):
            await _send_by_kernel(request, reader)
        else:
            await _send_by_hand(response, reader, chunk_size)
        await response.write_eof()
    return response


def _unsent(request: web.Request) -> int:
    """Return how many bytes wait in the connection's own buffer, for a client that takes them slowly."""
    return request.transport.get_write_buffer_size() if request.transport else 0


def _kernel_can_send(request: web.Request) -> bool:
    """Whether bytes may go from the file to the socket without passing through here, and without blocking the loop."""
    return hasattr(os, "RWF_NOWAIT") and request.get_extra_info("sslcontext") is None


async def _send_by_kernel(request: web.Request, reader: Reader) -> None:
    loop, most = asyncio.get_running_loop(), _FIRST_SLICE
    while count := min(await reader.wait(), most):
        file = await reader.cached_file(count)
        if request.transport is None:
            raise ConnectionResetError("The client has left.")
        began = loop.time()
        sent = await loop.sendfile(request.transport, file, reader.position, count, fallback=False)
        request.writer.output_size += sent  # what the log tells as sent
        reader.advance(sent)
        if sent != count:
            raise reader.ended_early()
        most = min(2 * most, SLICE) if loop.time() - began < _BRISK else max(most // 2, _LEAST_SLICE)


async def _send_by_hand(response: web.StreamResponse, reader: Reader, chunk_size: int) -> None:
    while data := await reader.read(_READ_AHEAD):
        view = memoryview(data)
        for start in range(0, len(data), chunk_size):
            await response.write(view[start : start + chunk_size])
        del data, view  # before the next are read, which may take long


def _response(playing: Playing, part: ByteRange | None) -> web.StreamResponse:
    total = playing.video.size
    headers = {"Accept-Ranges": "bytes", "ETag": playing.etag, "Content-Type": playing.content_type}
    if part:
        headers["Content-Range"] = part.content_range(total)
    response = web.StreamResponse(status=206 if part else 200, headers=headers)
    response.content_length = part.stop - part.start if part else total
    return response


STREAM_ERRORS = (
    SourceNotFoundError,
    SourceUnavailableError,
    NoVideoError,
    RangeNotSatisfiableError,
    TooManyStreamsError,
    OverBudgetError,
    TorrentFailedError,
    TorrentTimeoutError,
    DiskFullError,
)
"""What can go wrong before the first byte is sent."""

OPERATIONS = (
    Operation(
        method="GET",
        path="/api/stream/{id}",
        handler=stream,
        summary="Send the video, or the part that a Range header names",
        reply=bytes,
        media_type="video/*",
        in_parts=True,
        errors=STREAM_ERRORS,
    ),
)

"""Addresses of videos for players that can send neither a header nor a cookie: ``<video>``, VLC, DLNA renderers."""

from __future__ import annotations

from aiohttp import web

from server.api.bodies import json_response
from server.api.middleware import DEVICE
from server.api.operations import Operation
from server.api.schemas import Empty, MediaUrl
from server.api.services import SERVICES
from server.api.stream import STREAM_ERRORS, stream
from server.errors import (
    DiskFullError,
    NoVideoError,
    SourceNotFoundError,
    SourceUnavailableError,
    StreamClosedError,
    TooManyStreamsError,
    TorrentFailedError,
    TorrentTimeoutError,
)
from server.models import SourceId

_ERRORS = (
    SourceNotFoundError,
    SourceUnavailableError,
    NoVideoError,
    TooManyStreamsError,
    TorrentFailedError,
    TorrentTimeoutError,
    StreamClosedError,
    DiskFullError,
)


async def make_media_url(request: web.Request) -> web.Response:
    """Make an address that this device's players can use, once the torrent's description is there."""
    return json_response(await _media_url(request))


async def make_playlist(request: web.Request) -> web.Response:
    """Make a playlist of one entry, with the address as this client reaches the server."""
    source = await request.app[SERVICES].library.get(SourceId(request.match_info["id"]))
    media_url = await _media_url(request)
    title = " ".join("".join(c if c.isprintable() else " " for c in source.title).split())
    playlist = f"#EXTM3U\n#EXTINF:-1,{title}\n{request.scheme}://{request.host}{media_url.url}\n"
    return web.Response(
        body=playlist.encode(),
        content_type="audio/x-mpegurl",
        headers={"Content-Disposition": 'inline; filename="miauflix.m3u"'},
    )


async def stream_media(request: web.Request) -> web.StreamResponse:
    """Send the video, or the part that a Range header names, to whoever has the address."""
    return await stream(request)


async def _media_url(request: web.Request) -> MediaUrl:
    """Return a new address. Its file name has the video's extension, which players go by, and tells nothing else."""
    services = request.app[SERVICES]
    source_id, device = SourceId(request.match_info["id"]), request[DEVICE]
    async with services.playback.open(source_id, device) as playing:
        suffix = playing.video.suffix
    media_pass = services.passes.issue(device, source_id)
    return MediaUrl(f"/api/stream/{source_id}/{media_pass.token}/video{suffix}", media_pass.expires_at)


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/sources/{id}/media-url",
        handler=make_media_url,
        summary="Make an address of the video for players that can send no credentials",
        body=Empty,
        reply=MediaUrl,
        errors=_ERRORS,
    ),
    Operation(
        method="GET",
        path="/api/sources/{id}/playlist.m3u",
        handler=make_playlist,
        summary="Make a playlist with such an address",
        reply=str,
        media_type="audio/x-mpegurl",
        errors=_ERRORS,
    ),
    Operation(
        method="GET",
        path="/api/stream/{id}/{mediaToken}/{fileName}",
        handler=stream_media,
        summary="Send the video, or the part that a Range header names, to whoever has the address",
        by_media_token=True,
        reply=bytes,
        media_type="video/*",
        in_parts=True,
        errors=STREAM_ERRORS,
    ),
)

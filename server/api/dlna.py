"""The headers that TVs and players of the DLNA kind ask for."""

from __future__ import annotations

from aiohttp import web

from server.api.middleware import ROUTE

_STREAMS = "/api/stream/"

# OP=01: seeks by bytes; CI=0: not converted; flags: streaming and background transfer, stalling allowed, DLNA 1.5.
_FEATURES = "DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=01700000000000000000000000000000"


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the DLNA headers that were asked for on a video's response; a signal of aiohttp, before the headers go."""
    if not request.get(ROUTE, "").startswith(_STREAMS) or response.status not in {200, 206}:
        return
    if request.headers.get("getcontentFeatures.dlna.org", "").strip() == "1":
        response.headers["contentFeatures.dlna.org"] = _FEATURES
    if "transferMode.dlna.org" in request.headers:
        response.headers["transferMode.dlna.org"] = "Streaming"

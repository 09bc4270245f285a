"""The web page and the files it loads."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

from server.api.operations import Operation
from server.api.services import SERVICES
from server.errors import NotFoundError

_FILES = web.AppKey("files", dict[str, Path])
_INDEX = "index.html"


async def find_files(app: web.Application) -> None:
    """List the files that may be served: a request can't name anything else. A signal of aiohttp, sent at start."""
    app[_FILES] = await asyncio.to_thread(_scan, app[SERVICES].web_dir)


async def show_page(request: web.Request) -> web.FileResponse:
    """Send the page."""
    return _send(request, _INDEX)


async def send_file(request: web.Request) -> web.FileResponse:
    """Send a file that the page loads."""
    return _send(request, request.match_info["file"])


def _send(request: web.Request, name: str) -> web.FileResponse:
    path = request.app[_FILES].get(name)
    if path is None:
        raise NotFoundError("There is nothing under this address.")
    # Asked for again each time, answered with 304 from its ETag: an update shows at the next visit.
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


def _scan(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


OPERATIONS = (
    Operation(method="GET", path="/", handler=show_page, summary="The web page", needs=None, documented=False),
    # Not under /api, so that an address that is wrong there is answered as such.
    Operation(
        method="GET",
        path="/{file:(?!api/).+}",
        handler=send_file,
        summary="A file of the web page",
        needs=None,
        documented=False,
    ),
)

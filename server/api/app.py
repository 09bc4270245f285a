"""The web application: all operations behind the door."""

from __future__ import annotations

import asyncio

from aiohttp import web

from server.api import (
    auth,
    catalog,
    devices,
    dlna,
    item_sources,
    media,
    openapi,
    pages,
    preload,
    progress,
    sources,
    status,
    stream,
)
from server.api.bodies import JSON_LIMIT
from server.api.connections import end_after_timeout
from server.api.middleware import add_security_headers, door
from server.api.services import SERVICES, Services

__all__ = ["OPERATIONS", "Services", "create_app"]

OPERATIONS = (
    *auth.OPERATIONS,
    *devices.OPERATIONS,
    *catalog.OPERATIONS,
    *sources.OPERATIONS,
    *item_sources.OPERATIONS,
    *stream.OPERATIONS,
    *media.OPERATIONS,
    *progress.OPERATIONS,
    *preload.OPERATIONS,
    *status.OPERATIONS,
    *openapi.OPERATIONS,
    *pages.OPERATIONS,
)


def create_app(services: Services) -> web.Application:
    """Return the application, ready for ``server.api.runner.create_runner``."""
    app = web.Application(middlewares=door(OPERATIONS), client_max_size=JSON_LIMIT)
    app[SERVICES] = services
    app[status.CLOSING] = asyncio.Event()
    openapi.describe(app, OPERATIONS)
    app.add_routes([operation.route() for operation in OPERATIONS])
    app.on_startup.append(pages.find_files)
    app.on_response_prepare.append(add_security_headers)
    app.on_response_prepare.append(dlna.add_headers)
    app.on_response_prepare.append(end_after_timeout)
    app.on_shutdown.append(status.end_events)
    return app

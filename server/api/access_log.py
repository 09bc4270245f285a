"""The access log: who, which route, what came of it. Never a URL, which may hold a secret."""

from __future__ import annotations

import logging

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from server.api.middleware import ROUTE


class AccessLogger(AbstractAccessLogger):
    """Writes one line a request, with the route's template in place of the URL."""

    @property
    def enabled(self) -> bool:
        """Whether anybody reads the lines."""
        return self.logger.isEnabledFor(logging.INFO)

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Write the line for a request that took ``time`` seconds."""
        route = request.get(ROUTE, "-")
        milliseconds = round(time * 1000)
        self.logger.info(
            "%s %s %s %d %d B %d ms",
            request.remote,
            request.method,
            route,
            response.status,
            response.body_length,
            milliseconds,
        )

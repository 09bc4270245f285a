"""The runner: serves the application over limited, discreet connections."""

from __future__ import annotations

from aiohttp import web

from server.api.access_log import AccessLogger
from server.api.connections import LimitedServer, Limits

_SHUTDOWN_TIMEOUT = 5.0
"""Seconds that answers under way are given when the server stops; endless ones are ended before."""


class _Runner(web.AppRunner):
    """An ``AppRunner`` whose connections are ours."""

    __slots__ = ("_limits",)

    def __init__(self, app: web.Application, limits: Limits) -> None:
        super().__init__(app, shutdown_timeout=_SHUTDOWN_TIMEOUT)
        self._limits = limits

    async def _make_server(self) -> web.Server:
        # aiohttp has no public place to name the class of its connections.
        server = await super()._make_server()
        return LimitedServer(
            server, self._limits, access_log_class=AccessLogger, keepalive_timeout=self._limits.keep_alive
        )


def create_runner(app: web.Application, limits: Limits | None = None) -> web.AppRunner:
    """Return the runner that serves ``app``; the caller sets it up, starts sites on it and cleans it up."""
    return _Runner(app, limits or Limits())

"""An operation: one method on one path, who may call it, what goes in and out. Routes and OpenAPI come from these."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from server.errors import DomainError
from server.models import Scope

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What a client may ask for."""

    method: str
    path: str
    handler: Handler
    summary: str
    needs: Scope | None = Scope.VIEWER
    """The scope it takes to call this; None means that it is open to anybody on the LAN."""
    by_media_token: bool = False
    """Whether it is called with the media token in its path, and with nothing else."""
    parameters: type[msgspec.Struct] | None = None
    """The type of what stands in the path and the query; ``server.api.bodies.read_parameters`` checks it."""
    body: Any = None
    """The type of the JSON body, where there is one."""
    upload: str | None = None
    """The name of the file field, where a multipart body is taken too."""
    status: int = 200
    reply: Any = None
    """The type of the answer's body, where it has one."""
    media_type: str = "application/json"
    in_parts: bool = False
    """Whether it sends a file of which a part can be asked for."""
    errors: tuple[type[DomainError], ...] = ()
    documented: bool = True

    @property
    def template(self) -> str:
        """Return the path without the patterns of its parameters, as aiohttp and OpenAPI name it."""
        return re.sub(r"\{(\w+):[^{}]*\}", r"{\1}", self.path)

    def route(self) -> web.RouteDef:
        """Return the route for aiohttp; a GET answers HEAD as well."""
        if self.method == "GET":
            return web.get(self.path, self.handler)
        return web.route(self.method, self.path, self.handler)

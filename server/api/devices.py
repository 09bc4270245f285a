"""The devices that were let in, for administrators."""

from __future__ import annotations

import msgspec
from aiohttp import web

from server.api.bodies import json_response
from server.api.operations import Operation
from server.api.schemas import DeviceJson
from server.api.services import SERVICES
from server.errors import DeviceNotFoundError, ForbiddenError
from server.models import DeviceId, Scope


async def list_devices(request: web.Request) -> web.Response:
    """List the devices."""
    devices = await request.app[SERVICES].devices.list()
    return json_response([msgspec.convert(device, DeviceJson, from_attributes=True) for device in devices])


async def revoke_device(request: web.Request) -> web.Response:
    """Turn a device out at once."""
    await request.app[SERVICES].devices.revoke(DeviceId(request.match_info["id"]))
    return web.Response(status=204)


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/devices",
        handler=list_devices,
        summary="List the devices",
        needs=Scope.ADMIN,
        reply=list[DeviceJson],
        errors=(ForbiddenError,),
    ),
    Operation(
        method="DELETE",
        path="/api/devices/{id}",
        handler=revoke_device,
        summary="Turn a device out",
        needs=Scope.ADMIN,
        status=204,
        errors=(ForbiddenError, DeviceNotFoundError),
    ),
)

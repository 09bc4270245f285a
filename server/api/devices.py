"""The devices that were let in, and those that ask to come in, for administrators."""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from server.api.bodies import json_response, read_json, read_parameters
from server.api.operations import Operation
from server.api.schemas import DeviceChange, DeviceJson, PairingAnswer, PairingJson
from server.api.services import SERVICES
from server.errors import DeviceNotFoundError, PairingNotFoundError
from server.models import DeviceId, Scope

_CHANGE = msgspec.json.Decoder(DeviceChange)
_ANSWER = msgspec.json.Decoder(PairingAnswer)


class DeviceParameters(msgspec.Struct, rename="camel"):
    """Which device."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]


class PairingParameters(msgspec.Struct, rename="camel"):
    """Which device that waits."""

    user_code: Annotated[str, Meta(min_length=1, max_length=16)]


async def list_devices(request: web.Request) -> web.Response:
    """List the devices."""
    devices = await request.app[SERVICES].devices.list()
    return json_response([msgspec.convert(device, DeviceJson, from_attributes=True) for device in devices])


async def rename_device(request: web.Request) -> web.Response:
    """Give a device another name."""
    body = await read_json(request, _CHANGE)
    await request.app[SERVICES].devices.rename(_device_id(request), body.name)
    return web.Response(status=204)


async def revoke_device(request: web.Request) -> web.Response:
    """Turn a device out at once."""
    await request.app[SERVICES].devices.revoke(_device_id(request))
    return web.Response(status=204)


async def list_pairings(request: web.Request) -> web.Response:
    """List the devices that wait for approval."""
    pairings = await request.app[SERVICES].pairing.pending()
    return json_response([msgspec.convert(pairing, PairingJson, from_attributes=True) for pairing in pairings])


async def answer_pairing(request: web.Request) -> web.Response:
    """Let a device in or turn it away."""
    desk = request.app[SERVICES].pairing
    code = read_parameters(request, PairingParameters).user_code
    if (await read_json(request, _ANSWER)).approved:
        await desk.approve(code)
    else:
        await desk.deny(code)
    return web.Response(status=204)


def _device_id(request: web.Request) -> DeviceId:
    return DeviceId(read_parameters(request, DeviceParameters).id)


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/devices",
        handler=list_devices,
        summary="List the devices",
        needs=Scope.ADMIN,
        reply=list[DeviceJson],
    ),
    Operation(
        method="PATCH",
        path="/api/devices/{id}",
        handler=rename_device,
        summary="Give a device another name",
        needs=Scope.ADMIN,
        parameters=DeviceParameters,
        body=DeviceChange,
        status=204,
        errors=(DeviceNotFoundError,),
    ),
    Operation(
        method="DELETE",
        path="/api/devices/{id}",
        handler=revoke_device,
        summary="Turn a device out",
        needs=Scope.ADMIN,
        parameters=DeviceParameters,
        status=204,
        errors=(DeviceNotFoundError,),
    ),
    Operation(
        method="GET",
        path="/api/pairings",
        handler=list_pairings,
        summary="List the devices that wait for approval",
        needs=Scope.ADMIN,
        reply=list[PairingJson],
    ),
    Operation(
        method="PUT",
        path="/api/pairings/{userCode}",
        handler=answer_pairing,
        summary="Let a device in or turn it away",
        needs=Scope.ADMIN,
        parameters=PairingParameters,
        body=PairingAnswer,
        status=204,
        errors=(PairingNotFoundError,),
    ),
)

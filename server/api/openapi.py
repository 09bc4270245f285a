"""``/api/openapi.json``: the operations described from the types that check their bodies."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
from aiohttp import web

from server.api.bodies import json_response
from server.api.errors import status_of
from server.api.operations import Operation
from server.api.schemas import Problem
from server.api.services import SERVICES
from server.errors import (
    BodyTimeoutError,
    CrossOriginError,
    DiskFullError,
    DomainError,
    ForbiddenError,
    HostNotAllowedError,
    InvalidRequestError,
    PayloadTooLargeError,
    SafeModeError,
    UnauthorizedError,
    UnsupportedMediaTypeError,
)
from server.models import Scope

_REFERENCE = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"\{(\w+)\}")

_PART_HEADERS = {
    "Range": "The part that is wanted, such as `bytes=0-1023`",
    "If-Range": "The ETag that the part has to be of; else all is sent",
    "If-None-Match": "The ETag of what the client has",
}

_DESCRIBED = web.AppKey("described", list[Operation])


def describe(app: web.Application, operations: Sequence[Operation]) -> None:
    """Note the operations that the document is made of."""
    app[_DESCRIBED] = [operation for operation in operations if operation.documented]


async def show_document(request: web.Request) -> web.Response:
    """Send the document."""
    described = request.app[_DESCRIBED]
    return json_response(document(described, request.app[SERVICES].status.current().version))


def document(operations: Sequence[Operation], version: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of ``operations``."""
    parameter_types = {operation.parameters for operation in operations if operation.parameters is not None}
    types = [kind for operation in operations for kind in (operation.body, operation.reply) if kind is not None]
    types += parameter_types
    references, components = msgspec.json.schema_components([Problem, *types], ref_template=_REFERENCE)
    schema_of = dict(zip(map(repr, [Problem, *types]), references, strict=True))
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    names = {kind: schema_of[repr(kind)]["$ref"].rpartition("/")[2] for kind in parameter_types}
    fields = {kind: components.pop(name) for kind, name in names.items()}  # each is described by itself
    for operation in operations:
        described = _operation(operation, schema_of)
        if parameters := _parameters(operation, fields[operation.parameters] if operation.parameters else {}):
            described["parameters"] = parameters
        paths[operation.template][operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": "Miauflix", "version": version},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "miauflix_access"},
            },
        },
    }


def _operation(operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": getattr(operation.handler, "__name__", operation.path),
        "summary": operation.summary,
        "security": [] if operation.needs is None or operation.by_media_token else [{"bearer": []}, {"cookie": []}],
        "responses": _responses(operation, schema_of),
    }
    if operation.needs is Scope.ADMIN:
        described["description"] = "Takes a device with the admin scope."
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _content(operation, schema_of)}
    return described


def _parameters(operation: Operation, fields: dict[str, Any]) -> list[dict[str, Any]]:
    """Describe what stands in the path, then what may stand in the query, then headers."""
    required, known = fields.get("required", []), fields.get("properties", {})
    in_path = _PARAMETER.findall(operation.template)
    return [
        *(
            {"name": name, "in": "path", "required": True, "schema": known.get(name, {"type": "string"})}
            for name in in_path
        ),
        *(
            {"name": name, "in": "query", "required": name in required, "schema": known[name]}
            for name in known
            if name not in in_path
        ),
        *(
            {"name": name, "in": "header", "required": False, "schema": {"type": "string"}, "description": meaning}
            for name, meaning in (_PART_HEADERS.items() if operation.in_parts else ())
        ),
    ]


def _content(operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {"application/json": {"schema": schema_of[repr(operation.body)]}}
    if operation.upload is not None:
        fields = {operation.upload: {"type": "string", "format": "binary"}, "title": {"type": "string"}}
        schema = {"type": "object", "properties": fields, "required": [operation.upload]}
        content["multipart/form-data"] = {"schema": schema}
    return content


def _responses(operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done"}
    if operation.reply is not None:
        answer["content"] = {operation.media_type: {"schema": schema_of[repr(operation.reply)]}}
    responses: dict[str, Any] = {str(operation.status): answer}
    if operation.in_parts:
        answer["content"]["application/octet-stream"] = answer["content"][operation.media_type]
        responses["206"] = answer | {"description": "The part that was asked for"}
        responses["304"] = {"description": "What the client has is still good"}
    codes: dict[int, list[str]] = defaultdict(list)
    for kind in (*_common_errors(operation), *operation.errors):
        codes[status_of(kind)].append(kind.code)
    for status in sorted(codes):
        problem = {"application/problem+json": {"schema": schema_of[repr(Problem)]}}
        responses[str(status)] = {"description": " or ".join(codes[status]), "content": problem}
    return responses


def _common_errors(operation: Operation) -> list[type[DomainError]]:
    errors: list[type[DomainError]] = [HostNotAllowedError]
    if operation.method != "GET":
        errors += [CrossOriginError, UnsupportedMediaTypeError, SafeModeError, DiskFullError]
    if operation.needs is not None:
        errors.append(UnauthorizedError)
    if operation.needs is Scope.ADMIN:
        errors.append(ForbiddenError)
    if operation.parameters is not None:
        errors.append(InvalidRequestError)
    if operation.body is not None:
        errors += [InvalidRequestError, BodyTimeoutError, PayloadTooLargeError]
    return list(dict.fromkeys(errors))


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/openapi.json",
        handler=show_document,
        summary="This description",
        needs=None,
        reply=dict[str, Any],
    ),
)

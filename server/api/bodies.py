"""What comes in, checked against its schema: JSON, path and query. What goes out: JSON."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from aiohttp import web

from server.errors import InvalidRequestError, PayloadTooLargeError, UnsupportedMediaTypeError

JSON_LIMIT = 64 * 1024
"""Bytes of the largest JSON body."""

T = TypeVar("T")


async def read_json(request: web.Request, decoder: msgspec.json.Decoder[T], limit: int = JSON_LIMIT) -> T:
    """Return the body, of at most ``limit`` bytes, as the decoder's type.

    Raises UnsupportedMediaTypeError, InvalidRequestError, PayloadTooLargeError, and aiohttp's 413 above JSON_LIMIT.
    """
    if request.content_type != "application/json":
        raise UnsupportedMediaTypeError("Send JSON, with Content-Type: application/json.")
    if (request.content_length or 0) > limit or len(body := await request.read()) > limit:
        raise PayloadTooLargeError(f"Bodies of up to {limit >> 10} KiB are taken.")
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise InvalidRequestError(f"{error}.") from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise InvalidRequestError("The body is not valid JSON.") from error


def read_parameters(request: web.Request, kind: type[T]) -> T:
    """Return what stands in the path and the query as a struct; what it has no field for is not looked at.

    Raises InvalidRequestError.
    """
    try:
        return msgspec.convert({**request.query, **request.match_info}, kind, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidRequestError(f"{error}.") from error


def json_response(value: Any, *, status: int = 200) -> web.Response:
    """Return ``value`` as JSON."""
    return web.Response(status=status, body=msgspec.json.encode(value), content_type="application/json")

"""What comes in, checked against its schema: JSON, path and query. What goes out: JSON."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from server.errors import BodyTimeoutError, InvalidRequestError, PayloadTooLargeError, UnsupportedMediaTypeError

JSON_LIMIT = 64 * 1024
"""Bytes of the largest JSON body."""

JSON_WITHIN, UPLOAD_WITHIN = 10.0, 60.0
"""Seconds for a body to arrive: whoever drips it must not hold a connection for long."""

_QUOTED = re.compile(r" '.*'", re.DOTALL)

T = TypeVar("T")


@contextlib.asynccontextmanager
async def arriving(within: float) -> AsyncIterator[None]:
    """Read a body in here. Raises BodyTimeoutError when that takes more than so many seconds."""
    try:
        async with asyncio.timeout(within):
            yield
    except TimeoutError:
        raise BodyTimeoutError("The body did not arrive in time.") from None


async def read_json(request: web.Request, decoder: msgspec.json.Decoder[T], limit: int = JSON_LIMIT) -> T:
    """Return the body, of at most ``limit`` bytes, as the decoder's type.

    Raises UnsupportedMediaTypeError, InvalidRequestError, BodyTimeoutError, PayloadTooLargeError, and aiohttp's 413
    above JSON_LIMIT.
    """
    if request.content_type != "application/json":
        raise UnsupportedMediaTypeError("Send JSON, with Content-Type: application/json.")
    async with arriving(JSON_WITHIN):
        if (request.content_length or 0) > limit or len(body := await request.read()) > limit:
            raise PayloadTooLargeError(f"Bodies of up to {limit >> 10} KiB are taken.")
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise InvalidRequestError(_reason(error)) from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise InvalidRequestError("The body is not valid JSON.") from error


def read_parameters(request: web.Request, kind: type[T]) -> T:
    """Return what stands in the path and the query as a struct; what it has no field for is not looked at.

    Raises InvalidRequestError.
    """
    try:
        return msgspec.convert({**request.query, **request.match_info}, kind, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidRequestError(_reason(error)) from error


def _reason(error: msgspec.ValidationError) -> str:
    """Return what is wrong and where, without the value that was sent, which msgspec quotes."""
    return f"{_QUOTED.sub('', str(error))}."


def json_response(value: Any, *, status: int = 200) -> web.Response:
    """Return ``value`` as JSON."""
    return web.Response(status=status, body=msgspec.json.encode(value), content_type="application/json")

"""The one table from errors to HTTP, and the ``application/problem+json`` (RFC 9457) made from it."""

from __future__ import annotations

import http

import msgspec
from aiohttp import web

from server import errors
from server.api.schemas import Problem

STATUSES: dict[type[errors.DomainError], int] = {
    errors.DomainError: 500,
    errors.UpdateCheckError: 502,
    errors.UnauthorizedError: 401,
    errors.TokenExpiredError: 401,
    errors.ForbiddenError: 403,
    errors.CrossOriginError: 403,
    errors.HostNotAllowedError: 403,
    errors.AuthorizationPendingError: 400,
    errors.SlowDownError: 400,
    errors.AccessDeniedError: 400,
    errors.PairingExpiredError: 400,
    errors.InvalidGrantError: 400,
    errors.TooManyPairingsError: 429,
    errors.InvalidRequestError: 400,
    errors.UnsupportedMediaTypeError: 415,
    errors.BodyTimeoutError: 408,
    errors.PayloadTooLargeError: 413,
    errors.NotFoundError: 404,
    errors.MethodNotAllowedError: 405,
    errors.SourceNotFoundError: 404,
    errors.ItemNotFoundError: 404,
    errors.DeviceNotFoundError: 404,
    errors.PairingNotFoundError: 404,
    errors.ProgressNotFoundError: 404,
    errors.InvalidSourceError: 400,
    errors.SourceExistsError: 409,
    errors.SourceUnavailableError: 500,
    errors.CatalogueUnavailableError: 503,
    errors.RangeNotSatisfiableError: 416,
    errors.TorrentTimeoutError: 408,
    errors.NoVideoError: 422,
    errors.EpisodeMissingError: 422,
    errors.UnsafeTorrentError: 422,
    errors.TorrentFailedError: 502,
    errors.DiskFullError: 507,
    errors.TooManyStreamsError: 429,
    errors.OverBudgetError: 503,
    errors.StreamClosedError: 503,
    errors.ViewportTooFrequentError: 429,
    errors.SafeModeError: 503,
    errors.DatabaseUnavailableError: 503,
}

_PAIRING_RETRY_AFTER = 60


def status_of(kind: type[errors.DomainError]) -> int:
    """Return the HTTP status of an error, its own or its nearest parent's."""
    return next(STATUSES[parent] for parent in kind.__mro__ if parent in STATUSES)


def problem_response(error: errors.DomainError) -> web.Response:
    """Return the answer that tells a client of ``error``."""
    status = status_of(type(error))
    problem = Problem(
        type=f"urn:miauflix:problem:{error.code}",
        title=error.title,
        status=status,
        code=error.code,
        detail=error.detail,
    )
    if isinstance(error, errors.SourceExistsError):
        problem.id = error.source_id
    return web.Response(
        status=status,
        body=msgspec.json.encode(problem),
        content_type="application/problem+json",
        headers=_headers(error),
    )


def http_problem_response(error: web.HTTPException) -> web.Response:
    """Return the answer for an error that aiohttp itself found: the same shape as all others."""
    match error.status:
        case 404:
            known: errors.DomainError | None = errors.NotFoundError("There is nothing under this address.")
        case 405:
            known = errors.MethodNotAllowedError("This address does not take this method.")
        case 413:
            known = errors.PayloadTooLargeError("The body is larger than this call allows.")
        case 400:
            known = errors.InvalidRequestError("The request is malformed.")
        case _:
            known = None
    response = problem_response(known) if known else _unnamed_problem(error.status)
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def _unnamed_problem(status: int) -> web.Response:
    title = http.HTTPStatus(status).phrase
    code = title.lower().replace(" ", "_")
    problem = Problem(type=f"urn:miauflix:problem:{code}", title=title, status=status, code=code, detail=title)
    return web.Response(status=status, body=msgspec.json.encode(problem), content_type="application/problem+json")


def _headers(error: errors.DomainError) -> dict[str, str]:
    match error:
        case errors.UnauthorizedError():
            return {"WWW-Authenticate": "Bearer"}
        case errors.OverBudgetError() | errors.ViewportTooFrequentError():
            return {"Retry-After": str(error.retry_after)}
        case errors.TooManyPairingsError():
            return {"Retry-After": str(_PAIRING_RETRY_AFTER)}
        case errors.RangeNotSatisfiableError():
            return {"Content-Range": f"bytes */{error.total}"}
    return {}

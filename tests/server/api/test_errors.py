from __future__ import annotations

import http
from collections.abc import Iterator

import msgspec
import pytest
from aiohttp import web

from server import errors
from server.api.errors import STATUSES, http_problem_response, problem_response, status_of


def descendants(kind: type[errors.DomainError]) -> Iterator[type[errors.DomainError]]:
    for child in kind.__subclasses__():
        yield child
        yield from descendants(child)


COMMAND_LINE_ONLY = {"not_running", "nothing_kept", "rotation_failed", "legacy_unreadable"}

SERVED = [
    kind
    for kind in descendants(errors.DomainError)
    if not issubclass(kind, errors.StartError | errors.BackupError)  # these are for the machine itself
    and kind.__module__ == "server.errors"
    and kind.code not in COMMAND_LINE_ONLY
]


@pytest.mark.parametrize("kind", [kind for kind in SERVED if not kind.__subclasses__()])
def test_every_leaf_has_its_own_row(kind: type[errors.DomainError]) -> None:
    assert kind in STATUSES


@pytest.mark.parametrize("kind", SERVED)
def test_statuses_are_errors_that_http_knows(kind: type[errors.DomainError]) -> None:
    assert status_of(kind) >= 400
    http.HTTPStatus(status_of(kind))


def test_codes_are_distinct() -> None:
    codes = [kind.code for kind in SERVED]
    assert len(codes) == len(set(codes))


def test_a_kind_without_a_row_answers_like_its_parent() -> None:
    class NarrowError(errors.NotFoundError):
        pass

    assert status_of(NarrowError) == 404


@pytest.mark.parametrize(
    ("error", "name", "value"),
    [
        (errors.OverBudgetError(7), "Retry-After", "7"),
        (errors.TooManyPairingsError(), "Retry-After", "60"),
        (errors.RangeNotSatisfiableError(1000), "Content-Range", "bytes */1000"),
        (errors.UnauthorizedError(), "WWW-Authenticate", "Bearer"),
        (errors.TokenExpiredError(), "WWW-Authenticate", "Bearer"),
    ],
)
def test_headers_that_belong_to_a_status(error: errors.DomainError, name: str, value: str) -> None:
    assert problem_response(error).headers[name] == value


def test_a_source_that_is_known_already_is_named() -> None:
    body = problem_response(errors.SourceExistsError("the-id")).body
    assert isinstance(body, bytes)
    assert msgspec.json.decode(body)["id"] == "the-id"


def test_what_aiohttp_finds_has_the_same_shape() -> None:
    response = http_problem_response(web.HTTPMethodNotAllowed("PUT", ["GET", "HEAD"]))
    assert (response.status, response.content_type) == (405, "application/problem+json")
    assert response.headers["Allow"] == "GET,HEAD"
    assert http_problem_response(web.HTTPExpectationFailed()).status == 417

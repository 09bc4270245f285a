from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from server import errors
from server.errors import (
    DomainError,
    OverBudgetError,
    RangeNotSatisfiableError,
    ServerNotRunningError,
    SourceExistsError,
    StartError,
    ViewportTooFrequentError,
)


def tree(root: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    yield root
    for kind in root.__subclasses__():
        yield from tree(kind)


KINDS = [kind for kind in tree() if kind.__module__ == errors.__name__]


def make(kind: type[DomainError]) -> DomainError:
    if kind is SourceExistsError:
        return SourceExistsError("an-id")
    if kind is RangeNotSatisfiableError:
        return RangeNotSatisfiableError(100)
    if kind in {OverBudgetError, ViewportTooFrequentError}:
        return kind(5)  # seconds until it may be asked again
    return kind()


def test_there_is_a_tree() -> None:
    assert len(KINDS) > 40
    assert {kind.__name__ for kind in KINDS} == {
        name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)
    }


def test_codes_are_unique() -> None:
    assert [code for code, count in Counter(kind.code for kind in KINDS).items() if count > 1] == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_code_for_programs_and_words_for_people(kind: type[DomainError]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)
    assert kind.title
    assert kind.title[0].isupper()
    assert not kind.title.endswith(".")
    assert kind.__doc__


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_says_something_on_one_line(kind: type[DomainError]) -> None:
    error = make(kind)
    assert str(error) == error.detail != ""
    assert "\n" not in error.detail


def test_a_detail_stands_for_the_title() -> None:
    assert StartError().detail == "Miauflix could not start"
    assert StartError("The disk is gone.").detail == "The disk is gone."


def test_what_programs_need_beside_the_text() -> None:
    assert SourceExistsError("an-id").source_id == "an-id"
    assert RangeNotSatisfiableError(100).total == 100
    assert OverBudgetError(5).retry_after == 5
    assert "--data-dir" in ServerNotRunningError().detail

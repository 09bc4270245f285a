from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from app.recent_problems import RecentProblems


@pytest.fixture
def problems() -> Iterator[RecentProblems]:
    made = RecentProblems()
    logger = logging.getLogger("problems")
    logger.addHandler(made)
    yield made
    logger.removeHandler(made)


def test_warnings_are_kept_newest_first_and_news_are_not(problems: RecentProblems) -> None:
    log = logging.getLogger("problems")
    log.info("all is well")
    log.warning("it is %s", "late")
    log.error("it failed", exc_info=OSError("said so"))
    assert [each.text for each in problems.list()] == ["it failed (OSError)", "it is late"]


def test_no_identifier_is_kept(problems: RecentProblems) -> None:
    logging.getLogger("problems").warning("bad link magnet:?xt=urn:btih:%s", "ab" * 20)
    (kept,) = problems.list()
    assert "ab" * 20 not in kept.text
    assert "btih" not in kept.text


def test_only_the_last_hundred_are_kept(problems: RecentProblems) -> None:
    for number in range(150):
        logging.getLogger("problems").warning("%d", number)
    assert [each.text for each in problems.list()] == [str(number) for number in range(149, 49, -1)]

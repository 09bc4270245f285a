"""What nobody sent is remembered for a while."""

from __future__ import annotations

from dataclasses import dataclass

from server.models import SourceId
from server.sources.silence import COUNTS_FOR, Silences

ONE, OTHER = SourceId("one"), SourceId("other")


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_silent_source_is_known_until_its_time_is_over() -> None:
    clock = Clock()
    silences = Silences(clock)
    silences.note(ONE)
    assert ONE in silences
    assert OTHER not in silences
    clock.now += COUNTS_FOR - 1
    assert ONE in silences
    clock.now += 1
    assert ONE not in silences
    silences.note(OTHER)
    assert silences._until.keys() == {OTHER}, "what is over is forgotten"


def test_a_source_that_was_heard_is_not_silent() -> None:
    silences = Silences(Clock())
    silences.note(ONE)
    silences.heard(ONE)
    silences.heard(OTHER)
    assert ONE not in silences

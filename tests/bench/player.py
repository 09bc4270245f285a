"""A player: fills a start-up buffer, then consumes at the film's rate and notes each time that the buffer runs dry."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bench.client import BenchError, Body, Target, opened

RATE = 1 << 20
"""Bytes a second of the film."""

START_UP = 2 * RATE
"""Bytes that a player wants before it starts."""

_RESUME = RATE
_READ_AHEAD = 8 * RATE
_STEP = 64 << 10
_RECEIVE_BUFFER = 256 << 10  # or the kernel would be a second read-ahead of many seconds
_STALLED_AT_MOST = 30.0


@dataclass(frozen=True, slots=True)
class Playback:
    """How a film played. Seconds."""

    start_up: float
    stalls: int
    stalled: float


def play(target: Target, start: int, seconds: float) -> Playback:
    """Play ``seconds`` of the film from the byte ``start`` on. Raises BenchError, TimeoutError."""
    began = time.perf_counter()
    with opened(target, start, receive_buffer=_RECEIVE_BUFFER) as body:
        screen = _Screen(body)
        screen.fill(START_UP)
        start_up = time.perf_counter() - began
        screen.show(seconds)
    return Playback(start_up, screen.stalls, screen.stalled)


class _Screen:
    def __init__(self, body: Body) -> None:
        self.stalls = 0
        self.stalled = 0.0
        self._body = body
        self._buffer = memoryview(bytearray(_STEP))
        self._got = 0

    def fill(self, level: int) -> None:
        """Read until so many bytes came."""
        latest = time.perf_counter() + _STALLED_AT_MOST
        while self._got < level:
            if time.perf_counter() > latest or not self._read(_STALLED_AT_MOST):
                raise BenchError(f"Too little came for {_STALLED_AT_MOST:.0f} s.")

    def show(self, seconds: float) -> None:
        """Consume at the film's rate; a dry buffer stops the clock until there is a second of film again."""
        end = int(seconds * RATE)
        clock = time.perf_counter()
        while (shown := int((time.perf_counter() - clock) * RATE)) < end:
            ahead = self._got - shown
            if self._got >= end or ahead >= _READ_AHEAD:
                time.sleep(_STEP / RATE)
            elif ahead <= 0 or not self._read(ahead / RATE):
                dry = time.perf_counter()
                self.fill(int((dry - clock) * RATE) + _RESUME)
                pause = time.perf_counter() - dry
                self.stalls += 1
                self.stalled += pause
                clock += pause

    def _read(self, patience: float) -> bool:
        """Read what comes within the patience; whether anything did."""
        self._body.wait_at_most(max(patience, 0.001))
        try:
            count = self._body.read_into(self._buffer)
        except TimeoutError:
            return False
        if not count:
            raise BenchError("The film ended early.")
        self._got += count
        return True

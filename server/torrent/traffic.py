"""Whose turn it is on the line: what plays goes first, what is got ready for later waits. No I/O."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Traffic:
    """Knows which torrents have hungry players, and whether anything may be got ready meanwhile."""

    def __init__(self, changed: Callable[[], None]) -> None:
        """``changed`` is called whenever ``yielding`` has changed."""
        self.clear = asyncio.Event()
        """Set while torrents may be got ready for later."""
        self.clear.set()
        self._changed = changed
        self._hungry: set[object] = set()
        self._paused = False

    @property
    def yielding(self) -> bool:
        """Whether whatever is got ready for later has to wait."""
        return not self.clear.is_set()

    @property
    def hungry(self) -> bool:
        """Whether a player misses bytes that it needs soon."""
        return bool(self._hungry)

    def tell(self, torrent: object, *, hungry: bool) -> None:
        """Take note of how a torrent's players do."""
        if hungry:
            self._hungry.add(torrent)
        else:
            self._hungry.discard(torrent)
        self._decide()

    def pause(self, *, paused: bool) -> None:
        """Let nothing be got ready for later, whoever plays; or let it again."""
        self._paused = paused
        self._decide()

    def _decide(self) -> None:
        clear = not self._hungry and not self._paused
        if clear == self.clear.is_set():
            return
        if clear:
            self.clear.set()
        else:
            self.clear.clear()
        self._changed()

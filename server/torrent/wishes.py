"""What readers want of one torrent, carried out: the schedule decides, this tells the session and keeps the clock."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import libtorrent as lt

from server.models import Purpose
from server.torrent.extent import Extent
from server.torrent.pieces import PieceSchedule
from server.torrent.progress import Progress
from server.torrent.traffic import Traffic, Turn

_LINGER = 30.0  # seconds
_LATE = 0.25  # seconds that a reader waits for a piece before it is in a hurry
_WATCH = 2.0  # seconds until it is looked whether anybody was asked for that piece; twice as long each time
_LULL = 15.0  # seconds; peers that left while nothing was wanted for so long may be back
_SILENCE = 7.0
"""Seconds without a byte, although somebody waits and peers said that they would send; then their connections are taken
for dead. A router that was restarted, or a computer that slept, tells neither side of them."""

_BITTORRENT = lt.peer_info.standard_bittorrent
_NOTHING_ELSE = 0  # of a status: but what costs nothing
_BUSY = 2.0  # seconds that the session takes for an answer when it was held up itself, and hears nobody

_REQUESTED = 1  # a block's state in the download queue: 0 free, 1 asked for, 2 being written, 3 there


class RecallPeers(Protocol):
    """Has a torrent look at all peers it knows of."""

    def __call__(self, *, soon: bool) -> None:
        """Look at them; ``soon`` for those that just left, too."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What the session is at."""

    begun: frozenset[int] = frozenset()
    """Pieces that somebody is asked for a part of, or that have come whole but for the check."""
    received: int = 0
    """Bytes since the torrent joined."""
    promised: bool = False
    """Whether any peer would send what it is asked for; web servers may take their time."""


@dataclass(slots=True)
class _Wait:
    """A reader that waits for a piece."""

    piece: int
    timer: asyncio.TimerHandle
    pause: float = _WATCH


class Wishes:
    """The readers of one torrent and what the session was told of them. Used on the event loop only."""

    def __init__(
        self, handle: lt.torrent_handle, progress: Progress, traffic: Traffic, recall_peers: RecallPeers
    ) -> None:
        """``traffic`` is that of all torrents; ``recall_peers`` is called when pieces are wanted where none were."""
        self._handle = handle
        self._recall_peers = recall_peers
        self._progress = progress
        self._traffic = traffic
        self._loop = asyncio.get_running_loop()
        self._schedule = PieceSchedule(progress.have)
        self._hastening: set[str] = set()
        self._joined = False
        """Whether the torrent was resumed, as the first wish does: see ``parameters.joining``."""
        self._wanted_at = -math.inf
        self._in_vain = False
        """Whether somebody waits for a piece that nobody is asked for."""
        self._apply_handle: asyncio.Handle | None = None
        self._closed = False
        self._lingering: tuple[int, asyncio.TimerHandle] | None = None
        self._waits: dict[int, _Wait] = {}
        self._looking: asyncio.Future[_Look] | None = None
        self._heard = 0, -math.inf
        """Bytes that had come when it was looked last, and when there were more than before."""

    def open(self, extent: Extent, start: int, stop: int, purpose: Purpose, viewing: object = None) -> int:
        """Want the bytes from ``start`` to before ``stop``; return the key of the wish.

        ``viewing`` says who watches what: of its wishes the last one goes first.
        """
        if purpose is Purpose.PLAY:
            self._end_linger()
        key = self._schedule.open(extent, start, stop, purpose, viewing)
        self.reschedule()
        return key

    def advance(self, key: int, position: int) -> None:
        """Tell where the reader is."""
        if self._schedule.advance(key, position, self._loop.time()):
            self.reschedule()

    async def wait(self, key: int, piece: int) -> None:
        """Wait until the piece that the reader is at is on the disk. Raises TorrentFailedError, StreamClosedError."""
        if not self._waits:
            self._heard = self._heard[0], self._loop.time()
        self._waits[key] = _Wait(piece, self._loop.call_later(_LATE, self._on_late, key))
        try:
            await self._progress.wait(piece)
        finally:
            self._waits.pop(key).timer.cancel()

    def release(self, key: int) -> None:
        """Want the reader's bytes no more.

        The window of the last player stays wanted for a while: players seek by leaving and coming back, and peers that
        are told of no interest in between choke us, many of them for ten seconds.
        """
        if self._progress.error is None and self._schedule.is_last_player(key):
            self._schedule.demote(key)
            self._lingering = key, self._loop.call_later(_LINGER, self._end_linger)
        else:
            self._schedule.close(key)
        self.reschedule()

    def wanted(self) -> dict[int, int]:
        """Return the pieces that are wanted now, with their priorities."""
        return self._schedule.plan().priorities

    def priorities(self, first: int | None, priority: int) -> list[int]:
        """Return the priorities of all pieces: of those that are wanted now, and of the one that will be first.

        A file that is selected is wanted whole until the session hears otherwise, and a fast swarm sends much until
        then; wanting nothing at all would have the peers choke us.
        """
        wanted = ({} if first is None else {first: priority}) | self.wanted()
        return [wanted.get(piece, 0) for piece in range(len(self._progress.have))]

    def hasten(self, owner: str, *, soon: bool) -> None:
        """Say whether what ``owner`` gets ready here will be played soon; then others that are got ready give way.

        Several may get something of one torrent ready: episodes of a pack.
        """
        before = self._turn
        if soon:
            self._hastening.add(owner)
        else:
            self._hastening.discard(owner)
        if self._turn is not before:
            self.reschedule()

    @property
    def yielding(self) -> bool:
        """Whether what is got ready here has to wait for other torrents."""
        return self._traffic.is_behind(self, self._turn)

    def give_way(self) -> None:
        """Look anew at whether what is got ready here may be asked for."""
        if self._schedule.yielding != self.yielding:
            self.reschedule()

    # --- for the torrent --------------------------------------------------------------------------------------

    def reschedule(self) -> None:
        """Apply the schedule once the events at hand are dealt with."""
        if self._apply_handle is None and not self._closed:
            self._apply_handle = self._loop.call_soon(self._apply)

    def restart(self) -> None:
        """Take it that the session wants anything, nobody knows what, and tell it everything again."""
        self._schedule.restart()
        self.reschedule()

    def close(self) -> None:
        """Want nothing more; the torrent has left the session. Readers may still be there."""
        self._end_linger()
        self._closed = True
        if self._apply_handle:
            self._apply_handle.cancel()
        self._traffic.tell(self, Turn.LATER)

    # --- inside -----------------------------------------------------------------------------------------------

    @property
    def _turn(self) -> Turn:
        """What the line is needed for by what is got ready here."""
        return Turn.SOON if self._hastening else Turn.LATER

    def _on_late(self, key: int) -> None:
        self._schedule.late(key)
        self.reschedule()
        self._waits[key].timer = self._loop.call_later(_WATCH, self._watch, key)

    def _watch(self, key: int) -> None:
        # On a thread, for the answer takes as long as the session is busy; the alert with it can't be read by Python.
        self._looking = self._loop.run_in_executor(None, _look, self._handle)
        self._looking.add_done_callback(partial(self._on_look, self._loop.time()))
        wait = self._waits[key]
        wait.pause *= 2
        wait.timer = self._loop.call_later(wait.pause, self._watch, key)

    def _on_look(self, now: float, looking: asyncio.Future[_Look]) -> None:
        """Call peers anew when all are silent, and say everything again when nobody was asked for a piece."""
        if looking.cancelled() or not self._waits or self._closed:
            return
        look = looking.result()
        if look.received > self._heard[0]:
            self._heard = look.received, now
        waited_for = {wait.piece for key, wait in self._waits.items() if self._schedule.plays(key)}
        silent = look.promised and now - self._heard[1] >= _SILENCE and self._loop.time() - now < _BUSY
        if silent:
            self._heard = look.received, now
            self._handle.pause()  # which is how to hang up
            self._handle.resume()
        if silent or not waited_for <= look.begun:
            self._in_vain = True
            self.restart()

    def _end_linger(self) -> None:
        if self._lingering:
            key, timer = self._lingering
            self._lingering = None
            timer.cancel()
            self._schedule.close(key)
            self.reschedule()

    def _need(self) -> Turn:
        """Return what the line is needed for."""
        if self._progress.error:
            return Turn.LATER
        if self._schedule.hungry:
            return Turn.NOW
        return self._turn if self._schedule.preparing else Turn.LATER

    def _apply(self) -> None:
        self._traffic.tell(self, self._need())
        self._apply_handle = None
        self._schedule.yielding = self.yielding
        if self._schedule.wanted:
            self._wanted_at = self._loop.time()
        changes = self._schedule.changes()
        if changes.clear:
            self._handle.clear_piece_deadlines()
        for piece in changes.reset:
            self._handle.reset_piece_deadline(piece)
        for piece, milliseconds in changes.deadlines:
            self._handle.set_piece_deadline(piece, milliseconds)
        if changes.priorities:
            self._handle.prioritize_pieces(list(changes.priorities))
        if not self._joined and (changes.wakes or (self._schedule.has_readers and not self._schedule.yielding)):
            self._joined = True
            self._handle.resume()
        if changes.wakes:
            self._recall_peers(soon=self._in_vain or self._loop.time() - self._wanted_at > _LULL)
            self._in_vain = False


def _look(handle: lt.torrent_handle) -> _Look:
    """Ask the session. Blocking."""
    try:
        queue, received = handle.get_download_queue(), handle.status(_NOTHING_ELSE).total_payload_download
        peers = [peer.flags for peer in handle.get_peer_info() if peer.connection_type == _BITTORRENT]
    except RuntimeError:  # the torrent has left the session
        return _Look()
    states = {piece["piece_index"]: [block["state"] for block in piece["blocks"]] for piece in queue}
    begun = frozenset(piece for piece, blocks in states.items() if _REQUESTED in blocks or all(blocks))
    promised = any(flags & lt.peer_info.interesting and not flags & lt.peer_info.remote_choked for flags in peers)
    return _Look(begun, received, promised)

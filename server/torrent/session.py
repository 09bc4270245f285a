"""The libtorrent session: its settings, and the alerts that wake the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Final, cast

import libtorrent as lt

from server.settings import EngineSettings

_QUEUE_SIZE = 100_000

# Writes each block before the piece is hashed, so that a finished piece is in its file. The other back-ends keep passed
# pieces in memory for some milliseconds more, in which the file still reads as zeros.
_DISK_IO = "posix_disk_io_constructor"

_PRIVATE = (
    ("0.0.0.0", "0.255.255.255"),  # noqa: S104 - a range to block, nothing listens there
    ("10.0.0.0", "10.255.255.255"),
    ("100.64.0.0", "100.127.255.255"),
    ("127.0.0.0", "127.255.255.255"),
    ("169.254.0.0", "169.254.255.255"),
    ("172.16.0.0", "172.31.255.255"),
    ("192.168.0.0", "192.168.255.255"),
    ("::1", "::1"),
    ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
)
"""Addresses of no public peer: a magnet must not make the appliance knock at the user's own machines."""

_BOOTSTRAP = (
    "dht.libtorrent.org:25401",
    "router.bittorrent.com:6881",
    "router.utorrent.com:6881",
    "dht.transmissionbt.com:6881",
    "dht.aelitis.com:6881",
)

_RECONNECT = 20
"""Seconds until a peer is tried again, times one more than it could not be reached before. Those that have no room for
one more hang up each time, and a popular film has hundreds of them: more often is more than routers bear."""

_RECONNECT_SOON = 1
"""The same when peers may well be back: the network was gone, the swarm had died, or seeds had hung up on a torrent
that wanted nothing for a while."""

_SOON = 5.0
"""Seconds that this lasts."""

_TRIES = (30, 31)
"""How often a peer is tried that can't be reached; 31 is the most that libtorrent counts to. There are two numbers
because only a change makes the session count anew."""

_CONNECTIONS = (1 << 16, (1 << 16) + 1)
"""Most connections of a torrent, more than there ever are. Two numbers, too, because only a change is acted upon."""

LIBTORRENT: Final = str(lt.__version__)
"""The version of the library in use."""

AlertHandler = Callable[[list[lt.alert]], None]


def settings_pack(settings: EngineSettings) -> dict[str, Any]:
    """Return libtorrent's settings for a session that plays while it downloads."""
    categories = lt.alert_category
    pack: dict[str, Any] = {
        "user_agent": "Miauflix",
        "listen_interfaces": settings.listen,
        "enable_dht": settings.dht,
        "enable_lsd": settings.lsd,
        "enable_upnp": settings.upnp,
        "enable_natpmp": settings.upnp,
        "enable_outgoing_utp": settings.utp,
        "enable_incoming_utp": settings.utp,
        "download_rate_limit": settings.download_limit_kib * 1024,
        "upload_rate_limit": settings.upload_limit_kib * 1024,
        "dht_bootstrap_nodes": ",".join(_BOOTSTRAP) if settings.dht else "",
        "ssrf_mitigation": not settings.allow_private_peers,
        "allow_multiple_connections_per_ip": settings.allow_private_peers,
        "alert_mask": categories.error | categories.status | categories.storage | categories.piece_progress,
        "alert_queue_size": _QUEUE_SIZE,
        # Start fast: ask everybody at once, don't queue seconds of requests at a peer before a seek.
        "request_queue_time": 1,
        # How often, in ms, the session makes connections: a known peer would otherwise wait half a second.
        "tick_interval": 100,
        "connection_speed": 200,
        "torrent_connect_boost": 100,
        "smooth_connects": False,
        "announce_to_all_trackers": True,
        "announce_to_all_tiers": True,
        "peer_connect_timeout": 5,
        "min_reconnect_time": _RECONNECT,
        "max_failcount": _TRIES[0],
        "piece_timeout": 5,
        "request_timeout": 10,
        # Or the first pieces of a torrent would be any, whatever the priorities say.
        "initial_picker_threshold": 0,
        "whole_pieces_threshold": 2,
        "piece_extent_affinity": False,
        "auto_sequential": False,
        "strict_end_game_mode": False,
        # Between two windows nothing is wanted for a moment: the seeds must not be dropped for it.
        "close_redundant_connections": False,
        # Share mode keeps the session from telling seeds that a torrent wants nothing yet. It shall neither tell of
        # itself, nor download for the sake of others unless each byte could be given away a million times. Nobody can
        # keep it from letting seeds go beyond ten, and beyond half of all peers: it ends before anything is wanted.
        "support_share_mode": False,
        "share_mode_target": 1 << 20,
        "max_queued_disk_bytes": 32 << 20,
        "max_peer_recv_buffer_size": 512 << 10,
        "urlseed_max_request_bytes": 4 << 20,
        "active_downloads": -1,
        "active_seeds": -1,
        "active_limit": -1,
        "auto_manage_interval": 3600,
    }
    return pack | _proxy(settings.proxy)


def _proxy(address: str) -> dict[str, Any]:
    """Return the settings for a SOCKS5 proxy given as ``host:port``; nothing for an empty address."""
    if not address:
        return {}
    host, _, port = address.rpartition(":")
    return {
        "proxy_type": int(lt.proxy_type_t.socks5),
        "proxy_hostname": host.strip("[]"),
        "proxy_port": int(port),
        "proxy_hostnames": True,
        "proxy_peer_connections": True,
        "proxy_tracker_connections": True,
    }


class Session:
    """A libtorrent session whose alerts are handed over on the event loop as soon as there are any.

    The alerts are good only until the handler returns: libtorrent frees them afterwards.
    """

    def __init__(self, settings: EngineSettings, handle: AlertHandler) -> None:
        """Blocks for some milliseconds while the session's threads start; no alert comes before ``wake``."""
        parameters = lt.session_params()
        parameters.settings = cast("lt.settings_pack", settings_pack(settings))  # a dict, whatever the stubs say
        parameters.disk_io_constructor = _DISK_IO
        # In a list, because whoever drops the last reference joins the session's threads: see close().
        self._held = [lt.session(parameters)]
        self._handle = handle
        self._recalls = 0
        self._relaxing: asyncio.TimerHandle | None = None
        if not settings.allow_private_peers:
            blocked = lt.ip_filter()
            for first, last in _PRIVATE:
                blocked.add_rule(first, last, 1)
            self._held[0].set_ip_filter(blocked)

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls, settings: EngineSettings, handle: AlertHandler) -> AsyncIterator[Session]:
        """Start a session, and end it in the end; both off the loop, for they block."""
        loop = asyncio.get_running_loop()
        session = await loop.run_in_executor(None, cls, settings, handle)
        try:
            with session.waking(loop):
                yield session
        finally:
            session.leave_in_peace()
            await loop.run_in_executor(None, session.close)

    def add(self, parameters: lt.add_torrent_params) -> None:
        """Add a torrent; an ``add_torrent_alert`` says what became of it."""
        self._held[0].async_add_torrent(parameters)

    def remove(self, handle: lt.torrent_handle) -> None:
        """Remove a torrent; its files stay."""
        self._held[0].remove_torrent(handle)

    def post_updates(self) -> None:
        """Ask for a ``state_update_alert`` with the status of the torrents that changed."""
        self._held[0].post_torrent_updates(0)

    def recall_peers(self, handle: lt.torrent_handle, *, soon: bool) -> None:
        """Have a torrent that wants pieces again look at all peers it knows of; ``soon`` at those that just left, too.

        While it wants nothing, the session takes it for finished, has no use for seeds that leave, and keeps count of
        those left to be tried; it forgets to count them anew when the torrent goes on (libtorrent 2.1.1).
        """
        self._recalls += 1
        tries = _TRIES[self._recalls % 2]
        self._apply({"max_failcount": tries})  # counts, for all torrents
        if soon:
            if self._relaxing:
                self._relaxing.cancel()
            self._relaxing = asyncio.get_running_loop().call_later(_SOON, self.leave_in_peace)
            self._apply({"min_reconnect_time": _RECONNECT_SOON})
        for most in _CONNECTIONS:  # whichever this torrent has, the other one is a change
            handle.set_max_connections(most)

    def leave_in_peace(self) -> None:
        """Look but now and then at peers that left."""
        if self._relaxing:
            self._relaxing.cancel()
            self._relaxing = None
            self._apply({"min_reconnect_time": _RECONNECT})

    def port(self) -> int:
        """Return the port that peers connect to; 0 when there is none."""
        return self._held[0].listen_port()

    def close(self) -> None:
        """End the session; blocks until its threads are gone."""
        self._held.clear()

    @contextlib.contextmanager
    def waking(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        """Hand alerts over on ``loop`` for as long as the context lasts."""
        session = self._held[0]
        if sys.platform == "win32":  # libtorrent can't write to a socket's descriptor there
            session.set_alert_notify(lambda: loop.call_soon_threadsafe(self._drain))
            yield
            session.set_alert_notify(lambda: None)
            return
        receiver, sender = socket.socketpair()
        with receiver, sender:
            receiver.setblocking(False)  # noqa: FBT003 - the standard library takes it by position
            sender.setblocking(False)  # noqa: FBT003 - as above
            loop.add_reader(receiver, self._woken, receiver)
            session.set_alert_fd(sender.fileno())
            try:
                yield
            finally:
                loop.remove_reader(receiver)
                session.set_alert_fd(-1)

    def _apply(self, pack: dict[str, Any]) -> None:
        self._held[0].apply_settings(cast("lt.settings_pack", pack))  # a dict, whatever the stubs say

    def _woken(self, receiver: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError):
            while receiver.recv(4096):
                pass
        self._drain()

    def _drain(self) -> None:
        if self._held:
            self._handle(self._held[0].pop_alerts())

"""Bare libtorrent on loopback: TCP only, and nobody is asked for peers."""

from __future__ import annotations

from typing import cast

import libtorrent as lt


def session(backend: str = "posix", *, categories: int = 0) -> lt.session:
    """Start a session with the disk back-end of this name; everything else is as libtorrent ships it."""
    parameters = lt.session_params()
    settings = {
        "listen_interfaces": "127.0.0.1:0",
        "enable_dht": False,
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        "enable_outgoing_utp": False,
        "enable_incoming_utp": False,
        "allow_multiple_connections_per_ip": True,
        "active_limit": -1,
        "active_seeds": -1,
        "alert_mask": categories,
    }
    parameters.settings = cast("lt.settings_pack", settings)  # a dict, whatever the stubs say
    parameters.disk_io_constructor = f"{backend}_disk_io_constructor"
    return lt.session(parameters)

"""What can be tried out before the running server is stopped for new settings. Blocking; no Qt."""

from __future__ import annotations

import socket
import tempfile
from dataclasses import replace

from app.language import tr
from app.settings.amending import SettingRefusedError
from server.settings import Options, ServerSettings, Settings


def try_out(options: Options, wanted: Settings) -> None:
    """Try the new port and the new folder. Raises SettingRefusedError."""
    before = options.settings
    if (wanted.server.host, wanted.server.port) != (before.server.host, before.server.port):
        _try_port(wanted.server)
    if wanted.storage.folder != before.storage.folder:
        _try_folder(replace(options, settings=wanted))


def _try_port(wanted: ServerSettings) -> None:
    family = socket.AF_INET6 if ":" in wanted.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:  # as the server itself listens: what only lingers of a former one is no obstacle
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((wanted.host, wanted.port))
            probe.listen(1)
    except OSError as error:
        raise SettingRefusedError(("server", "port"), port_words(wanted.port)) from error


def port_words(port: int) -> str:
    """Say that the port can't be had."""
    return tr("Port {port} is taken by another program, or reserved. Choose another one.").format(port=port)


def _try_folder(options: Options) -> None:
    folder = options.download_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        words = tr("Nothing can be kept in this folder: {reason}.").format(reason=error.strerror or error)
        raise SettingRefusedError(("storage", "folder"), words) from error

"""One running app a data folder: the first holds a lock and listens, a second asks it to show itself and leaves."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_log = logging.getLogger(__name__)

_DONE = b"done\n"
_MOST_BYTES = 1 << 20
_ANSWER_MS = 3000


class SingleInstance(QObject):
    """The lock and the local socket of the first instance.

    The lock is never stale by age, only when its process is gone, so a start after a kill succeeds at once.
    """

    show_requested = Signal(list)
    """Carries the magnet links and paths of torrent files that a second start was given."""

    def __init__(self, data_dir: Path, parent: QObject | None = None, *, runtime_dir: Path | None = None) -> None:
        """Use the user's private run-time folder; ``runtime_dir`` replaces it."""
        super().__init__(parent)
        folder = runtime_dir or _runtime_dir()
        name = "miauflix-" + hashlib.sha256(str(data_dir.absolute()).encode()).hexdigest()[:16]
        self._lock = QLockFile(str(folder / f"{name}.lock"))
        self._lock.setStaleLockTime(0)
        # On Windows this names a pipe; elsewhere a path keeps the socket in a folder that is closed to other users.
        self._address = name if sys.platform == "win32" else str(folder / f"{name}.socket")
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)

    def acquire(self) -> bool:
        """Become the one instance; return False when another is."""
        if not self._lock.tryLock(0) and self._lock.error() is QLockFile.LockError.LockFailedError:
            return False
        QLocalServer.removeServer(self._address)  # a killed instance leaves its socket behind
        if not self._server.listen(self._address):
            _log.warning("A second start can't reach this one: %s", self._server.errorString())
        return True

    def show_other(self, links: Sequence[str] = ()) -> bool:
        """Ask the running instance to show its window and to take the links; return whether it did within 3 s."""
        socket = QLocalSocket()
        socket.connectToServer(self._address)
        if not socket.waitForConnected(_ANSWER_MS):
            return False
        socket.write(json.dumps({"open": list(links)}).encode() + b"\n")
        answered = socket.waitForBytesWritten(_ANSWER_MS) and socket.waitForReadyRead(_ANSWER_MS)
        socket.disconnectFromServer()
        return answered

    def release(self) -> None:
        """Stop listening and unlock; leaves no file behind."""
        self._server.close()
        self._lock.unlock()

    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(self._listen)
            if socket.bytesAvailable():
                self._answer(socket)

    def _listen(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._answer(socket)

    def _answer(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > _MOST_BYTES:
            socket.abort()
        elif socket.canReadLine():
            links = _links_in(bytes(socket.readLine().data()))
            socket.write(_DONE)
            socket.flush()
            self.show_requested.emit(links)


def _links_in(line: bytes) -> list[str]:
    """Return what a second start hands over; nothing when it speaks another language."""
    try:
        links = json.loads(line)["open"]
    except (ValueError, KeyError, TypeError):
        return []
    return [link for link in links if isinstance(link, str)] if isinstance(links, list) else []


def _runtime_dir() -> Path:
    """Return the user's run-time folder, which Qt makes private (mode 0700, own) or refuses."""
    private = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.RuntimeLocation)
    folder = Path(private or QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation))
    folder.mkdir(parents=True, exist_ok=True)
    return folder

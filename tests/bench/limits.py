"""The limits of what any player can reach: bare libtorrent for a cold stream, plain file servers for a hot one."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.child import Child, running
from bench.client import BenchError, Target
from bench.swarm import Swarm

BACKENDS = ("posix", "mmap", "pread")
FILE_SERVERS = ("nginx", "aiohttp")

_DOWNLOAD_PATIENCE = 300.0

_NGINX = """
{user}
daemon off;
worker_processes 1;
error_log stderr;
pid {folder}/nginx.pid;
events {{ worker_connections 64; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; location = /film {{ alias {film}; }} }}
}}
"""


def download(swarm: Swarm, folder: Path, backend: str) -> dict[str, Any]:
    """Download a film with bare libtorrent; return ``seconds``, ``cpu`` and ``memory``."""
    arguments = [str(swarm.film.torrent), str(folder), swarm.peers[0], backend]
    with running([sys.executable, "-m", "bench.leech", *arguments], folder / "leech.log") as child:
        cost: dict[str, Any] = child.answer(_DOWNLOAD_PATIENCE)
    return cost


@contextlib.contextmanager
def file_server(name: str, film: Path, folder: Path) -> Iterator[tuple[Child, Target]]:
    """Serve a file with a plain server. Raises BenchError when it is not installed."""
    log = folder / f"{name}.log"
    if name == "aiohttp":
        with running([sys.executable, "-m", "bench.file_server", str(film)], log) as child:
            yield child, Target(int(child.line()), "/film")
        return
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        raise BenchError("It is not installed.")
    port = _free_port()
    configuration = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # or its worker becomes nobody, who may not read the film
    configuration.write_text(_NGINX.format(user=user, folder=folder, port=port, film=film))
    with running([nginx, "-e", "stderr", "-p", str(folder), "-c", str(configuration)], log) as child:
        _wait_for(port)
        yield child, Target(port, "/film")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    # nginx says nowhere that it listens; only a connection tells.
    for _ in range(100):
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.05)
    raise BenchError("It did not start to listen.")

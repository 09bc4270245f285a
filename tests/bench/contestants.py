"""Those who play torrents over HTTP: Miauflix, and peers that are installed."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import platformdirs
from bench import isolation
from bench.child import Child, running
from bench.client import PATIENCE, Target, head
from bench.swarm import Swarm
from fakes.server_process import ROOT, Household

_PEERS = Path(__file__).with_name("peers")
_INSTALL_PATIENCE = 300


class Player(Protocol):
    """A contestant that runs."""

    @property
    def pid(self) -> int:
        """The process that does the work, or is the parent of those who do."""

    def add(self, swarm: Swarm, *, by_magnet: bool = False, idle: bool = False) -> Target:
        """Make a torrent ready to be played; an idle one asks for nothing before a player does."""


class Contestant(Protocol):
    """Somebody who can be started in an empty folder."""

    @property
    def name(self) -> str:
        """What it is called in tables."""

    def playing(self, folder: Path, known: Sequence[Swarm] = ()) -> AbstractContextManager[Player]:
        """Start it. It has met the known swarms in an earlier life, but not a byte of their films."""


@dataclass(frozen=True, slots=True)
class Miauflix:
    """The server as its users start it."""

    name: str = "miauflix"

    @contextlib.contextmanager
    def playing(self, folder: Path, known: Sequence[Swarm] = ()) -> Iterator[Player]:
        household = Household(folder / "home")
        household.prepare()
        token = household.run("devices", "add", "Benchmark")["accessToken"]
        ids = {swarm.info_hash: household.run("sources", "add", swarm.magnet)["id"] for swarm in known}
        if known:
            with self._serving(household, token, ids) as player:
                for swarm in known:
                    head(player.add(swarm))
        with self._serving(household, token, ids) as player:
            yield player

    @contextlib.contextmanager
    def _serving(self, household: Household, token: str, ids: dict[str, str]) -> Iterator[_Server]:
        command = household.command("serve", "--host", "127.0.0.1", "--port", "0", "--no-discovery")
        with running(command, household.log, cwd=ROOT) as child:
            port = urlsplit(child.line().split()[-1]).port
            assert port
            yield _Server(child.pid, port, token, ids)


@dataclass(frozen=True, slots=True)
class _Server:
    pid: int
    port: int
    token: str
    ids: dict[str, str]

    def add(self, swarm: Swarm, *, by_magnet: bool = False, idle: bool = False) -> Target:
        headers = {"Authorization": f"Bearer {self.token}"}
        if swarm.info_hash not in self.ids:
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.port}/api/sources",
                json.dumps({"magnet": swarm.magnet}).encode(),
                {"Content-Type": "application/json", **headers},
            )
            with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
                self.ids[swarm.info_hash] = json.load(reply)["id"]
            if not by_magnet:
                head(self._target(swarm, headers))
        elif idle:
            head(self._target(swarm, headers))
        return self._target(swarm, headers)

    def _target(self, swarm: Swarm, headers: dict[str, str]) -> Target:
        return Target(self.port, f"/api/stream/{self.ids[swarm.info_hash]}", headers)


@dataclass(frozen=True, slots=True)
class NodePeer:
    """A peer from npm, driven by a script beside this file that is run where the packages are installed."""

    name: str
    script: str

    @contextlib.contextmanager
    def playing(self, folder: Path, known: Sequence[Swarm] = ()) -> Iterator[Player]:
        del known  # who is given the torrent file knows all that can be known
        with running(["node", self.script], folder / f"{self.name}.log", cwd=installed_peers()) as child:
            child.answer()
            yield _Node(child, folder)


@dataclass(frozen=True, slots=True)
class _Node:
    child: Child
    folder: Path

    @property
    def pid(self) -> int:
        return self.child.pid

    def add(self, swarm: Swarm, *, by_magnet: bool = False, idle: bool = False) -> Target:
        path = self.folder / "files" / swarm.info_hash
        path.mkdir(parents=True)
        source = swarm.magnet if by_magnet else str(swarm.film.torrent)
        self.child.tell({"torrent": source, "peers": swarm.peers, "path": str(path), "idle": idle})
        answer = self.child.answer()
        return Target(answer["port"], answer["path"])


MIAUFLIX = Miauflix()
PEERS: tuple[Contestant, ...] = (NodePeer("webtorrent", "webtorrent.mjs"), NodePeer("peerflix", "peerflix.cjs"))


def installed_peers() -> Path:
    """The folder outside of the repository that holds the peers' packages."""
    return platformdirs.user_cache_path("miauflix-bench", appauthor=False) / "peers"


def install_peers() -> str:
    """Install the peers from npm unless they are there; return what is wrong, or nothing."""
    if not (shutil.which("npm") and shutil.which("node")):
        return "node and npm are not installed"
    folder = installed_peers()
    package = (_PEERS / "package.json").read_text()
    stamp = folder / "installed.json"
    shutil.copytree(_PEERS, folder, dirs_exist_ok=True)
    if stamp.exists() and stamp.read_text() == package:
        return ""
    if isolation.inside():
        return "npm could not install them while there was a network"
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=_INSTALL_PATIENCE
        )
    except subprocess.TimeoutExpired:
        return f"npm did not come to an end within {_INSTALL_PATIENCE} s"
    if done.returncode:
        return f"npm could not install them: {done.stderr.strip()[-300:]}"
    stamp.write_text(package)
    return ""

"""Films of random bytes, and the swarms that seed them from other processes."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.child import running

from server.torrent.seeder import make_torrent

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Film:
    """A video and a torrent file for it."""

    path: Path
    torrent: Path
    size: int


@dataclass(frozen=True, slots=True)
class Swarm:
    """A film and the ports of those who seed it."""

    film: Film
    info_hash: str
    ports: tuple[int, ...]

    @property
    def peers(self) -> list[str]:
        return [f"127.0.0.1:{port}" for port in self.ports]

    @property
    def magnet(self) -> str:
        return f"magnet:?xt=urn:btih:{self.info_hash}" + "".join(f"&x.pe={peer}" for peer in self.peers)


def make_film(folder: Path, name: str, size: int, piece_length: int) -> Film:
    """Write ``size`` random bytes."""
    path = folder / f"{name}.mkv"
    with path.open("wb") as file:
        for start in range(0, size, MIB):
            file.write(os.urandom(min(MIB, size - start)))
    return torrent_of(path, piece_length)


def torrent_of(path: Path, piece_length: int) -> Film:
    """Hash a film in pieces of this length."""
    torrent = path.with_name(f"{path.stem}-{piece_length}.torrent")
    torrent.write_bytes(make_torrent(path, piece_length=piece_length))
    return Film(path, torrent, path.stat().st_size)


@contextlib.contextmanager
def seeded(films: Sequence[Film], log: Path, *, seeds: int = 1, limit: int = 0) -> Iterator[list[Swarm]]:
    """Seed each film from so many processes, each film at most ``limit`` bytes a second from each."""
    argument = json.dumps([[str(film.path), str(film.torrent), limit] for film in films])
    with contextlib.ExitStack() as stack:
        processes = [
            stack.enter_context(running([sys.executable, "-m", "bench.seed", argument], log)) for _ in range(seeds)
        ]
        answers = [process.answer() for process in processes]
        yield [
            Swarm(film, answers[0]["infoHashes"][index], tuple(answer["port"] for answer in answers))
            for index, film in enumerate(films)
        ]

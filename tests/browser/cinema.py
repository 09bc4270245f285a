"""A household with things to watch: a real server and real torrents, and a catalogue as the internet would have it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from browser.art import draw
from fakes.cinemeta import CinemetaSite, FakeTitle
from fakes.sites.torrent import FakeTorrent
from fakes.swarm import MIB

from server.bootstrap import Server
from server.settings import Options
from server.torrent.seeder import make_torrent, seeding

CLIP = Path(__file__).parents[2] / "resources" / "demo" / "clip.mp4"
FILM = FakeTitle(
    "tt0017925",
    "The General",
    "1926",
    about="Johnnie loves two things, his locomotive and Annabelle. When spies steal the one with the other aboard, he "
    "goes after both alone, through the lines of two armies, and comes back faster than he would like.",
)
SHOW = FakeTitle(
    "tt0052451",
    "One Step Beyond",
    "1959",
    (3, 2),
    about="Stories of what nobody could explain: dreams that came true, voices from ships that had sunk, and people "
    "who were seen where they could not be.",
)
FILMS = (
    FILM,
    FakeTitle("tt0013442", "Nosferatu", "1922"),
    FakeTitle("tt0017136", "Metropolis", "1927"),
    FakeTitle("tt0063350", "Night of the Living Dead", "1968"),
    FakeTitle("tt0000417", "A Trip to the Moon", "1902"),
    FakeTitle("tt0015324", "Sherlock Jr.", "1924"),
    FakeTitle("tt0032599", "His Girl Friday", "1940"),
    FakeTitle("tt0056923", "Charade", "1963"),
    FakeTitle("tt0010323", "The Cabinet of Dr. Caligari", "1920"),
    FakeTitle("tt0037638", "Detour", "1945"),
    FakeTitle("tt0014429", "Safety Last!", "1923"),
    FakeTitle("tt0018455", "Sunrise: A Song of Two Humans", "1927"),
)
TROUBLED = FILMS[9]
"""The best source of this one is shared by nobody, the next best is no video, the third plays."""
SHOWS = (
    SHOW,
    FakeTitle("tt0055662", "The Beverly Hillbillies", "1962", (2,)),
    FakeTitle("tt0044248", "Four Star Playhouse", "1952", (2,)),
    FakeTitle("tt0043194", "Dragnet", "1951", (2,)),
    FakeTitle("tt0055687", "The Lucy Show", "1962", (2,)),
)


@dataclass(frozen=True, slots=True)
class Clip:
    """A video, and how many pixels high it is."""

    path: Path
    height: int


@dataclass(frozen=True, slots=True)
class Clips:
    """One video in two versions, offered as 1080p and 720p."""

    high: Clip
    low: Clip


@dataclass(frozen=True, slots=True)
class Cinema:
    """The server, the catalogue it asks, how it was started, and the videos that are shared."""

    server: Server
    catalogue: CinemetaSite
    options: Options
    clips: Clips


def pictures_of(titles: Iterable[FakeTitle]) -> dict[str, bytes]:
    """Return posters and backgrounds by the names under which the catalogue has them."""
    found = {}
    for title in titles:
        found[title.imdb_id] = draw(title.name, 200, 300)
        found[f"{title.imdb_id}-wide"] = draw(title.name, 640, 360)
    return found


def make_clip(program: str, folder: Path, height: int) -> Clip:
    """Write the demo's clip twice in a row, 24 s, at a height; ``program`` is mpv. Blocking."""
    target = folder / f"{height}.mp4"
    twice = f"edl://{CLIP},0,12;{CLIP},0,12"
    command = [program, "--no-config", "--really-quiet", twice, f"--o={target}", "--of=mp4", f"--vf=scale=-2:{height}"]
    command += ["--ovc=libx264", "--ovcopts=preset=ultrafast,crf=30,g=25", "--oac=aac", "--ofopts=movflags=+faststart"]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return Clip(target, height)


@dataclass(frozen=True)
class SeededTorrent(FakeTorrent):
    """A torrent that is really seeded, as its magnet link says."""

    peer: str = ""

    @property
    def magnet(self) -> str:
        return f"magnet:?xt=urn:btih:{self.info_hash}&dn={quote(self.release_name)}&x.pe={self.peer}"


@contextlib.asynccontextmanager
async def seeding_all(folder: Path, clips: Clips) -> AsyncIterator[list[SeededTorrent]]:
    """Seed what the household can watch: the film in two versions, the first two episodes of the show in one."""
    loop, stack = asyncio.get_running_loop(), contextlib.ExitStack()
    film = SeededTorrent(FILM.name, int(FILM.year), FILM.imdb_id)
    troubled = SeededTorrent(TROUBLED.name, int(TROUBLED.year), TROUBLED.imdb_id)
    noise = Clip(folder / "noise.mp4", 0)
    episode = SeededTorrent(SHOW.name, int(SHOW.year), SHOW.imdb_id, "720p", "web", season=1)
    offered = [
        (replace(film, seeders=400), clips.high),
        (replace(film, resolution="720p", kind="web", seeders=100), clips.low),
        (replace(episode, episode=1), clips.low),
        (replace(episode, episode=2), clips.low),
        (replace(troubled, resolution="720p", seeders=300), noise),
        (replace(troubled, resolution="480p", seeders=100), clips.low),
    ]
    await loop.run_in_executor(None, noise.path.write_bytes, os.urandom(MIB))
    nobodys = replace(troubled, seeders=400, peer="127.0.0.1:9")
    try:
        seeded = [await loop.run_in_executor(None, _seed, *offer, folder, stack) for offer in offered]
        yield [*seeded, nobodys]
    finally:
        await loop.run_in_executor(None, stack.close)


def _seed(torrent: SeededTorrent, clip: Clip, folder: Path, stack: contextlib.ExitStack) -> SeededTorrent:
    """Seed a clip under the release's name, for it is told by that which episode it is. Blocking."""
    path = folder / f"{torrent.release_name}.mp4"
    path.hardlink_to(clip.path)
    seed = stack.enter_context(seeding(path, make_torrent(path, piece_length=64 << 10)))
    return replace(torrent, info_hash=seed.info_hash, size=seed.size, peer=f"127.0.0.1:{seed.port}")

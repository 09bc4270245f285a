"""Films of random bytes, and real BitTorrent seeds for them on loopback."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Film:
    """A folder as torrents have them: the video, and other files before and behind it."""

    folder: Path
    data: bytes

    @property
    def name(self) -> str:
        return self.folder.name


def make_film(root: Path, size: int, *, seed: int = 1, name: str = "Quite.Secret.Release.2026.1080p") -> Film:
    """Write a folder with a video of ``size`` random bytes that shares its first and last pieces with other files."""
    source = random.Random(seed)
    folder = root / name
    folder.mkdir(parents=True)
    data = source.randbytes(size)
    (folder / "about.nfo").write_bytes(source.randbytes(3001))
    (folder / f"{name}.mkv").write_bytes(data)
    (folder / "sample.mkv").write_bytes(source.randbytes(5003))
    (folder / "subtitles.srt").write_bytes(source.randbytes(70_001))
    return Film(folder, data)


@contextlib.contextmanager
def seeded(path: Path, *, piece_length: int = 256 << 10, upload_limit: int = 0) -> Iterator[str]:
    """Seed a file or folder from another process, at most ``upload_limit`` bytes per second; gives the magnet link."""
    command = [sys.executable, str(ROOT / "tests/fakes/seed_process.py"), str(path), str(piece_length)]
    with subprocess.Popen(
        [*command, str(upload_limit)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout
        assert process.stdin
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()

"""A torrent as the sites know it; each protocol tells of it what it tells of real ones."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

_numbers = itertools.count(1)


def next_hash() -> str:
    """Return an info hash that no other fake torrent of this process has."""
    return f"{next(_numbers):08x}{'5eed' * 8}"


@dataclass(frozen=True)
class FakeTorrent:
    """Sizes in bytes. ``episode`` None with a ``season`` is a pack."""

    title: str = "Metropolis"
    year: int = 1927
    imdb_id: str | None = "tt0017136"
    resolution: str = "1080p"
    kind: str = "bluray"
    """``bluray``, ``web``, ``cam``, ``ts``."""
    codec: str = "x264"
    seeders: int = 100
    leechers: int = 10
    size: int = 2 << 30
    published_at: datetime = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
    season: int | None = None
    episode: int | None = None
    info_hash: str = field(default_factory=next_hash)
    name: str = ""
    """The release name; made of the other fields when empty."""
    torrent_file: bytes | None = field(default=None, repr=False)

    @property
    def release_name(self) -> str:
        if self.name:
            return self.name
        words = self.title.replace(" ", ".")
        kind = {"bluray": "BluRay", "web": "WEB-DL", "cam": "HDCAM", "ts": "TELESYNC"}[self.kind]
        if self.season is None:
            place = str(self.year)
        elif self.episode is None:
            place = f"S{self.season:02}"
        else:
            place = f"S{self.season:02}E{self.episode:02}"
        return f"{words}.{place}.{self.resolution}.{kind}.{self.codec}-CAT"

    @property
    def magnet(self) -> str:
        return (
            f"magnet:?xt=urn:btih:{self.info_hash}&dn={quote(self.release_name)}&tr=udp%3A%2F%2Ftracker.example%3A1337"
        )

    @property
    def digits(self) -> str:
        """The IMDb id as some protocols have it: without ``tt`` and leading zeros."""
        return str(int((self.imdb_id or "tt0").removeprefix("tt")))

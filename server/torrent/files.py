"""Which file of a torrent is the video: pure, no I/O."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from server.errors import EpisodeMissingError, NoVideoError, UnsafeTorrentError
from server.models import Episode, VideoFile, Wanted
from server.torrent.episodes import find_episode

CONTENT_TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".avi": "video/x-msvideo",
    ".mov": "video/quicktime",
    ".mpg": "video/mpeg",
    ".mpeg": "video/mpeg",
    ".ts": "video/mp2t",
    ".m2ts": "video/mp2t",
    ".wmv": "video/x-ms-wmv",
    ".flv": "video/x-flv",
    ".ogv": "video/ogg",
    ".ogm": "video/ogg",
    ".divx": "video/x-msvideo",
    ".3gp": "video/3gpp",
    ".vob": "video/mpeg",
}
"""Media type of each file extension that counts as video."""

PROGRAMS = frozenset(
    {".apk", ".app", ".bat", ".cmd", ".com", ".cpl", ".dmg", ".exe", ".hta", ".jar", ".lnk", ".msi", ".pif", ".ps1"}
    | {".reg", ".scr", ".sh", ".vbe", ".vbs", ".wsf"}
)
"""File extensions of what runs: no honest release of a video has any."""

ARCHIVES = frozenset({".7z", ".ace", ".bz2", ".cab", ".gz", ".iso", ".rar", ".tar", ".tgz", ".xz", ".zip"})
"""File extensions of what hides other files."""

_SAMPLE = re.compile(r"(^|[^a-z])(sample|trailer)([^a-z]|$)", re.IGNORECASE)
_SAMPLE_LIMIT = 4  # a "sample" more than so many times as large as any other video is a film with that word in its name


@dataclass(frozen=True, slots=True)
class TorrentFile:
    """One file that a torrent lists. Size and offset in bytes, the offset from the start of the payload."""

    index: int
    path: str = field(repr=False)
    size: int
    offset: int
    pad: bool = False

    @property
    def is_video(self) -> bool:
        """Whether its extension is one of a video and it holds any bytes."""
        return not self.pad and self.size > 0 and PurePosixPath(self.path).suffix.lower() in CONTENT_TYPES


def choose_video(files: Sequence[TorrentFile], index: int | None = None, wanted: Wanted | None = None) -> VideoFile:
    """Return the file ``index``; when it is None the wanted episode, or the largest video that is no sample.

    Raises NoVideoError when there is none, or when the file at ``index`` is no video; EpisodeMissingError when the
    wanted episode is not there; UnsafeTorrentError when there is a program, or, in a torrent that a search found, an
    archive beside a file that nobody has chosen yet.
    """
    _refuse(files, PROGRAMS, "a program")
    videos = [file for file in files if file.is_video]
    if index is not None:
        chosen = next((file for file in videos if file.index == index), None)
        if chosen is None:
            raise NoVideoError("The file chosen for this source is not a video.")
    else:
        if wanted:
            _refuse(files, ARCHIVES, "an archive")
        if not videos:
            raise NoVideoError("This torrent holds no file that is a video.")
        limit = _SAMPLE_LIMIT * max((file.size for file in videos if not _SAMPLE.search(file.path)), default=0)
        candidates = [file for file in videos if file.size > limit or not _SAMPLE.search(file.path)]
        if wanted and wanted.episode:
            candidates = _episode(candidates, wanted.episode, pack=wanted.pack)
        chosen = max(candidates, key=lambda file: (file.size, -file.index))
    return VideoFile(index=chosen.index, size=chosen.size, offset=chosen.offset, name=PurePosixPath(chosen.path).name)


def _refuse(files: Sequence[TorrentFile], suffixes: frozenset[str], kind: str) -> None:
    if any(PurePosixPath(file.path).suffix.lower() in suffixes for file in files if not file.pad):
        raise UnsafeTorrentError(f"This torrent holds {kind}, as fakes do. Choose another source.")


def _episode(videos: Sequence[TorrentFile], wanted: Episode, *, pack: bool) -> list[TorrentFile]:
    places = find_episode([file.path for file in videos], wanted, pack=pack)
    if not places:
        raise EpisodeMissingError(f"{wanted} is not among the files of this torrent. Choose another source.")
    return [videos[place] for place in places]


def content_type(video: VideoFile) -> str:
    """Return the media type for the video's file extension."""
    return CONTENT_TYPES.get(video.suffix, "application/octet-stream")

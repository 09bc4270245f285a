"""Which file of a torrent is the video: pure, no I/O."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from server.errors import NoVideoError
from server.models import VideoFile

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


def choose_video(files: Sequence[TorrentFile], index: int | None = None) -> VideoFile:
    """Return the file ``index``, or the largest video that is no sample when it is None.

    Raises NoVideoError when there is none, or when the file at ``index`` is no video.
    """
    videos = [file for file in files if file.is_video]
    if index is not None:
        chosen = next((file for file in videos if file.index == index), None)
        if chosen is None:
            raise NoVideoError("The file chosen for this source is not a video.")
    else:
        if not videos:
            raise NoVideoError("This torrent holds no file that is a video.")
        limit = _SAMPLE_LIMIT * max((file.size for file in videos if not _SAMPLE.search(file.path)), default=0)
        candidates = (file for file in videos if file.size > limit or not _SAMPLE.search(file.path))
        chosen = max(candidates, key=lambda file: (file.size, -file.index))
    return VideoFile(index=chosen.index, size=chosen.size, offset=chosen.offset, name=PurePosixPath(chosen.path).name)


def content_type(video: VideoFile) -> str:
    """Return the media type for the video's file extension."""
    return CONTENT_TYPES.get(video.suffix, "application/octet-stream")

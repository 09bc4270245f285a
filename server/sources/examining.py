"""What the torrent file of a source says, where a provider gives one: which of its files to play, or why none."""

from __future__ import annotations

from dataclasses import replace

from server.errors import InvalidSourceError, NoVideoError, UnsafeTorrentError
from server.models import Source
from server.torrent.files import choose_video
from server.torrent.metainfo import parse_torrent_file


def examine(source: Source) -> Source:
    """Return the source with its file and size, or with the code of what keeps it from being played. Blocking."""
    if source.identifiers.torrent_file is None:
        return source
    try:
        files = parse_torrent_file(source.identifiers.torrent_file).files
        video = choose_video(files, source.file_index, source.wanted)
    except (InvalidSourceError, NoVideoError, UnsafeTorrentError) as error:
        return replace(source, refusal=error.code)
    return replace(source, file_index=video.index, size_bytes=video.size)

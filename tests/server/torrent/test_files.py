from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import NoVideoError
from server.models import VideoFile
from server.torrent.files import CONTENT_TYPES, TorrentFile, choose_video, content_type

MB = 1_000_000


def listed(*files: tuple[str, int]) -> list[TorrentFile]:
    """Return files one behind the other, as a torrent lists them."""
    offset, found = 0, []
    for index, (path, size) in enumerate(files):
        found.append(TorrentFile(index, path, size, offset, pad="/.pad/" in path))
        offset += size
    return found


@pytest.mark.parametrize(
    ("chosen", "files"),
    [
        (0, [("film.mkv", 700 * MB)]),
        (1, [("d/about.nfo", 900 * MB), ("d/film.mkv", 700 * MB), ("d/film.srt", 1)]),
        (2, [("d/1.mp4", 1 * MB), ("d/2.mp4", 2 * MB), ("d/3.mp4", 3 * MB)]),
        (0, [("d/a.mkv", 5), ("d/b.mkv", 5)]),
        (0, [("d/FILM.MKV", 5)]),
        (1, [("d/empty.mkv", 0), ("d/film.mkv", 1)]),
        (1, [("d/.pad/9000000.mkv", 9 * MB), ("d/film.mkv", 1)]),
        (0, [("d/.hidden.mkv", 5), ("d/.mkv", 9)]),
        # samples and trailers are not the film, however large
        (0, [("d/film.mkv", 700 * MB), ("d/sample.mkv", 40 * MB)]),
        (1, [("d/sample.mkv", 900 * MB), ("d/film.mkv", 700 * MB)]),
        (1, [("d/Film-Sample.mkv", 900 * MB), ("d/film.mkv", 700 * MB)]),
        (1, [("d/Sample/film.mkv", 900 * MB), ("d/film.mkv", 700 * MB)]),
        (1, [("d/film TRAILER 2.mkv", 900 * MB), ("d/film.mkv", 700 * MB)]),
        # … but the only video, or one beside which all others are small, is what there is to play
        (0, [("d/sample.mkv", 40 * MB), ("d/film.r00", 700 * MB)]),
        (0, [("d/The Sample (2010).mkv", 4000 * MB), ("d/making of.mkv", 100 * MB)]),
        (1, [("Trailer Park/e1.mkv", 700 * MB), ("Trailer Park/e2.mkv", 800 * MB)]),
        (1, [("d/sample1.mkv", 30 * MB), ("d/sample2.mkv", 40 * MB)]),
        # words that only look like it
        (0, [("d/Resampled.mkv", 900 * MB), ("d/extra.mkv", 700 * MB)]),
        (0, [("d/trailers.mkv", 900 * MB), ("d/extra.mkv", 700 * MB)]),
    ],
)
def test_the_largest_video_that_is_no_sample_is_chosen(chosen: int, files: list[tuple[str, int]]) -> None:
    file = listed(*files)[chosen]
    assert choose_video(listed(*files)) == VideoFile(chosen, file.size, file.offset, PurePosixPath(file.path).name)


@pytest.mark.parametrize(
    "files", [[], [("film.iso", 700 * MB)], [("d/a.mkv", 0)], [("d/.pad/5.mkv", 5)], [("mkv", 5)], [("a.mkv/b", 5)]]
)
def test_a_torrent_without_a_video(files: list[tuple[str, int]]) -> None:
    with pytest.raises(NoVideoError, match="no file that is a video"):
        choose_video(listed(*files))


def test_a_flagged_file_is_chosen_even_when_it_is_small_or_a_sample() -> None:
    files = listed(("d/film.mkv", 700 * MB), ("d/sample.mkv", 4 * MB), ("d/film.srt", 5))
    assert choose_video(files, 1) == VideoFile(1, 4 * MB, 700 * MB, "sample.mkv")


@pytest.mark.parametrize("index", [2, 3, -1, 99])
def test_a_flagged_file_that_is_no_video(index: int) -> None:
    with pytest.raises(NoVideoError, match="not a video"):
        choose_video(listed(("d/film.mkv", 700), ("d/b.mkv", 4), ("d/film.srt", 5), ("d/c.mkv", 0)), index)


NAMES = st.lists(
    st.sampled_from(["film", "sample", "trailer", ".mkv", ".mp4", ".srt", "/", "/.pad/", "-", " ", "S", "ü"]),
    max_size=5,
).map("".join)


@given(st.lists(st.tuples(NAMES, st.integers(0, 50)), max_size=6))
def test_whatever_is_chosen_can_be_played(files: list[tuple[str, int]]) -> None:
    candidates = listed(*files)
    playable = {file.index for file in candidates if file.is_video}
    try:
        video = choose_video(candidates)
    except NoVideoError:
        assert not playable
        return
    assert video.index in playable
    assert video.size >= max(file.size for file in candidates if file.is_video) / 4
    assert choose_video(candidates, video.index) == video
    assert content_type(video).startswith("video/")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("film.mp4", "video/mp4"),
        ("FILM.MKV", "video/x-matroska"),
        ("a.b.webm", "video/webm"),
        ("film.srt", "application/octet-stream"),
        ("film", "application/octet-stream"),
    ],
)
def test_media_types(name: str, expected: str) -> None:
    assert content_type(VideoFile(0, 1, 0, name)) == expected


def test_every_extension_is_lower_case_and_of_a_video() -> None:
    assert all(key == key.lower() and key.startswith(".") for key in CONTENT_TYPES)
    assert all(value.startswith("video/") for value in CONTENT_TYPES.values())


def test_a_path_is_in_no_repr() -> None:
    assert "Secret" not in repr(TorrentFile(0, "Secret.Release/film.mkv", 1, 0))

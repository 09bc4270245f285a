from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import EpisodeMissingError, UnsafeTorrentError
from server.models import Episode, Wanted
from server.torrent.episodes import find_episode
from server.torrent.files import TorrentFile, choose_video

WANTED = Episode(1, 2)


@pytest.mark.parametrize(
    "path",
    [
        "Show.S01/Show.S01E02.1080p.WEB.mkv",
        "Show S01/show s01e02.mkv",
        "x/Show.S01.E02.mkv",
        "x/Show.S1E2.mkv",
        "x/Show.S01EP02.mkv",
        "x/Show.S01E01E02.mkv",
        "x/Show.S01E01-E03.mkv",
        "x/Show.S01E01-03.mkv",
        "x/Show S01E01 - E02.mkv",
        "x/Show 1x02.mkv",
        "x/Show - 01x02 - The Name.avi",
        "Show/Season 1/02 - The Name.mkv",
        "Show/Season 01/Episode 2.mkv",
        "Show/S01/E02.mkv",
        "Show.Season.1.Complete/Show - 02 (1080p).mkv",
        "Show/02.mkv",
        "Show/show.102.hdtv.avi",
    ],
)
def test_the_numbers_of_an_episode(path: str) -> None:
    others = ["Show/Season 1/extras/S01E09.mkv", "Show/S02E02.mkv", "Show/S02E12.mkv"]
    assert find_episode([*others, path], WANTED, pack=True) == [3]


@pytest.mark.parametrize(
    "path",
    [
        "Show.S01/Show.S01E03.mkv",
        "Show.S01/Show.S01E20.mkv",
        "Show/Show.S02E02.mkv",
        "Show/Show.S11E02.mkv",
        "Show/Season 2/02.mkv",
        "Show/Season 1/03 - Two.mkv",
        "Show/Show.1920x1080.mkv",
        "Show/Show.S01E01-1080p.mkv",
        "Show/Show 2x01.mkv",
        "Show S02/Episode 2.mkv",
        "Show/movie.mkv",
        "Show/show.1102.avi",
    ],
)
def test_other_numbers(path: str) -> None:
    assert find_episode([path, "Show/S05E05.mkv"], WANTED, pack=True) == []
    assert find_episode([path], WANTED, pack=True) == []


def test_the_only_video_of_a_single_episode_needs_no_number() -> None:
    assert find_episode(["abc.mkv"], WANTED, pack=False) == [0]
    assert find_episode(["abc.mkv"], WANTED, pack=True) == []
    assert find_episode(["Show.S01E03.mkv"], WANTED, pack=False) == []
    assert find_episode(["abc.mkv", "def.mkv"], WANTED, pack=False) == []


@given(st.integers(0, 40), st.integers(1, 99), st.lists(st.tuples(st.integers(0, 40), st.integers(1, 99)), max_size=30))
def test_an_episode_is_found_among_any_others(season: int, number: int, others: list[tuple[int, int]]) -> None:
    wanted = (season, number)
    names = {numbers: f"Show/Show.S{numbers[0]:02}E{numbers[1]:02}.mkv" for numbers in {*others, wanted}}
    paths = list(names.values())
    assert find_episode(paths, Episode(*wanted), pack=True) == [list(names).index(wanted)]
    del paths[list(names).index(wanted)]
    assert find_episode(paths, Episode(*wanted), pack=True) == []


@given(st.lists(st.text(max_size=40), max_size=5), st.booleans())
def test_no_path_is_too_strange(paths: list[str], pack: bool) -> None:  # noqa: FBT001 - drawn
    assert set(find_episode(paths, WANTED, pack=pack)) <= set(range(len(paths)))


def listed(*names: str) -> list[TorrentFile]:
    return [TorrentFile(index, name, 1000 - index, 0) for index, name in enumerate(names)]


def test_the_wanted_episode_is_chosen_and_never_just_the_largest() -> None:
    files = listed("P/S01E01.mkv", "P/Sample/S01E02.sample.mkv", "P/S01E02.720p.mkv", "P/S01E02.480p.mkv")
    assert choose_video(files, wanted=Wanted(WANTED, pack=True)).index == 2
    assert choose_video(files, wanted=Wanted(None)).index == 0
    with pytest.raises(EpisodeMissingError, match="S01E07 is not among"):
        choose_video(files, wanted=Wanted(Episode(1, 7), pack=True))


@pytest.mark.parametrize("name", ["Setup.EXE", "codec/install.msi", "x.scr", "play.lnk", "a.BAT"])
def test_programs_are_refused(name: str) -> None:
    files = listed("film.mkv", name)
    for wanted in (None, Wanted()):
        with pytest.raises(UnsafeTorrentError, match="program"):
            choose_video(files, wanted=wanted)
    with pytest.raises(UnsafeTorrentError):
        choose_video(files, 0)


@pytest.mark.parametrize("name", ["film.rar", "Subs/subs.zip", "x.7Z", "disc.iso"])
def test_archives_are_refused_in_what_searches_find(name: str) -> None:
    files = listed("film.mkv", name)
    with pytest.raises(UnsafeTorrentError, match="archive"):
        choose_video(files, wanted=Wanted())
    assert choose_video(files).index == 0  # the user's own
    assert choose_video(files, 0, Wanted()).index == 0  # chosen by who knows the files

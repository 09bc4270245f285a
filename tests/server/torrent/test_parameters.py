from __future__ import annotations

import ipaddress
import stat
import sys
from pathlib import Path
from urllib.parse import quote

import libtorrent as lt
import pytest
from fakes.torrent_files import PIECE, info, torrent_file
from hypothesis import given
from hypothesis import strategies as st

from server.errors import TorrentFailedError
from server.models import TorrentIdentifiers
from server.torrent import parameters
from server.torrent.folder import JOURNAL, file_name
from server.torrent.journal import PieceJournal
from server.torrent.metainfo import list_files, parse_magnet, parse_torrent_file
from server.torrent.parameters import joining

HASH = "0123456789abcdef0123456789abcdef01234567"
FILM = torrent_file(info(10 * PIECE + 5))
WEB_SEEDS = [
    "http://[not an address/film",
    "http://127.0.0.1/film",
    "http://localhost:80/film",
    "http://LOCALHOST/film",
    "http://10.1.2.3/film",
    "http://192.168.1.1/cgi-bin/reboot",
    "http://169.254.169.254/latest",
    "http://[::1]/film",
    "http://[fe80::1]/film",
    "http://[::ffff:127.0.0.1]/film",
    "http:///film",
]
PUBLIC_SEEDS = ["http://seeds.example/film.mp4", "http://8.8.8.8/film.mp4", "https://[2606:4700::1]/film.mp4"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "downloads" / "3f1c"


def from_file(data: bytes = FILM) -> TorrentIdentifiers:
    return parse_torrent_file(data).identifiers


def from_magnet(*parts: str) -> TorrentIdentifiers:
    return parse_magnet("&".join([f"magnet:?xt=urn:btih:{HASH}", *parts])).identifiers


def resume_data(data: bytes = FILM, *, have: int = 0, peers: list[tuple[str, int]] | None = None) -> bytes:
    """Return resume data of a torrent of which the first pieces are there."""
    parameters = lt.load_torrent_buffer(data)
    assert parameters.ti
    parameters.have_pieces = [index < have for index in range(parameters.ti.num_pieces())]
    parameters.peers = peers or []
    return lt.write_resume_data_buf(parameters)


# --- what joins


def test_a_magnet_link_joins_wanting_nothing(folder: Path) -> None:
    joined = joining(from_magnet("dn=Secret"), folder, None, allow_private_peers=False)
    assert str(joined.info_hashes.v1) == HASH
    assert joined.ti is None
    assert joined.save_path == str(folder)
    flags = lt.torrent_flags
    assert joined.flags & flags.default_dont_download
    assert joined.flags & flags.apply_ip_filter
    assert joined.flags & flags.duplicate_is_error
    assert not joined.flags & (flags.paused | flags.auto_managed | flags.seed_mode | flags.sequential_download)


def test_an_info_hash_alone_is_enough(folder: Path) -> None:
    joined = joining(TorrentIdentifiers(HASH), folder, None, allow_private_peers=False)
    assert str(joined.info_hashes.v1) == HASH


def test_a_torrent_file_joins_wanting_nothing_under_names_that_say_nothing(folder: Path) -> None:
    files = [("a.nfo", 5), ("Secret/film.mkv", 3 * PIECE)]
    joined = joining(from_file(torrent_file(info(files))), folder, None, allow_private_peers=False)
    assert joined.renamed_files == {0: "0.bin", 1: "1.bin"}
    assert joined.piece_priorities == [0, 0, 0, 0]
    assert joined.flags & lt.torrent_flags.default_dont_download


@pytest.mark.skipif(sys.platform == "win32", reason="no modes there")
def test_the_folder_is_made_for_its_owner_only(folder: Path) -> None:
    joining(from_magnet(), folder, None, allow_private_peers=False)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("identifiers", "resume"),
    [
        (TorrentIdentifiers("nonsense"), None),
        (TorrentIdentifiers(HASH, magnet="magnet:?xt=urn:btih:5"), None),
        (TorrentIdentifiers(HASH, torrent_file=b"d4:infodee"), None),
        (TorrentIdentifiers(HASH, torrent_file=b""), None),
        (TorrentIdentifiers(HASH), b"torn"),
        (TorrentIdentifiers(HASH), b"de"),
    ],
)
def test_what_can_not_be_read_fails_without_naming_it(
    folder: Path, identifiers: TorrentIdentifiers, resume: bytes | None
) -> None:
    with pytest.raises(TorrentFailedError, match="Add it again") as caught:
        joining(identifiers, folder, resume, allow_private_peers=False)
    assert HASH not in caught.value.detail


# --- peers and web seeds


@pytest.mark.parametrize("allowed", [True, False])
def test_private_peers_of_a_magnet_are_left_out(folder: Path, allowed: bool) -> None:  # noqa: FBT001 - a column of the table
    private = ["127.0.0.1:5", "10.0.0.1:5", "192.168.1.1:5", "172.16.0.1:5", "169.254.1.1:5", "100.64.0.1:5"]
    private += ["[::1]:5", "[fe80::1]:5", "[fd00::1]:5"]
    public = ["8.8.8.8:5", "[2606:4700::1]:5"]
    peers = [f"x.pe={peer}" for peer in private + public]
    joined = joining(from_magnet(*peers), folder, None, allow_private_peers=allowed)
    found = {address for address, _ in joined.peers}
    assert found >= {"8.8.8.8", "2606:4700::1"}
    assert all(ipaddress.ip_address(address).is_global for address in found) is not allowed
    assert len(found) == (11 if allowed else 2)


@pytest.mark.parametrize("kind", ["magnet", "file"])
@pytest.mark.parametrize("resumed", [True, False])
def test_web_seeds_of_the_own_network_are_left_out(folder: Path, kind: str, resumed: bool) -> None:  # noqa: FBT001 - a column of the table
    urls = WEB_SEEDS + PUBLIC_SEEDS
    data = torrent_file(info(PIECE), url_list=[url.encode() for url in urls])
    identifiers = from_file(data) if kind == "file" else from_magnet(*(f"ws={url}" for url in urls))
    resume = resume_data(data) if resumed else None
    assert sorted(joining(identifiers, folder, resume, allow_private_peers=False).url_seeds) == sorted(PUBLIC_SEEDS)


@given(
    st.lists(st.sampled_from(["http://", "//", "[", "]", ":", "@", "%", "127.0.0.1", "::1", "a", "\xff"]), max_size=6)
)
def test_no_web_seed_breaks_joining(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    data = torrent_file(info(PIECE), url_list=["".join(parts).encode("latin-1"), b"http://seeds.example/film.mp4"])
    for resume in (None, resume_data(data)):
        joined = joining(from_file(data), tmp_path_factory.getbasetemp() / "any", resume, allow_private_peers=False)
        assert "http://127.0.0.1" not in joined.url_seeds


@pytest.mark.parametrize("resumed", [True, False])
def test_a_web_seed_that_is_no_text_is_as_good_as_none(folder: Path, resumed: bool) -> None:  # noqa: FBT001 - a column of the table
    data = torrent_file(info(PIECE), url_list=[b"http://caf\xe9.example/film"])
    for identifiers in (from_file(data), from_magnet("ws=http%3A%2F%2Fcaf%E9.example%2F")):
        resume = resume_data(data) if resumed else None
        assert joining(identifiers, folder, resume, allow_private_peers=False).url_seeds == []


# --- resume data


def test_resume_data_know_what_is_there_and_the_source_knows_more_peers(folder: Path) -> None:
    data = torrent_file(info(10 * PIECE), announce=b"http://kept.example/a")
    resume = resume_data(data, have=4, peers=[("8.8.4.4", 7), ("8.8.8.8", 5)])
    identifiers = from_magnet("x.pe=8.8.8.8:5", "x.pe=8.8.8.8:6", "tr=http://new.example/a", "tr=http://kept.example/a")
    joined = joining(identifiers, folder, resume, allow_private_peers=False)
    assert joined.ti is not None
    assert [piece for piece, there in enumerate(joined.have_pieces) if there] == [0, 1, 2, 3]
    assert joined.piece_priorities == [0] * 10
    assert joined.renamed_files == {0: "0.bin"}
    assert joined.peers == [("8.8.8.8", 5), ("8.8.8.8", 6), ("8.8.4.4", 7)]
    assert joined.trackers == ["http://kept.example/a", "http://new.example/a"]
    assert len(joined.tracker_tiers) == 2


def test_resume_data_without_metadata_are_no_better_than_the_magnet(folder: Path) -> None:
    resume = lt.write_resume_data_buf(lt.parse_magnet_uri(f"magnet:?xt=urn:btih:{HASH}"))
    joined = joining(from_magnet("x.pe=8.8.8.8:5"), folder, resume, allow_private_peers=False)
    assert joined.peers == [("8.8.8.8", 5)]


def test_a_known_torrent_calls_nobody_yet_and_one_that_lacks_its_metadata_says_nothing_of_its_wishes(
    folder: Path,
) -> None:
    flags = lt.torrent_flags
    known = joining(from_file(), folder, None, allow_private_peers=True).flags
    unknown = joining(from_magnet(), folder, None, allow_private_peers=True).flags
    assert (bool(known & flags.paused), bool(known & flags.share_mode)) == (True, False)
    assert (bool(unknown & flags.paused), bool(unknown & flags.share_mode)) == (False, True)


def test_flags_of_resume_data_do_not_count(folder: Path) -> None:
    parameters = lt.load_torrent_buffer(FILM)
    parameters.flags = lt.torrent_flags.upload_mode | lt.torrent_flags.seed_mode | lt.torrent_flags.sequential_download
    parameters.save_path = "/somewhere/else"
    joined = joining(from_file(), folder, lt.write_resume_data_buf(parameters), allow_private_peers=True)
    assert not joined.flags & parameters.flags
    assert joined.save_path == str(folder)


@pytest.mark.parametrize("most", [0, 1 << 30])
def test_what_is_doubtful_is_hashed_before_it_counts(folder: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(parameters, "_MOST_AT_ONCE", most)
    joined = joining(from_file(), folder, resume_data(have=2), allow_private_peers=False, doubtful=True)
    assert joined.ti
    assert not any(joined.have_pieces)
    assert bool(joined.have_pieces) == bool(most), "none at all has the session check all files, holes and all"
    assert sorted(joined.unfinished_pieces) == [0, 1]
    there = {path.name: path.stat().st_size for path in folder.iterdir()}
    sizes = {file_name(file.index): file.size for file in list_files(joined.ti)}
    assert there
    assert there.items() <= sizes.items(), "the session fails on what is missing, not on what is wrong"


# --- the journal


def note(folder: Path, pieces: int, *noted: int) -> None:
    folder.mkdir(parents=True)
    journal = PieceJournal(folder / JOURNAL, pieces)
    for piece in noted:
        journal.note(piece)
    journal.close()


def test_noted_pieces_are_hashed_unless_the_resume_data_vouch_for_them(folder: Path) -> None:
    note(folder, 11, 1, 5, 10)
    joined = joining(from_file(), folder, resume_data(have=3), allow_private_peers=False)
    assert [piece for piece, there in enumerate(joined.have_pieces) if there] == [0, 1, 2]
    assert joined.unfinished_pieces == {5: [True], 10: [True]}


def test_noted_pieces_count_without_resume_data_too(folder: Path) -> None:
    note(folder, 11, 0)
    joined = joining(from_file(), folder, None, allow_private_peers=False)
    assert joined.unfinished_pieces == {0: [True]}


@pytest.mark.parametrize(("piece", "blocks"), [(0, 3), (1, 2)])
def test_all_blocks_of_a_noted_piece_are_given(folder: Path, piece: int, blocks: int) -> None:
    note(folder, 2, piece)
    data = torrent_file(info(4 * PIECE + 1, piece_length=3 * PIECE))
    joined = joining(from_file(data), folder, None, allow_private_peers=False)
    assert joined.unfinished_pieces == {piece: [True] * blocks}


@pytest.mark.parametrize("pieces", [10, 12])
def test_a_journal_of_another_torrent_does_not_count(folder: Path, pieces: int) -> None:
    note(folder, pieces, *range(pieces))
    assert joining(from_file(), folder, None, allow_private_peers=False).unfinished_pieces == {}


def test_a_magnet_without_metadata_has_no_use_for_the_journal(folder: Path) -> None:
    note(folder, 11, 1)
    assert joining(from_magnet(), folder, None, allow_private_peers=False).unfinished_pieces == {}


# --- trackers and DHT nodes

TRACKERS = [
    "http://127.0.0.1:80/announce",
    "http://localhost/announce",
    "udp://192.168.1.1:53",
    "http://10.0.0.1/apply.cgi?reboot=1",
    "udp://[::1]:5",
    "https://[fd00::1]/announce",
    "http://[nonsense/announce",
    "nonsense",
]
PUBLIC_TRACKERS = ["udp://tracker.example:1337/announce", "http://8.8.8.8/announce", "udp://[2606:4700::1]:6969"]


@pytest.mark.parametrize("resumed", [True, False])
@pytest.mark.parametrize("kind", ["magnet", "file"])
def test_trackers_of_the_own_network_are_left_out(folder: Path, kind: str, resumed: bool) -> None:  # noqa: FBT001 - a column of the table
    mixed = [url for pair in zip(TRACKERS, PUBLIC_TRACKERS * 3, strict=False) for url in pair]
    data = torrent_file(info(PIECE), announce_list=[[url.encode()] for url in dict.fromkeys(mixed)])
    identifiers = from_file(data) if kind == "file" else from_magnet(*(f"tr={quote(url, safe='')}" for url in mixed))
    joined = joining(identifiers, folder, resume_data(data) if resumed else None, allow_private_peers=False)
    assert set(joined.trackers) == set(PUBLIC_TRACKERS)
    assert len(joined.trackers) == len(joined.tracker_tiers)
    free = joining(identifiers, folder, None, allow_private_peers=True)
    assert "http://127.0.0.1:80/announce" in free.trackers


def test_tiers_stay_with_their_trackers(folder: Path) -> None:
    tiers = [[b"http://10.0.0.1/a"], [b"http://one.example/a", b"http://127.0.0.1/a"], [b"http://two.example/a"]]
    data = torrent_file(info(PIECE), announce_list=tiers)
    joined = joining(from_file(data), folder, None, allow_private_peers=False)
    assert dict(zip(joined.trackers, joined.tracker_tiers, strict=True)) == {
        "http://one.example/a": 1,
        "http://two.example/a": 2,
    }


def test_trackers_that_are_no_text_are_as_good_as_none(folder: Path) -> None:
    data = torrent_file(info(PIECE), announce=b"http://caf\xe9.example/a")
    for identifiers in (from_file(data), from_magnet("tr=http%3A%2F%2Fcaf%E9.example%2F")):
        for resume in (None, resume_data(data)):
            assert joining(identifiers, folder, resume, allow_private_peers=False).trackers == []


def test_nodes_of_the_own_network_are_left_out(folder: Path) -> None:
    nodes = [[b"192.168.1.1", 5], [b"node.example", 6], [b"127.0.0.1", 7]]
    data = torrent_file(info(PIECE), nodes=nodes)
    assert joining(from_file(data), folder, None, allow_private_peers=False).dht_nodes == [("node.example", 6)]
    assert len(joining(from_file(data), folder, None, allow_private_peers=True).dht_nodes) == 3


def test_no_torrent_has_thousands_of_strangers_called(folder: Path) -> None:
    urls = [f"http://{index}.example/".encode() for index in range(5000)]
    data = torrent_file(info(PIECE), announce_list=[[url] for url in urls], url_list=urls)
    joined = joining(from_file(data), folder, None, allow_private_peers=True)
    assert (len(joined.trackers), len(joined.tracker_tiers), len(joined.url_seeds)) == (100, 100, 100)

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from server.models import Item, ItemId, Quality, TorrentIdentifiers
from server.sources.merging import merge, show_title
from server.sources.provider import Release
from server.torrent.metainfo import parse_magnet

NOW = datetime(2026, 11, 25, tzinfo=UTC)
HASH = "c12fe1c06bba254a9dc9f519b335aa7c1367a88a"
BASE32 = "YEX6DQDLXISUVHOJ6UM3GNNKPQJWPKEK"
FILM = Item(ItemId("tt0083658"), "Blade Runner", 1982, "tt0083658")
EPISODE = Item(ItemId("tt0386676:1:2"), "The Office", 2005, "tt0386676", season_length=6)


def release(provider: str = "yts", info_hash: str = HASH, **more: Any) -> Release:
    magnet = more.pop("magnet", None)
    more.setdefault("imdb_id", "tt0083658")
    return Release(provider, "Blade.Runner.1982", TorrentIdentifiers(info_hash, magnet), **more)


def test_one_torrent_of_several_providers_keeps_the_best_of_each_field() -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    (source,) = merge(
        [
            release("yts", HASH.upper(), quality=Quality.BLURAY, size_bytes=2000, seeders=5, published_at=NOW),
            release("rarbg", BASE32, resolution="1080p", seeders=90, leechers=8, size_bytes=1999),
            release("torznab.home", HASH, codec="x265", resolution="720p", published_at=long_ago),
        ],
        FILM,
        NOW,
    )
    assert source.identifiers.info_hash == HASH
    assert (source.provider, source.providers) == ("yts", ("yts", "rarbg", "torznab.home"))
    assert (source.quality, source.resolution, source.codec) == (Quality.BLURAY, "1080p", "x265")
    assert (source.size_bytes, source.seeders, source.leechers) == (2000, 90, 8)
    assert (source.published_at, source.found_at, source.matched) == (long_ago, NOW, True)
    assert (source.title, source.item_id) == ("Blade Runner (1982)", FILM.id)


def test_magnet_links_gather_trackers_and_web_seeds() -> None:
    one = f"magnet:?xt=urn:btih:{HASH}&dn=x&tr=udp%3A%2F%2Fa.example%3A1"
    two = f"magnet:?xt=urn:btih:{HASH}&tr=udp%3A%2F%2Fb.example%3A1&tr=udp%3A%2F%2Fa.example%3A1"
    seeds = ("https://ia.example/1/file name.mp4",)
    (source,) = merge([release(magnet=one), release(magnet=two, web_seeds=seeds)], FILM, NOW)
    magnet = source.identifiers.magnet or ""
    assert magnet.startswith(one)
    assert magnet.count("tr=") == 2
    assert magnet.endswith("&ws=https%3A%2F%2Fia.example%2F1%2Ffile%20name.mp4")
    assert source.web_seeds == 1
    assert parse_magnet(magnet).identifiers.info_hash == HASH


def test_a_hash_alone_makes_a_magnet_link() -> None:
    for info_hash in (HASH, "a" * 64):
        (source,) = merge([release(info_hash=info_hash)], FILM, NOW)
        assert parse_magnet(source.identifiers.magnet or "").identifiers.info_hash == info_hash


def test_what_has_no_hash_or_is_another_film_is_left_out() -> None:
    releases = [
        Release("yts", "Blade.Runner.1982"),
        release(info_hash="nonsense"),
        release(info_hash="0" * 40),
        release(info_hash="1" * 40, imdb_id="tt0000001"),
    ]
    assert merge(releases, FILM, NOW) == []


def test_doubt_goes_when_one_provider_is_sure() -> None:
    doubtful = release(info_hash="1" * 40, imdb_id=None)
    plain = Release("eztv", "Blade Runner", TorrentIdentifiers("2" * 40))
    sure = release("rarbg", "2" * 40)
    matched = {source.identifiers.info_hash: source.matched for source in merge([doubtful, plain, sure], FILM, NOW)}
    assert matched == {"1" * 40: True, "2" * 40: True}
    (alone,) = merge([plain], FILM, NOW)
    assert not alone.matched


def test_a_pack_counts_with_the_share_of_one_episode() -> None:
    season = release(season=1, imdb_id=EPISODE.imdb_id, size_bytes=6000)
    show = release(info_hash="1" * 40, imdb_id=EPISODE.imdb_id, size_bytes=24000)
    single = release(info_hash="2" * 40, imdb_id=EPISODE.imdb_id, season=1, episode=2, size_bytes=900)
    listed = release(info_hash="3" * 40, imdb_id=EPISODE.imdb_id, season=1, file_index=4, size_bytes=950)
    found = merge([season, show, single, listed], EPISODE, NOW)
    assert [source.size_bytes for source in found] == [1000, 1000, 900, 950]
    assert [source.pack for source in found] == [True, True, False, True]
    assert {source.title for source in found} == {"The Office S01E02"}


def test_titles_say_nothing_of_the_release() -> None:
    assert show_title(Item(ItemId("tt1"), "")) == "Untitled"
    assert show_title(Item(ItemId("tt1"), "Us", 2019)) == "Us (2019)"
